"""A user who installs netdsl gets the modules of the checkout, each once."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
DATA = {"netdsl/data/digits.csv", "netdsl/data/iris.csv"}


def run(*command: str | Path, **options) -> str:
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def modules() -> set[str]:
    """Every module of the checkout, as a path from the folder that netdsl is installed in."""
    rooms = {path.relative_to(ROOT) for path in (ROOT / "netdsl").rglob("*.py")}
    layers = {"netdsl" / path.relative_to(ROOT) for path in (ROOT / "layers").rglob("*.py")}
    return {path.as_posix() for path in rooms | layers}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel built from the sdist that is built from what git would commit."""
    tree = tmp_path_factory.mktemp("tree")
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
    for name in filter(os.path.lexists, (ROOT / file for file in listed.split("\0") if file)):
        copy = tree / name.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(name, copy, follow_symlinks=False)
    # Git on Windows leaves a link as a file that holds its target; package-dir does without it.
    (tree / "netdsl/layers").unlink()
    (tree / "netdsl/layers").write_text("../layers")
    run(sys.executable, "-m", "build", "--no-isolation", tree)
    return next((tree / "dist").glob("*.whl"))


def test_every_package_is_listed():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]

    folders = {Path(module).parent for module in modules()}

    assert sorted(listed) == sorted(".".join(folder.parts) for folder in folders)


def test_the_wheel_holds_the_modules_and_the_data(wheel):
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert held == modules() | {"netdsl/py.typed", *DATA}


def test_the_installed_package_imports(wheel, tmp_path):
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", tmp_path, wheel)
    script = """if True:
        import sys, netdsl.layers, netdsl.data
        netdsl.data.iris()
        print(netdsl.__file__, netdsl.layers.__file__, "layers" in sys.modules)"""

    elsewhere = {"cwd": tmp_path.parent, "env": os.environ | {"PYTHONPATH": str(tmp_path)}}
    got = run(sys.executable, "-c", script, **elsewhere)

    home = tmp_path / "netdsl"
    assert got.split() == [f"{home}/__init__.py", f"{home}/layers/__init__.py", "False"]
