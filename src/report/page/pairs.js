// The table of pairs. It is filtered by kind and by the search, and shortened until "Show all" is pressed.
const pairs = document.getElementById("pairs");
if (pairs) {
  const FIRST = 20;
  const rows = [...pairs.querySelectorAll("tbody tr")];
  const places = rows.map((row) => [...row.querySelectorAll("a")].map((link) => link.hash.slice(1) - 1));
  const kinds = [...pairs.querySelectorAll("input")];
  const more = pairs.querySelector(".more");
  let open = false;

  const show = () => {
    const kind = kinds.find((radio) => radio.checked)?.value ?? "any";
    const left = rows.filter((row, index) => row.classList.contains(kind) && (!matches || places[index].some((place) => matches[place])));
    const shown = new Set(open ? left : left.slice(0, FIRST));
    for (const row of rows) row.hidden = !shown.has(row);
    more.hidden = left.length <= FIRST;
    // For print, where there is no button.
    more.dataset.left = open ? "" : `and ${(left.length - FIRST).toLocaleString("en")} more on the page`;
    more.firstElementChild.textContent = open ? "Show fewer" : `Show all ${left.length.toLocaleString("en")}`;
  };
  for (const radio of kinds) radio.addEventListener("change", show);
  more.addEventListener("click", () => {
    open = !open;
    show();
  });
  addEventListener("load", show);
  narrowed.push(show);
  for (const choice of pairs.querySelectorAll(".choice")) choice.hidden = false;
  show();
}
