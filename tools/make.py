"""What the Makefile does, where there is no make; from the wheels beside it, where there is no network.

    python tools/make.py report | test | install | lab

Nothing but Python's own library is needed, and nothing is asked. A bundle (tools/bundle.py) is installed by it too: its
``wheels/`` are then the only source, and on Windows its ``python/`` is the environment, for the embeddable
Python can make no other.
"""

import compileall
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHEELS, SUMS = ROOT / "wheels", ROOT / "SHA256SUMS"
WINDOWS = os.name == "nt"
CARRIED = WINDOWS and Path(sys.executable).resolve().parent == ROOT / "python"
HOME = ROOT / ("python" if CARRIED else ".venv")
READY = HOME / ".ready"
PYTHON = Path(sys.executable) if CARRIED else HOME / ("Scripts/python.exe" if WINDOWS else "bin/python")
LONGEST = 90  # signs of our folder's path; files of JupyterLab add 162, and Windows as it comes takes 259
MADE_FROM = (ROOT / "requirements.lock", ROOT / "pyproject.toml")
THEIRS = ("data/", "notebooks/", "reports/")  # what the office changes and may have changed before installing anew
CALLS = {
    "report": ["-P", "-c", "from tongdao.cli import main; main()", "report"],
    "lab": ["-P", "-c", "from tongdao.cli import main; main()", "lab"],
    "test": ["-m", "pytest", "-q", "-n", "4", "--dist", "loadgroup"],
    "install": [],
}


def main(arguments: list[str]) -> int:
    """Do what is asked, with the environment that it needs; gives the exit code."""
    what, *more = arguments or ["report"]
    if what not in CALLS:
        return say(f"没有“{what}”，可用的有：{'、'.join(CALLS)}。")
    if what == "test" and WHEELS.is_dir():
        return say("离线安装包里没有检验；要运行它们，请用源代码的文件夹。")
    if what == "install" or not ready():
        if WHEELS.is_dir() and (damaged := broken()):
            return say(f"安装包不完整：{damaged} 缺失或与 {SUMS.name} 不符，请重新复制。")
        say("正在准备环境，大约需要几分钟，不用联网……" if WHEELS.is_dir() else "正在准备环境，大约需要几分钟……")
        if code := install():
            long = f"这个文件夹的路径有 {len(str(ROOT))} 个字，请移到 {LONGEST} 个字以内的地方"
            hint = long if WINDOWS and len(str(ROOT)) > LONGEST else "原因见上面"
            return say(f"环境没有装成，{hint}；改好后再运行一次。", code)
        READY.touch()
        say("环境已备好。")
    return subprocess.call([PYTHON, *CALLS[what], *more], cwd=ROOT) if CALLS[what] else 0


def ready() -> bool:
    """Whether the environment is there and no older than what it is made from."""
    return READY.is_file() and all(path.stat().st_mtime <= READY.stat().st_mtime for path in MADE_FROM)


def broken() -> str:
    """The first file of a bundle that is not as it was packed, of those that nobody but us changes."""
    for line in SUMS.read_text(encoding="utf-8").splitlines():
        known, name = line.split("  ", 1)
        path = ROOT / name
        if not name.startswith(THEIRS) and (
            not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != known
        ):
            return name
    return ""


def install() -> int:
    """Make the environment and put the locked packages and the project into it."""
    if not CARRIED:
        import venv  # the embeddable Python has none

        venv.create(HOME, clear=True, symlinks=not WINDOWS)
    pip = [str(next(WHEELS.glob("pip-*.whl")) / "pip")] if WHEELS.is_dir() else ["-m", "pip"]
    pip = [sys.executable, "-s", *pip, *(() if CARRIED else ("--python", str(PYTHON)))]
    quiet = ["install", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    # where there is no network nothing that pip has been told on this machine may count
    source = ["--isolated", "--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else []
    lock = WHEELS / "requirements.txt" if WHEELS.is_dir() else MADE_FROM[0]
    for given in (["--require-hashes", "-r", str(lock)], ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        if code := subprocess.call([*pip, *quiet, *source, *given], cwd=ROOT):
            return code
    compileall.compile_dir(ROOT / "tongdao", quiet=1)
    return 0


def say(words: str, code: int = 2) -> int:
    """Tell the person who installs."""
    print(words, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
