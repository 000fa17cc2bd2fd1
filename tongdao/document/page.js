// Tables sort by a click on a head; charts are drawn where their still picture stands, which stays if one fails.
for (const button of document.querySelectorAll("th button"))
  button.addEventListener("click", () => sortBelow(button.closest("th")));
const logLevel = 1; // errors: of a layer without marks Vega warns, and draws the others
const widest = 604; // px of a chart on a page
for (const still of document.querySelectorAll(".chart > script")) {
  const { spec, locale } = JSON.parse(still.textContent);
  const place = document.createElement("div");
  place.className = "drawn";
  place.ariaHidden = "true"; // what is read out is the group's label; Vega's own words are English
  still.before(place);
  // A phone gets a chart as wide as it is, with type as large as anywhere; one for the wall it scrolls.
  const room = place.parentNode.parentNode.clientWidth;
  if (spec.autosize?.type === "fit" && spec.width <= widest) spec.width = Math.min(spec.width, room);
  // Panels stand as many abreast as there is room for; names may be wider than theirs unless these are flush.
  const { layout } = spec, cell = spec.signals?.find(each => each.name === "child_width")?.value;
  if (cell && layout.columns * cell > room) {
    const gap = layout.padding.column;
    layout.columns = layout.bounds === "flush" ? Math.max(1, Math.floor((room + gap) / (cell + gap))) : 1;
    for (const feet of spec.data.filter(each => each.name === "facet_domain_column"))
      feet.transform[0].stop.signal = `min(length(data("facet_domain")), ${layout.columns})`;
  }
  vegaEmbed(place, spec, { mode: "vega", renderer: "svg", actions: false, timeFormatLocale: locale, logLevel }).then(
    () => still.parentNode.classList.add("live-shown"),
    () => place.remove(),
  );
}
