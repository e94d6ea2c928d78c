"""The picture in the guide to looking at nets: what the guide itself draws."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import netdsl

DOCS = Path(__file__).parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def names_on(page: str) -> dict[str, Any]:
    """Run the examples of a page, and return what has a name then."""
    text = (DOCS / page).read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(text, dict(vars(netdsl)), page, None, None)
    doctest.DocTestRunner(optionflags=FLAGS).run(examples, clear_globs=False)
    return examples.globs


def build(folder: Path) -> None:
    """Write the picture."""
    picture = folder / "pictures" / "net.svg"
    picture.parent.mkdir(exist_ok=True)
    names_on("looking-at-nets.md")["drawing"].save(picture)
