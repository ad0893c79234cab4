// One search box for the whole page. It hides papers; other parts register in `narrowed` to update themselves.
const search = document.querySelector(".search");
const query = document.getElementById("query");
const count = search.querySelector("output");
const abstracts = search.querySelector("button");
const all = count.textContent;
const narrowed = [];
// Whether each paper matches, by place; null without a search.
let matches = null;

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const textOf = (paper) =>
  [...paper.querySelectorAll("h3 > :last-child, header p, .authors")].map((part) => plain(part.textContent)).join(" ");
let texts;

const narrow = () => {
  texts ??= papers.map(textOf);
  const words = plain(query.value).split(/\s+/).filter(Boolean);
  matches = words.length ? texts.map((text) => words.every((word) => text.includes(word))) : null;
  papers.forEach((paper, place) => (paper.hidden = matches !== null && !matches[place]));
  const shown = matches ? matches.filter(Boolean).length : papers.length;
  count.textContent = matches ? `${shown.toLocaleString("en")} of ${all}` : all;
  for (const update of narrowed) update();
};

// A link may lead to a paper that the search hides.
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.matches("article")) {
    if (target.hidden) {
      query.value = "";
      narrow();
    }
    fill(target);
    target.scrollIntoView();
  }
};
const goTo = (place) => {
  const hash = `#${place + 1}`;
  if (location.hash === hash) reveal();
  else location.hash = hash;
};

query.addEventListener("input", () => {
  narrow();
  // Scrolls back to the first match if it is above the window.
  const list = document.getElementById("papers");
  if (list.getBoundingClientRect().top < 0) list.scrollIntoView();
});
query.addEventListener("keydown", (event) => {
  if (event.key === "Enter") document.getElementById("papers").scrollIntoView();
});
abstracts.addEventListener("click", () => {
  const open = abstracts.textContent.startsWith("Show");
  for (const details of document.querySelectorAll("details.text")) details.open = open;
  abstracts.textContent = `${open ? "Hide" : "Show"} all abstracts`;
});
addEventListener("hashchange", reveal);
search.hidden = false;
// When going back to the page, the browser may restore what was typed.
addEventListener("load", () => {
  if (query.value) narrow();
  reveal();
});
