"""A real JupyterLab and a browser without a network, for the tests that look at the screen."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from conftest import COMMAND, ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
GLANCE = 3_000  # ms after which a person tries again
PATIENCE = 60_000  # ms until something must have appeared; machines under load are slow, and nothing waits in vain
#: Open a notebook in the JupyterLab that stands and nothing else: loading all of it again takes several seconds.
OPEN = """async path => {
  const close = but => [...jupyterapp.shell.widgets('main')].filter(each => each !== but).forEach(each => {
    if (each.context) each.context.model.dirty = false; // or it asks whether to save
    each.dispose();
  });
  close();
  close(await jupyterapp.commands.execute('docmanager:open', {path})); // an empty window opens the launcher
}"""


@dataclass
class Lab:
    """A running JupyterLab: its address with the token, a page, and every request that would have left the machine."""

    address: str
    page: Any
    refused: list[str] = field(default_factory=list)

    def open(self, notebook: str, *, anew: bool = False) -> None:
        """Open a notebook beside the start notebook and wait until it can be run; ``anew`` with JupyterLab itself."""
        address = f"{self.address.replace('/start.ipynb', f'/{notebook}.ipynb')}&reset"
        if anew or not self.page.url.startswith("http"):
            self.page.goto(address)
        else:
            self.page.evaluate(OPEN, unquote(address).split("/lab/tree/")[1].split("?")[0])
        self.page.wait_for_selector(".jp-Notebook-cell")
        self.page.wait_for_selector("#jp-main-statusbar >> text=| 空闲")

    def menu(self, *names: str) -> None:
        """Choose from the menus, as a person does, who opens one again that has closed under the pointer."""

        def choose() -> None:
            self.page.keyboard.press("Escape")
            self.page.locator(".lm-MenuBar-itemLabel", has_text=names[0]).first.click(timeout=GLANCE)
            for name in names[1:]:
                entry = self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{re.escape(name)}$"))
                entry.first.click(timeout=GLANCE)

        _again(choose)

    def run_all(self) -> None:
        self.menu("运行", "运行所有单元格")

    def wait(self, selector: str) -> Any:
        return self.page.wait_for_selector(selector)

    def again_until(self, selector: str, act: Callable[[], None]) -> Any:
        """Point or click again until something appears, as a person does whose page moved under the pointer."""

        def look() -> Any:
            act()
            return self.page.wait_for_selector(selector, timeout=GLANCE)

        return _again(look)


def _again(act: Callable[[], Any]) -> Any:
    """What an act gives as soon as it does not wait in vain; the last time its own fault is told."""
    from playwright.sync_api import TimeoutError

    for _ in range(PATIENCE // GLANCE - 1):
        with suppress(TimeoutError):
            return act()
    return act()


@contextmanager
def running_lab(folder: Path, workbook: Path) -> Iterator[Lab]:
    """``tongdao lab`` on a workbook, and a browser page that reaches nothing else."""
    from playwright.sync_api import sync_playwright

    fonts = folder / "fonts.conf"
    shipped = ROOT / "tongdao" / "document" / "fonts"
    fonts.write_text(f"<fontconfig><dir>{shipped}</dir><cachedir>{folder / 'fc'}</cachedir></fontconfig>")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [COMMAND, "lab", "--no-browser", "--port", str(port)]
    command += ["--workbook", str(workbook), "--", "--allow-root", "--expose-app-in-browser"]
    own = {
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "run"),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")),  # Vega is bundled once
    }
    log = (folder / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ | own)
    try:
        with sync_playwright() as playwright:
            environment = dict(os.environ) | {"FONTCONFIG_FILE": str(fonts)}
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], env=environment)
            context = browser.new_context(viewport={"width": 1400, "height": 1600}, accept_downloads=True)
            context.set_default_timeout(PATIENCE)
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            lab = Lab(_address(folder / "lab.log"), context.new_page())
            context.route(lambda url: not re.match(r"(http|ws)://(localhost|127\.0\.0\.1)[:/]", url), _refuse(lab))
            yield lab
            browser.close()
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def _refuse(lab: Lab) -> Any:
    def refuse(route: Any) -> None:
        lab.refused.append(route.request.url)
        route.abort()

    return refuse


def _address(log: Path) -> str:
    for _ in range(600):
        found = re.search(r"http://localhost:\S+token=\w+", log.read_text())
        if found:
            return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())
