// What JupyterLab does with a workbook's notebooks: they run when opened, stand in the launcher by their titles, their
// tables sort, and a control that has lost its kernel says so. A federated extension written by hand: no build.
(() => {
  const HERE = document.currentScript.src;
  const OPEN = "tongdao:open";
  const NARROW = 1300; // px of a window in which the charts want the room of the file browser
  const WORDS = {
    lost: "控件没有内核可用，下面是上次的结果；要再选，请从菜单选“运行 → 运行所有单元格”。",
    restarted: "内核已重启，控件不再有反应；请从菜单选“运行 → 运行所有单元格”。",
  };
  const STYLE = `
    .jp-Cell.jp-CodeCell:has(.jp-InputPlaceholder) { padding-top: 0; padding-bottom: 2px }
    .jp-InputPlaceholder .jp-Placeholder-content { font-size: 10px; min-height: 0; padding: 0 4px; opacity: .6 }
    .jp-RenderedHTMLCommon th { cursor: pointer }
    .tongdao-told { background: #fdf3d8; color: #3d2f00; padding: .4em .8em; margin: .3em 0 }`;

  /** Run a notebook that this user's JupyterLab has signed, so that nobody's code runs because its file was looked at. */
  async function runOnOpening(panel, { NotebookActions }) {
    await Promise.all([panel.context.ready, panel.revealed]);
    await panel.sessionContext.ready;
    const cells = [...panel.content.model.cells].filter((cell) => cell.type === "code");
    if (!panel.content.model.getMetadata("tongdao")?.run_on_opening || !cells.every((cell) => cell.trusted)) return;
    if (!panel.sessionContext.session?.kernel) return;
    await NotebookActions.runCells(panel.content, [...panel.content.widgets], panel.sessionContext); // the view stays
  }

  /** Start the kernel of our own notebook in the address while the page still loads; the opened notebook finds it. */
  async function startKernel({ contents, sessions }, path) {
    const { kernelspec, tongdao } = (await contents.get(path)).content.metadata;
    if (!tongdao?.run_on_opening) return;
    (await sessions.startNew({ path, name: path, type: "notebook", kernel: { name: kernelspec.name } })).dispose();
  }

  /** Say at every control that it has no kernel, and open the still pictures beside it. */
  function tell(panel, words) {
    for (const view of panel.node.querySelectorAll(".jp-OutputArea-output")) {
      const broken = view.textContent.startsWith("Error displaying widget") || view.textContent.trim() === WORDS.lost;
      const dead = words === WORDS.restarted && view.querySelector(".jupyter-widgets");
      if (!(broken || dead) || view.querySelector(".tongdao-told")) continue;
      const told = Object.assign(document.createElement("div"), { className: "tongdao-told", textContent: words });
      if (broken) view.replaceChildren(told);
      else view.prepend(told);
      for (const fold of view.closest(".jp-OutputArea").querySelectorAll("details")) fold.open = true;
    }
  }

  /** Plain tables only: a row of heads over rows of as many cells. */
  function sort({ target }) {
    const head = target.closest?.(".jp-RenderedHTMLCommon thead th");
    const table = head?.closest("table");
    const wide = head?.parentNode.cells.length;
    if (table?.tHead.rows.length === 1 && [...table.tBodies[0].rows].every((row) => row.cells.length === wide))
      sortBelow(head);
  }

  function watch(panel) {
    const look = () => tell(panel, WORDS.lost);
    const observer = new MutationObserver(look);
    observer.observe(panel.content.node, { childList: true, subtree: true });
    panel.disposed.connect(() => observer.disconnect());
    panel.sessionContext.statusChanged.connect((_, status) => {
      if (["restarting", "autorestarting", "dead"].includes(status)) tell(panel, WORDS.restarted);
    });
    look();
  }

  /** The workbook's notebooks, by the titles in them, in the order of their files. */
  async function launch(app, launcher, folder) {
    const { content } = await app.serviceManager.contents.get(folder);
    const files = content.filter((item) => item.type === "notebook").map((item) => item.path);
    files.sort();
    const category = "工作簿";
    for (const [rank, path] of files.entries()) {
      const { content: book } = await app.serviceManager.contents.get(path);
      const words = [book.cells[0]?.source ?? ""].flat().join(""); // as nbformat has it, or in lines
      const title = /^# (.+)$/m.exec(words)?.[1];
      if (!title || !book.metadata.tongdao) continue;
      const caption = /^\*\*回答的问题\*\*：(.+)$/m.exec(words)?.[1] ?? path;
      launcher.add({ command: OPEN, args: { path, title, caption }, category, rank });
    }
  }

  const plugin = (shared) => ({
    id: "tongdao:lab",
    autoStart: true,
    requires: [shared.notebook.INotebookTracker],
    optional: [shared.launcher.ILauncher],
    activate: (app, tracker, launcher) => {
      const opened = shared.coreutils.PageConfig.getOption("treePath");
      if (opened.endsWith(".ipynb")) startKernel(app.serviceManager, opened).catch(console.debug);
      const sorting = document.createElement("script");
      sorting.src = new URL("sort.js", HERE);
      document.head.append(sorting);
      document.addEventListener("click", sort);
      document.head.append(Object.assign(document.createElement("style"), { textContent: STYLE }));
      tracker.widgetAdded.connect((_, panel) => {
        panel.revealed.then(() => watch(panel));
        runOnOpening(panel, shared.notebook);
      });
      app.commands.addCommand(OPEN, {
        label: ({ title }) => title ?? "打开笔记本",
        caption: ({ caption }) => caption ?? "",
        icon: shared["ui-components"].notebookIcon,
        execute: ({ path }) => app.commands.execute("docmanager:open", { path }),
      });
      const folder = opened.includes("/") ? opened.slice(0, opened.lastIndexOf("/")) : "notebooks";
      app.restored.then(() => {
        if (window.innerWidth < NARROW) app.shell.collapseLeft();
        if (launcher) launch(app, launcher, folder).catch(console.debug);
      });
    },
  });

  let scope;
  const take = async (name) => (await Object.values(scope[name])[0].get())();
  (window._JUPYTERLAB ??= {}).tongdao = {
    init: (given) => void (scope = given),
    get: async () => {
      const names = ["notebook", "launcher", "coreutils", "ui-components"];
      const found = await Promise.all(names.map((name) => take(`@jupyterlab/${name}`)));
      const made = plugin(Object.fromEntries(names.map((name, at) => [name, found[at]])));
      return () => ({ __esModule: true, default: made });
    },
  };
})();
