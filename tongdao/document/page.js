// Tables sort by a click on a head; charts are drawn where their still picture stands, which stays if one fails.
for (const button of document.querySelectorAll("th button"))
  button.addEventListener("click", () => sortBelow(button.closest("th")));
for (const still of document.querySelectorAll(".chart > script")) {
  const { spec, locale } = JSON.parse(still.textContent);
  const place = document.createElement("div");
  place.className = "drawn";
  still.before(place);
  vegaEmbed(place, spec, { mode: "vega", renderer: "svg", actions: false, timeFormatLocale: locale }).then(
    () => still.parentNode.classList.add("live-shown"),
    () => place.remove(),
  );
}
