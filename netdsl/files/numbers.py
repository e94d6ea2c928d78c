"""Long lists of numbers in a text, which are read apart from the rest of it.

A tree of a few hundred thousand numbers would take seconds and hundreds of megabytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

SHORT = 40
"""Lists of fewer characters stay in the text."""

DEEPEST = 64
"""How deep lists of numbers may be nested."""

_TEXTS = r"""'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*+'|"(?:[^"\\\n]|\\.)*+\""""
_SKIPPED = rf"[rRbBuUfF]*(?:{_TEXTS})|\#[^\n]*"
_FLOAT = r"""float\(["'](?:-?inf|nan)["']\)"""
_WORD = re.compile(r"""float\(["'](-?inf|nan)["']\)""")
_POINT = re.compile(r"(?<=\d)\.(?=[\s,\]])")
_RUN = re.compile(rf"(?s:{_SKIPPED})|(?P<run>\[(?:[-0-9.eE,\s\[\]]++|{_FLOAT})*+)")
_BRACKETS = re.compile(r"[\[\]]")
_WORDS = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}


def without_lists(text: str) -> tuple[str, dict[str, Any]]:
    """Return the text with a name in each long list instead of the numbers, and these by name.

    Every place in the text stays where it is.
    """
    prefix, found, parts, done = _unused(text), dict[str, Any](), list[str](), 0
    for start, end in _lists(text):
        name = f"{prefix}{len(found)}"
        blank = _blank(text[start:end], name)
        value = None if blank is None else _read(text[start:end])
        if blank is None or value is None:
            continue
        found[name] = value
        parts += [text[done:start], blank]
        done = end
    return "".join((*parts, text[done:])), found


def _unused(text: str) -> str:
    prefix = "_"
    while prefix in text:
        prefix += "_"
    return prefix


def _lists(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each long list of nothing but numbers begins and ends."""
    for found in _RUN.finditer(text):
        begin, depth = 0, 0
        for bracket in _BRACKETS.finditer(text, *found.span("run")) if found["run"] else ():
            at = bracket.start()
            if text[at] == "[":
                begin, depth = (begin, depth + 1) if depth else (at, 1)
                if depth > DEEPEST:
                    break
            elif depth:
                depth -= 1
                if not depth and at - begin >= SHORT:
                    yield begin, at + 1


def _blank(block: str, name: str) -> str | None:
    """Return a block with a name and spaces between its brackets, None where there is no room."""
    lines = [" " * len(line) for line in block[1:-1].split("\n")]
    for at, line in enumerate(lines):
        if len(line) >= len(name):
            lines[at] = name + line[len(name) :]
            return "[" + "\n".join(lines) + "]"
    return None


def _read(block: str) -> Any:
    """Return the numbers of a list, None where it is not one; numpy's `1.` is 1.0."""
    plain = _WORD.sub(lambda word: _WORDS[word[1]], block)
    if ". " in plain or ".," in plain or ".]" in plain:
        plain = _POINT.sub(".0", plain)
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        return None
