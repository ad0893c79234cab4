// The lists of nearest papers. The markup has the first papers of each list. The script adds the rest when an entry is
// about to become visible.
const data = JSON.parse(document.getElementById("data").textContent);
const papers = [...document.querySelectorAll("article")];

const make = (name, attributes, ...inside) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
};
const similarity = (hundredths) => (hundredths / 100).toFixed(2);
const title = (place) => data.names[place][0];
const paperAt = (place) => document.getElementById(String(place + 1));

const linked = (place) => {
  const [text, , link] = data.names[place];
  const href = place < papers.length ? `#${place + 1}` : link;
  return href ? make("a", { href, dir: "auto" }, text) : make("bdi", {}, text);
};

// A sentence, given as text or as [start, length] in the abstract.
const sentence = (place, given) => {
  if (typeof given === "string") return given;
  const text = paperAt(place).querySelector("details.text p[dir]").textContent;
  return text.slice(given[0], given[0] + given[1]);
};
const why = (own, place, terms, sentences) => {
  const reasons = make("details", { class: "reasons" }, make("summary", {}, "Why"));
  if (terms.length) reasons.append(make("p", { dir: "auto" }, `Both mention ${terms.join(", ")}.`));
  for (const [left, right] of sentences) {
    const quotes = [sentence(own, left), sentence(place, right)].map((text) => make("q", { dir: "auto" }, text));
    reasons.append(make("div", { class: "match" }, ...quotes));
  }
  return reasons;
};

const item = (own, [place, score, terms, sentences]) => {
  const bar = make("b", { style: `--s:${Math.max(0, score)}%` }, similarity(score));
  const made = make("li", {}, linked(place), bar, make("small", {}, data.names[place][1]));
  if (terms) made.append(why(own, place, terms, sentences));
  return made;
};

const filled = new Set();
const fill = (paper) => {
  if (filled.has(paper)) return;
  filled.add(paper);
  const own = paper.id - 1;
  for (const kind of ["within", "nearest"]) {
    paper.querySelector(`ol.${kind}`)?.replaceChildren(...data[kind][own].map((found) => item(own, found)));
  }
};

const nearing = new IntersectionObserver(
  (seen) => {
    for (const { target } of seen.filter(({ isIntersecting }) => isIntersecting)) {
      nearing.unobserve(target);
      fill(target);
    }
  },
  { rootMargin: "1200px 0px" },
);
for (const paper of papers) nearing.observe(paper);
addEventListener("beforeprint", () => papers.forEach(fill));
