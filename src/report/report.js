(() => {
  const search = document.querySelector(".search");
  const query = document.getElementById("query");
  const count = search.querySelector("output");
  const abstracts = search.querySelector("button");
  const papers = [...document.querySelectorAll("article")];
  const all = count.textContent;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const textOf = (paper) =>
    [...paper.querySelectorAll("h2 > :last-child, header p, .authors")].map((part) => plain(part.textContent)).join(" ");
  let texts;

  const narrow = () => {
    texts ??= papers.map(textOf);
    const words = plain(query.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    papers.forEach((paper, index) => {
      paper.hidden = !words.every((word) => texts[index].includes(word));
      shown += !paper.hidden;
    });
    count.textContent = words.length ? `${shown.toLocaleString("en")} of ${all}` : all;
  };

  // A link may lead to a paper that the search hides.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.hidden) {
      query.value = "";
      narrow();
      target.scrollIntoView();
    }
  };

  query.addEventListener("input", () => {
    narrow();
    // The first match, not wherever the shortened page happens to end.
    const list = document.querySelector("main");
    if (list.getBoundingClientRect().top < 0) list.scrollIntoView();
  });
  abstracts.addEventListener("click", () => {
    const open = abstracts.textContent.startsWith("Show");
    for (const details of document.querySelectorAll("details")) details.open = open;
    abstracts.textContent = `${open ? "Hide" : "Show"} all abstracts`;
  });
  addEventListener("hashchange", reveal);
  search.hidden = false;
  // A browser that comes back to the page may have kept what was typed.
  if (query.value) narrow();
})();
