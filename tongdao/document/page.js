// Tables sort by a click on a head; charts are drawn where their still picture stands, which stays if one fails.
const words = new Intl.Collator("zh-CN", { numeric: true });
const blank = /^[\s—–－-]*$/;
const number = /^([+−-]?[\d,]+(?:\.\d+)?)(\D*)$/;
for (const button of document.querySelectorAll("th button"))
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const body = head.closest("table").tBodies[0];
    const sign = head.ariaSort === "ascending" ? -1 : 1;
    const said = (row) => row.cells[head.cellIndex].querySelector(".value").textContent.trim();
    const rows = [...body.rows];
    const full = rows.filter((row) => !blank.test(said(row)));
    const found = full.map((row) => said(row).match(number));
    const numeric = found.every((each) => each && each[2] === found[0][2]); // one unit, or they are words
    const value = (row) => Number(said(row).match(number)[1].replaceAll(",", "").replace("−", "-"));
    full.sort((a, b) => sign * (numeric ? value(a) - value(b) : words.compare(said(a), said(b))));
    body.append(...full, ...rows.filter((row) => blank.test(said(row))));
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  });
const widest = 604; // px of a chart on a page
for (const still of document.querySelectorAll(".chart > script")) {
  const { spec, locale } = JSON.parse(still.textContent);
  const place = document.createElement("div");
  place.className = "drawn";
  still.before(place);
  // A phone gets a chart as wide as it is, with type as large as anywhere; one for the wall it scrolls.
  const room = place.parentNode.parentNode.clientWidth;
  if (spec.autosize?.type === "fit" && spec.width <= widest) spec.width = Math.min(spec.width, room);
  vegaEmbed(place, spec, { mode: "vega", renderer: "svg", actions: false, timeFormatLocale: locale }).then(
    () => still.parentNode.classList.add("live-shown"),
    () => place.remove(),
  );
}
