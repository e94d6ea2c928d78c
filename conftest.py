"""Keeps pytest from loading the layers a second time, as layers.* instead of netdsl.layers.*."""

from pathlib import Path

import pytest

import netdsl

ROOT = Path(__file__).parent

collect_ignore = ["layers"]


def pytest_collect_file(file_path: Path) -> None:
    # A path given on the command line is not ignored, so say where the file is to be found.
    if file_path.is_relative_to(ROOT / "layers"):
        raise pytest.UsageError(f"{file_path} is tested as netdsl/{file_path.relative_to(ROOT)}")


@pytest.fixture(autouse=True)
def public_names(doctest_namespace: dict[str, object]) -> None:
    """Examples in docstrings and guides are read as after `from netdsl import *`."""
    doctest_namespace.update(
        {name: value for name, value in vars(netdsl).items() if name[0] != "_"}
    )
