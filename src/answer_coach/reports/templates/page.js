"use strict";
// All is readable without this: it opens the card that a link leads to, filters and sorts the table of all answers.
const table = document.getElementById("all");
const rows = [...table.tBodies[0].rows];

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const card = target && target.closest("details");
  if (card) {
    card.open = true;
    card.scrollIntoView();
    card.querySelector("summary").focus({ preventScroll: true });
  }
}

function filter(event) {
  const wanted = event.target.value.trim().toLowerCase();
  let count = 0;
  for (const row of rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    count += row.hidden ? 0 : 1;
  }
  document.getElementById("found").textContent = wanted ? `${count} of ${rows.length}` : "";
}

function sort(head, at) {
  const down = head.getAttribute("aria-sort") === "ascending";
  const sign = down ? -1 : 1;
  const key = (row) => row.cells[at].textContent.trim();
  rows.sort((one, two) => sign * key(one).localeCompare(key(two), undefined, { numeric: true }));
  table.tBodies[0].append(...rows);
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
}

[...table.tHead.rows[0].cells].forEach((head, at) => {
  const button = document.createElement("button");
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(head, at));
  head.append(button);
});
document.querySelector(".tools").hidden = false;
document.getElementById("filter").addEventListener("input", filter);
addEventListener("hashchange", reveal);
reveal();
