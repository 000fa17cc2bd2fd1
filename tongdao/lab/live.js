// Shows one Vega-Lite specification. vegaEmbed comes with the bundle that linked.py makes: nothing is asked of a network.
async function render({ model, el }) {
  const list = document.createElement("div"); // the list of indicators stands above the charts
  const place = document.createElement("div");
  el.replaceChildren(list, place);
  let drawn;
  const draw = async () => {
    const began = performance.now();
    drawn?.finalize();
    list.replaceChildren();
    const options = { renderer: "svg", ...model.get("options"), bind: list };
    drawn = await vegaEmbed(place, structuredClone(model.get("spec")), options);
    const picture = place.querySelector("svg.marks"); // whole on a narrow screen too
    if (picture) picture.style.cssText = "max-width: 100%; height: auto";
    if ((model.get("spec").params ?? []).some((each) => each.name === "focus"))
      drawn.view.addSignalListener("focus", (_, chosen) => {
        if (!chosen.id?.length) return;
        model.set("focus", chosen.id[0]);
        model.save_changes();
      });
    el.dataset.milliseconds = Math.round(performance.now() - began);
  };
  model.on("change:spec", draw);
  await draw();
  return () => drawn?.finalize();
}
export default { render };
