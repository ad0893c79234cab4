// The map: zooming and moving, names where there is room, a tooltip, keys that go from point to point.
const plot = document.querySelector(".plot");
if (plot) {
  const field = plot.querySelector(".field");
  const svg = field.querySelector("svg");
  const layer = document.getElementById("points");
  const links = [...layer.querySelectorAll("a")];
  const dots = links.map((link) => link.firstElementChild);
  const [ring, core] = [layer.querySelector(".ring"), layer.querySelector(".core")];
  const tip = field.querySelector(".tip");
  const aloud = plot.querySelector(".aloud");
  const legend = plot.querySelector(".legend");
  const spots = dots.map((dot) => dot.getAttribute("d").match(/[-\d.]+/g).map(Number));
  const { width: WIDE, height: HIGH } = svg.viewBox.baseVal;
  const names = [...field.querySelectorAll(".names li")].map((label) => ({
    label,
    // Percent of the drawing, which has a margin of 20 units.
    x: (parseFloat(label.style.left) / 100) * WIDE - 20,
    y: (parseFloat(label.style.top) / 100) * HIGH - 20,
  }));
  const MOST = 40;
  const view = { zoom: 1, x: 0, y: 0 };
  let chosen = null;
  let only = null;
  let drawing = false;

  // From units of the drawing to pixels.
  const scale = () => svg.getBoundingClientRect().width / WIDE;
  const onScreen = ([x, y]) => [(x * view.zoom + view.x + 20) * scale(), (y * view.zoom + view.y + 20) * scale()];

  const placeNames = () => {
    const size = svg.getBoundingClientRect();
    const taken = [];
    // Measures all names before it moves any, so that the layout is computed once.
    const widths = names.map(({ label }) => [label.offsetWidth, label.offsetHeight]);
    names.forEach(({ label, x, y }, index) => {
      const [left, top] = onScreen([x, y]);
      const [width, height] = widths[index];
      const box = [left - width / 2 - 4, top - height / 2 - 2, left + width / 2 + 4, top + height / 2 + 2];
      const middle = left > 0 && left < size.width && top > 0 && top < size.height;
      const free = taken.every((other) => box[0] > other[2] || other[0] > box[2] || box[1] > other[3] || other[1] > box[3]);
      label.classList.toggle("away", !middle || !free);
      if (middle && free) taken.push(box);
      // Keeps names near the edge inside.
      const inside = Math.min(Math.max(left, width / 2 + 4), size.width - width / 2 - 4);
      label.style.left = `${inside}px`;
      label.style.top = `${top}px`;
    });
  };

  const draw = () => {
    drawing = false;
    layer.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.zoom})`);
    plot.style.setProperty("--zoom", Math.min(view.zoom ** 0.35, 2.5));
    plot.classList.toggle("zoomed", view.zoom > 1);
    placeNames();
    placeTip();
  };
  const redraw = () => {
    if (!drawing) requestAnimationFrame(draw);
    drawing = true;
  };

  const keepInside = () => {
    const kept = (offset, length) =>
      Math.min(20 * (view.zoom - 1), Math.max((length - 20) * (1 - view.zoom), offset));
    [view.x, view.y] = [kept(view.x, WIDE), kept(view.y, HIGH)];
  };
  const zoomBy = (factor, [x, y] = [WIDE / 2 - 20, HIGH / 2 - 20]) => {
    const zoom = Math.min(MOST, Math.max(1, view.zoom * factor));
    [view.x, view.y] = [x - ((x - view.x) * zoom) / view.zoom, y - ((y - view.y) * zoom) / view.zoom];
    view.zoom = zoom;
    keepInside();
    redraw();
  };
  const moveBy = (x, y) => {
    [view.x, view.y] = [view.x + x, view.y + y];
    keepInside();
    redraw();
  };
  const showAll = () => {
    [view.zoom, view.x, view.y] = [1, 0, 0];
    redraw();
  };
  const unitsAt = ({ clientX, clientY }) => {
    const box = svg.getBoundingClientRect();
    return [(clientX - box.left) / scale() - 20, (clientY - box.top) / scale() - 20];
  };

  const isShown = (place) => !dots[place].classList.contains("dim");
  const nearestTo = (event, reach) => {
    const [x, y] = unitsAt(event);
    let [best, least] = [null, (reach / scale()) ** 2];
    spots.forEach((spot, place) => {
      const distance = (spot[0] * view.zoom + view.x - x) ** 2 + (spot[1] * view.zoom + view.y - y) ** 2;
      if (distance < least && isShown(place)) [best, least] = [place, distance];
    });
    return best;
  };

  function placeTip() {
    tip.hidden = chosen === null;
    if (chosen === null) return;
    const [left, top] = onScreen(spots[chosen]);
    const size = svg.getBoundingClientRect();
    const half = tip.offsetWidth / 2;
    tip.style.left = `${Math.min(Math.max(left, half + 4), size.width - half - 4)}px`;
    tip.style.top = `${top}px`;
    tip.classList.toggle("below", top < tip.offsetHeight + 24);
  }
  const choose = (place) => {
    if (place === chosen) return;
    chosen = place;
    svg.style.cursor = place === null ? "" : "pointer";
    const d = place === null ? "" : dots[place].getAttribute("d");
    ring.setAttribute("d", d);
    core.setAttribute("d", d);
    if (place !== null) {
      core.setAttribute("class", `core ${dots[place].getAttribute("class")}`);
      const [text, byline] = data.names[place];
      tip.replaceChildren(make("strong", { dir: "auto" }, text), make("small", {}, byline));
    }
    placeTip();
  };

  const shade = () => {
    const by = plot.dataset.by;
    const group = only === null ? null : legend.querySelector(`[data-for=${by}] [value="${only}"] i`).className;
    const cluster = only === "none" ? null : Number(only);
    dots.forEach((dot, place) => {
      const inGroup = only === null || (by === "cluster" ? data.clusters[place] === cluster : dot.classList.contains(group));
      dot.classList.toggle("dim", !inGroup || (matches !== null && !matches[place]));
    });
    plot.classList.toggle("shaded", only !== null || matches !== null);
    names.forEach(({ label }, index) => label.classList.toggle("other", only !== null && index !== cluster));
    for (const button of legend.querySelectorAll("button")) {
      const pressed = button.closest("ol").dataset.for === by && button.value === only;
      button.setAttribute("aria-pressed", String(pressed));
    }
    choose(null);
  };
  narrowed.push(shade);

  legend.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    only = only === button.value ? null : button.value;
    shade();
  });
  for (const radio of legend.querySelectorAll("input")) {
    radio.addEventListener("change", () => {
      plot.dataset.by = radio.value;
      only = null;
      shade();
      draw();
    });
    // When going back to the page, the browser may restore the choice.
    addEventListener("load", () => radio.checked && radio.dispatchEvent(new Event("change")));
  }
  for (const link of document.querySelectorAll(".on-map")) {
    link.addEventListener("click", () => {
      const radio = legend.querySelector("input[value=cluster]");
      if (radio) radio.checked = true;
      plot.dataset.by = "cluster";
      only = link.dataset.cluster;
      shade();
    });
  }

  const pointers = new Map();
  let travelled = 0;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    pointers.set(event.pointerId, event);
    travelled = 0;
    svg.focus({ preventScroll: true });
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse") choose(nearestTo(event, 12));
      return;
    }
    const others = [...pointers.values()].filter(({ pointerId }) => pointerId !== event.pointerId);
    travelled += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    if (travelled > 4) svg.setPointerCapture(event.pointerId);
    const [x, y] = unitsAt(event);
    const [fromX, fromY] = unitsAt(before);
    if (others.length === 1) {
      const [otherX, otherY] = unitsAt(others[0]);
      const apart = Math.hypot(fromX - otherX, fromY - otherY);
      zoomBy(apart ? Math.hypot(x - otherX, y - otherY) / apart : 1, [(x + otherX) / 2, (y + otherY) / 2]);
      moveBy((x - fromX) / 2, (y - fromY) / 2);
    } else if (!others.length) {
      moveBy(x - fromX, y - fromY);
    }
    pointers.set(event.pointerId, event);
  });
  const lift = ({ pointerId }) => pointers.delete(pointerId);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) svg.addEventListener(name, lift);
  field.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && !pointers.size && choose(null));
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (travelled > 4) return;
    const touched = event.pointerType === "touch";
    const place = nearestTo(event, touched ? 24 : 12);
    // A finger covers the point, so the first touch only shows the title. The second opens the paper.
    if (place !== null && (!touched || place === chosen)) goTo(place);
    choose(place);
  });
  tip.addEventListener("click", () => chosen !== null && goTo(chosen));
  svg.addEventListener(
    "wheel",
    (event) => {
      // Scrolling past the map must not zoom it.
      if (!event.ctrlKey && document.activeElement !== svg) return;
      const factor = Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : event.ctrlKey ? 0.01 : 0.002));
      if (factor < 1 && view.zoom === 1 && !event.ctrlKey) return;
      event.preventDefault();
      zoomBy(factor, unitsAt(event));
    },
    { passive: false },
  );

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  // The nearest point in a direction; distance to the side counts double.
  const nextPoint = ([stepX, stepY]) => {
    const middle = [(WIDE / 2 - 20 - view.x) / view.zoom, (HIGH / 2 - 20 - view.y) / view.zoom];
    const [x, y] = chosen === null ? middle : spots[chosen];
    let [best, least] = [chosen, Infinity];
    spots.forEach((spot, place) => {
      const along = (spot[0] - x) * stepX + (spot[1] - y) * stepY;
      const aside = Math.abs((spot[0] - x) * stepY) + Math.abs((spot[1] - y) * stepX);
      const distance = chosen === null ? Math.hypot(spot[0] - x, spot[1] - y) : along + 2 * aside;
      const ahead = chosen === null || (along > 0 && place !== chosen);
      if (ahead && distance < least && isShown(place)) [best, least] = [place, distance];
    });
    return best;
  };
  const bringIntoView = (place) => {
    const [x, y] = [0, 1].map((axis) => spots[place][axis] * view.zoom + [view.x, view.y][axis]);
    const off = (along, end) => (along < 40 ? 40 - along : along > end ? end - along : 0);
    const [offX, offY] = [off(x, WIDE - 80), off(y, HIGH - 80)];
    if (offX || offY) moveBy(offX, offY);
  };
  svg.addEventListener("keydown", (event) => {
    // The browser uses these for its own zoom and history.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step && event.shiftKey) moveBy(-60 * step[0], -60 * step[1]);
    else if (step) {
      const place = nextPoint(step);
      if (place === null) return;
      choose(place);
      bringIntoView(place);
      const cluster = data.clusters[place];
      const of = cluster === null || !names[cluster] ? "" : `, in the cluster ${names[cluster].label.textContent}`;
      aloud.textContent = `${title(place)}${of}`;
    } else if (event.key === "Enter" && chosen !== null) goTo(chosen);
    else if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") showAll();
    else if (event.key === "Escape") choose(null);
    else return;
    event.preventDefault();
  });

  const [closer, farther, whole] = field.querySelectorAll(".zoom button");
  closer.addEventListener("click", () => zoomBy(1.6));
  farther.addEventListener("click", () => zoomBy(1 / 1.6));
  whole.addEventListener("click", showAll);
  for (const part of plot.querySelectorAll(".zoom, .keys, fieldset")) part.hidden = false;
  new ResizeObserver(redraw).observe(field);
  // Positions in pixels are wrong in print, so names get the percentages of the markup again.
  addEventListener("beforeprint", () => {
    showAll();
    draw();
    for (const { label, x, y } of names) {
      label.style.left = `${((x + 20) / WIDE) * 100}%`;
      label.style.top = `${((y + 20) / HIGH) * 100}%`;
    }
  });
  addEventListener("afterprint", redraw);
}
