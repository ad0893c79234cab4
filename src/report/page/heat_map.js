// The heat map. Each pair has a cell, which is as many whole pixels wide as fit.
const heat = document.querySelector(".heat");
if (heat) {
  const { order, cells } = data.heat_map;
  const size = order.length;
  const canvas = heat.querySelector("canvas");
  const compared = heat.querySelector(".pair");
  const hint = compared.firstElementChild;
  const [from, to] = heat.querySelectorAll(".scale span");
  let at = null;

  const value = (row, column) => {
    if (row === column) return 100;
    const [a, b] = row < column ? [row, column] : [column, row];
    // The cells are those right of the diagonal, row by row.
    return cells[a * size - (a * (a + 1)) / 2 + b - a - 1];
  };
  const sorted = [...cells].sort((a, b) => a - b);
  const share = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  // The scale leaves out the few extreme values. With them, all others would have nearly the same colour.
  const [least, most] = [share(0.01), Math.max(share(0.995), share(0.01) + 1)];
  from.textContent = `${similarity(least)} or less`;
  to.textContent = `${similarity(most)} or more`;

  // Five colours of viridis.
  const STOPS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const colour = (hundredths) => {
    const along = Math.min(1, Math.max(0, (hundredths - least) / (most - least))) * (STOPS.length - 1);
    const [stop, part] = [Math.min(STOPS.length - 2, Math.floor(along)), along % 1 || (along === STOPS.length - 1 ? 1 : 0)];
    return STOPS[stop].map((low, channel) => Math.round(low + (STOPS[stop + 1][channel] - low) * part));
  };

  const cell = Math.max(2, Math.floor(1200 / size));
  const stripe = document.querySelector("#clusters .cards") ? Math.max(8, Math.ceil(size * cell * 0.015)) : 0;
  heat.style.setProperty("--stripe", stripe / cell);
  const pen = canvas.getContext("2d");
  canvas.width = canvas.height = size * cell + stripe;
  const markOf = (cluster) => document.querySelectorAll("#clusters .cards h3 i")[cluster];
  const pixels = new ImageData(size, size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      pixels.data.set([...colour(value(row, column)), 255], (row * size + column) * 4);
    }
  }
  const small = make("canvas", { width: size, height: size });
  small.getContext("2d").putImageData(pixels, 0, 0);
  const draw = () => {
    pen.imageSmoothingEnabled = false;
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(small, stripe, stripe, size * cell, size * cell);
    if (stripe) {
      order.forEach((place, index) => {
        const mark = data.clusters[place] === null ? null : markOf(data.clusters[place]);
        if (!mark) return;
        pen.fillStyle = getComputedStyle(mark).backgroundColor;
        pen.fillRect(0, stripe + index * cell, stripe * 0.7, cell);
        pen.fillRect(stripe + index * cell, 0, cell, stripe * 0.7);
      });
    }
    if (at) {
      const [row, column] = at;
      pen.lineWidth = Math.max(2, cell / 6);
      pen.strokeStyle = "#fff";
      pen.strokeRect(stripe + column * cell, stripe + row * cell, cell, cell);
      pen.fillStyle = "#ffffff59";
      pen.fillRect(stripe, stripe + row * cell, column * cell, cell);
      pen.fillRect(stripe + column * cell, stripe, cell, row * cell);
    }
  };
  const point = (cellAt) => {
    if (String(cellAt) === String(at)) return;
    at = cellAt;
    draw();
    if (!at) return compared.replaceChildren(hint);
    const [row, column] = at.map((index) => order[index]);
    const names = row === column ? [linked(row)] : [linked(row), " and ", linked(column)];
    compared.replaceChildren(make("strong", {}, similarity(value(...at))), " ", ...names);
  };
  const under = (event) => {
    const box = canvas.getBoundingClientRect();
    const index = (along, length) => Math.floor(((along / length) * canvas.width - stripe) / cell);
    const found = [index(event.clientY - box.top, box.height), index(event.clientX - box.left, box.width)];
    return found.every((place) => place >= 0 && place < size) ? found : null;
  };
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && point(under(event)));
  canvas.addEventListener("click", (event) => {
    const cellAt = under(event);
    const again = String(cellAt) === String(at);
    point(cellAt);
    if (cellAt && (event.pointerType !== "touch" || again)) goTo(order[cellAt[0]]);
  });
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    const kept = (index) => Math.min(size - 1, Math.max(0, index));
    if (step) point(at ? [kept(at[0] + step[0]), kept(at[1] + step[1])] : [0, Math.min(1, size - 1)]);
    else if (event.key === "Enter" && at) goTo(order[at[0]]);
    else return;
    event.preventDefault();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  heat.hidden = false;
  draw();
}
