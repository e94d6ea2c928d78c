"""What a command prints: text, lines or JSON to standard output, errors to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from netdsl.errors import NetError
from netdsl.report.plain import is_drawing, plain, text_of


def as_json(document: Any) -> str:
    """Return what a document holds as JSON, on several lines."""
    return json.dumps(plain(document), indent=2, ensure_ascii=False, allow_nan=False)


def lines_of(value: Any) -> str:
    """Return a value as text, a line for each item of a list and for each entry of a dict.

    >>> print(lines_of({(1, "Weights"): 6, (1, "Biases"): 3}))
    1, Weights: 6
    1, Biases: 3

    A drawing is SVG, as a file holds it.
    """
    if is_drawing(value):
        return value.svg().rstrip("\n")
    if isinstance(value, Mapping):
        return "\n".join(f"{_key(key)}: {text_of(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(_key(item) if isinstance(item, tuple) else text_of(item) for item in value)
    return text_of(value)


def _key(key: Any) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def write(text: str) -> None:
    """Print to the end, whatever the encoding of the output has no sign for."""
    if text:
        encoding = sys.stdout.encoding or "utf-8"
        print(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def tell(error: Exception, is_json: bool) -> None:
    """Say on standard error what is wrong: as text, or as JSON."""
    if not is_json:
        print(f"netdsl: {error}", file=sys.stderr)
        return
    kind = type(error).__name__ if isinstance(error, NetError) else "usage"
    facts = error.facts if isinstance(error, NetError) else {}
    sentence = error.sentence if isinstance(error, NetError) else str(error)
    print(as_json({"error": {"kind": kind, "message": sentence, "facts": facts}}), file=sys.stderr)


def note(message: Warning | str, *_: Any) -> None:
    """Show a warning, as warnings.showwarning does."""
    print(f"netdsl: note: {message}", file=sys.stderr)
