"use strict";
(() => {
  const form = document.getElementById("filters");
  const words = document.getElementById("words");
  const chapter = document.getElementById("chapter");
  const cosmetic = document.getElementById("cosmetic");
  const shown = document.getElementById("shown");
  const kinds = Array.from(form.querySelectorAll("input[name=kind]"));
  // What is searched is gathered once: asking the page for its text is slow.
  const rows = Array.from(document.querySelectorAll("#table tbody tr"), (element) => ({
    element,
    kind: element.dataset.k,
    chapter: element.dataset.c,
    isCosmetic: "x" in element.dataset,
    text: Array.from(element.cells, (cell) => cell.textContent).join(" ").toLowerCase(),
  }));
  const plain = (text) => text.toLowerCase().trim();
  const apply = () => {
    const wanted = new Set(kinds.filter((box) => box.checked).map((box) => box.value));
    const parts = plain(words.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits =
        wanted.has(row.kind) &&
        (!chapter.value || row.chapter === chapter.value) &&
        (cosmetic.checked || !row.isCosmetic) &&
        parts.every((part) => row.text.includes(part));
      if (row.element.hidden === fits) row.element.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} changes shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
})();
