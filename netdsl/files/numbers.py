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

FEW = 1_000_000
"""After how many shorter lists none is looked for: a text of so many is too long anyway."""

DEEPEST = 64
"""How deep lists of numbers may be nested."""

_LONG_TEXTS = r"""'''(?:[^'\\]|\\.?|'(?!''))*+(?:''')?|\"\"\"(?:[^"\\]|\\.?|"(?!""))*+(?:\"{3})?"""
_TEXTS = r"""'(?:[^'\\\n]|\\.?)*+'?|"(?:[^"\\\n]|\\.?)*+"?"""
# One that is not closed ends with its line, or with the whole, so that nothing is read twice.
_SKIPPED = rf"{_LONG_TEXTS}|{_TEXTS}|\#[^\n]*"
_FLOAT = r"""float\(["'](?:-?inf|nan)["']\)"""
_WORD = re.compile(r"""float\(["'](-?inf|nan)["']\)""")
_POINT = re.compile(r"(?<=\d)\.(?=[\s,\]])")
# Every choice begins with a sign of its own, which is what makes the search of a long text quick.
_RUN = re.compile(rf"{_SKIPPED}|\[(?:[-0-9.eE,\s\[\]]++|{_FLOAT})*+", re.DOTALL)
_UNDERSCORES = re.compile("_+")
_OF_NUMBERS = b"+-.,0123456789eE[] \t\r\n\f\v"
_LONGEST_WORD = len('float("inf")')
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


def least_beside_lists(text: str) -> int:
    """Return how many characters are in no list of numbers for sure, found without reading any."""
    others = text.encode("ascii", "replace").translate(None, _OF_NUMBERS)
    return len(others) - _LONGEST_WORD * others.count(b"float(")


def _unused(text: str) -> str:
    return "_" * (1 + max((len(run) for run in _UNDERSCORES.findall(text)), default=0))


def _lists(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each long list of nothing but numbers begins and ends."""
    short = 0
    for found in _RUN.finditer(text):
        begin, depth = 0, 0
        is_run = text[found.start()] == "["
        for bracket in _BRACKETS.finditer(text, *found.span()) if is_run else ():
            at = bracket.start()
            if text[at] == "[":
                begin, depth = (begin, depth + 1) if depth else (at, 1)
                if depth > DEEPEST:
                    break
            elif depth:
                depth -= 1
                if not depth and at - begin >= SHORT:
                    yield begin, at + 1
                elif not depth:
                    short += 1
                    if short > FEW:
                        return


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
