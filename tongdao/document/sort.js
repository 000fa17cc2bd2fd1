// Sorting a table by a click on a head, in a report's page and in JupyterLab.
const collator = new Intl.Collator("zh-CN", { numeric: true });
const blank = /^[\s—–－-]*$/;
const number = /^([+−-]?[\d,]+(?:\.\d+)?)(\D*)$/;

/** Sort the rows below a head: figures of one unit by size, words as Chinese sorts them, blanks last; again turns it. */
function sortBelow(head) {
  const body = head.closest("table").tBodies[0];
  const sign = head.ariaSort === "ascending" ? -1 : 1;
  const cell = (row) => row.cells[head.cellIndex];
  const said = (row) => (cell(row).querySelector(".value") ?? cell(row)).textContent.trim();
  const rows = [...body.rows];
  const full = rows.filter((row) => !blank.test(said(row)));
  const found = full.map((row) => said(row).match(number));
  const numeric = found.every((each) => each && each[2] === found[0][2]);
  const value = (row) => Number(said(row).match(number)[1].replaceAll(",", "").replace("−", "-"));
  full.sort((a, b) => sign * (numeric ? value(a) - value(b) : collator.compare(said(a), said(b))));
  body.append(...full, ...rows.filter((row) => blank.test(said(row))));
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
}
