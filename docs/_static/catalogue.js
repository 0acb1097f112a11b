/* The catalogue's filters: rows that fit the words and every list stay. */
"use strict";

(function () {
  const form = document.querySelector(".catalogue-filters");
  if (!form) return;
  const rows = [...document.querySelectorAll("table.catalogue tbody tr")];
  const told = form.querySelector("output");

  function fits(row, words, picked) {
    const text = row.textContent.toLowerCase();
    const values = JSON.parse(row.dataset.filters);
    return words.every((word) => text.includes(word)) && picked.every(([name, value]) => values[name] === value);
  }

  function filter() {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const picked = [...form.querySelectorAll("select")].map((one) => [one.name, one.value]).filter(([, value]) => value);
    for (const row of rows) row.hidden = !fits(row, words, picked);
    const left = rows.filter((row) => !row.hidden).length;
    told.textContent = left === 1 ? "1 kind" : `${left} kinds`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
})();
