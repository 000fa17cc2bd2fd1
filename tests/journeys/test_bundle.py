"""The bundle: what of the lock a platform gets, which wheels are refused, and an installation without a network."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from conftest import ROOT, Made

LINUX = "manylinux_2_28_x86_64"


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "tools")
    import bundle

    return bundle  # type: ignore[no-any-return]


def pins(bundle: ModuleType, platform: str, python: str = "3.13", *, lean: bool = False) -> dict[str, str]:
    lock = bundle.locked(bundle.Target(platform, python), bundle.roots(lean=lean))
    lines = [line for line in lock.splitlines() if "==" in line]
    assert lock.count("--hash=sha256:") >= len(lines)
    return dict(line.split(" ")[0].split("==") for line in lines)


def test_a_platform_gets_its_own_part_of_the_lock(bundle: ModuleType) -> None:
    windows, linux = pins(bundle, "win_amd64"), pins(bundle, LINUX)
    assert {"pywinpty", "colorama"} <= windows.keys() - linux.keys()
    assert {"pexpect", "ptyprocess"} <= linux.keys() - windows.keys()
    assert pins(bundle, "manylinux_2_28_aarch64") == linux
    assert pins(bundle, LINUX, "3.11")["numpy"] != linux["numpy"]
    assert {"pandas", "hatchling", "pip", "jupyterlab"} <= linux.keys()
    assert not {"pytest", "mypy", "playwright", "distributed"} & linux.keys()
    lean = pins(bundle, LINUX, lean=True)
    assert {"papermill", "ipykernel"} <= lean.keys()
    assert not {"jupyterlab", "nbconvert", "jupyter-server"} & lean.keys()


@pytest.mark.parametrize(
    ("platform", "tag", "runs"),
    [
        (LINUX, "cp313-cp313-manylinux_2_28_x86_64", True),
        (LINUX, "cp39-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64", True),
        (LINUX, "py3-none-any", True),
        (LINUX, "cp313-cp313-manylinux_2_34_x86_64", False),
        (LINUX, "cp313-cp313-musllinux_1_2_x86_64", False),
        (LINUX, "cp312-cp312-manylinux_2_28_x86_64", False),
        (LINUX, "cp313-cp313-manylinux_2_28_aarch64", False),
        ("manylinux_2_28_aarch64", "cp313-cp313-manylinux_2_28_aarch64", True),
        ("win_amd64", "cp37-abi3-win_amd64", True),
        ("win_amd64", "cp313-cp313-win_arm64", False),
    ],
)
def test_a_wheel_must_fit_the_platform(bundle: ModuleType, platform: str, tag: str, runs: bool) -> None:
    wheel = Path(f"a-1.0-{tag}.whl")
    assert bundle.untagged(wheel, bundle.Target(platform, "3.13")) is not runs


def test_a_library_newer_than_its_tag_says_is_refused(bundle: ModuleType, tmp_path: Path) -> None:
    for wheel, version in (("a-1-cp313-cp313-manylinux_2_17_x86_64.whl", b"34"), ("b-1-py3-none-any.whl", b"17")):
        with zipfile.ZipFile(tmp_path / wheel, "w") as archive:
            archive.writestr("a/b.cpython-313.so", b"\x7fELF\0GLIBC_2.2.5\0GLIBC_2." + version + b"\0")
    with pytest.raises(SystemExit, match=r"a-1-.*b\.cpython-313\.so needs glibc 2\.34$"):
        bundle.judge(sorted(tmp_path.iterdir()), bundle.Target(LINUX, "3.13"))


def test_the_installer_says_what_is_not_there(bundle: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("uname", "dirname", "cat"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    for machine, python, said in (
        ("riscv64", "3.13", "给 riscv64 的"),
        (os.uname().machine, "3.99", "没有 Python 3.99"),
    ):
        script = tmp_path / "install.sh"
        script.write_text(bundle.INSTALLER.format(machine=machine, python=python), encoding="utf-8")
        done = subprocess.run(
            [shutil.which("sh") or "sh", script], capture_output=True, check=False, env={"PATH": str(tmp_path / "bin")}
        )
        assert done.returncode == 2
        assert said in done.stderr.decode()


@pytest.mark.slow
def test_it_installs_without_a_network_and_makes_the_same_report(tmp_path: Path, made: Made) -> None:
    apart = ["unshare", "-rn"]  # a network of its own, without any interface
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no right to a namespace without a network")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    for number in (1, 2):
        tool = [sys.executable, ROOT / "tools" / "bundle.py", "--python", python, "--out", tmp_path / f"{number}"]
        done = subprocess.run(tool, check=False, capture_output=True, text=True)
        if any(words in done.stderr for words in ("Max retries exceeded", "ConnectionError", "Failed to establish")):
            pytest.skip("no package index to fetch wheels from")
        assert done.returncode == 0, done.stderr
    packed, again = sorted(tmp_path.glob("*/*.zip"))
    assert packed.read_bytes() == again.read_bytes()
    shutil.unpack_archive(packed, tmp_path)
    folder = tmp_path / packed.stem
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    call = "sh install.sh && .venv/bin/tongdao doctor && .venv/bin/tongdao report --month 2024-09"
    beside = str(Path(sys.base_prefix, "bin"))
    environment = {"PATH": f"{beside}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    ran = subprocess.run([*apart, "sh", "-c", call], cwd=folder, env=environment, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr.decode()
    report = next(folder / line for line in ran.stdout.decode().splitlines() if line.endswith("monthly_report.pdf"))
    assert report.read_bytes() == made("monthly_report")[".pdf"].read_bytes()
    (folder / "tongdao" / "cli" / "__init__.py").write_bytes(b"damaged")
    refused = subprocess.run(["sh", "install.sh"], cwd=folder, env=environment, capture_output=True, check=False)
    assert refused.returncode == 2
    assert "安装包不完整：tongdao/cli/__init__.py" in refused.stderr.decode()
