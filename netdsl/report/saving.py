"""Writing what is printed or drawn to a file, in the form that its suffix names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

from netdsl.errors import SettingError, nearest

PICTURES = (".png", ".pdf", ".jpg", ".jpeg", ".gif", ".eps", ".ps", ".webp", ".tif", ".tiff")
"""Pictures that are made from an SVG file by other programs."""

CONVERTED = ".svg, which other programs convert"

LIKENESS = 0.7
"""How like a suffix a misspelt one is at least."""


def write(path: str | PathLike[str], forms: Mapping[str, Callable[[], str]], what: str) -> Path:
    """Write what a suffix stands for to a file and return its path; `what` is what is saved."""
    if not isinstance(path, str | PathLike):
        _refuse(
            "A file is named by a text or a path.", f'for instance "net{next(iter(forms))}"', path
        )
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in forms:
        is_picture = suffix in PICTURES and ".svg" in forms
        _refuse(
            f"{what} is saved in the form that the suffix of its file names.",
            ", ".join(forms),
            file.name,
            nearest=CONVERTED if is_picture else nearest(suffix, forms, LIKENESS),
        )
    text = forms[suffix]()
    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        _refuse(
            "The file cannot be written.",
            "a folder that is there, and a file that may be written",
            str(path),
            because=error.strerror,
        )
    return file


def _refuse(sentence: str, expected: str, got: object, **facts: Any) -> NoReturn:
    raise SettingError(sentence, call="save", expected=expected, got=repr(got), **facts) from None
