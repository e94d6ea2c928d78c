"""What nets give when they are asked, as JSON can hold it and as text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from netdsl.spec import Net
from netdsl.spec.fields import number, show_value
from netdsl.symbols import Automatic


def plain(value: Any) -> Any:
    """Return a value as dicts, lists, numbers and text, which is what JSON can hold.

    >>> plain((3, "h", Automatic, Ramp)), plain({(1, "Weights"): np.array([[1, np.inf]])})
    ([3, 'h', None, 'Ramp'], [{'position': [1, 'Weights'], 'value': [[1.0, 'inf']]}])

    Nets, expressions and infinities are texts, formulas a text and its LaTeX, drawings SVG and
    DOT; what is open is None.
    """
    if value is None or value is Automatic:
        return None
    if callable(getattr(value, "latex", None)):  # a formula, or entries of one by their indices
        return _of_formula(value)
    if isinstance(value, Mapping):
        return _of_dict(value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):  # in as few digits as its precision has
        return plain(number(value[()])) if value.ndim == 0 else [plain(row) for row in value]
    if isinstance(value, np.generic):
        return plain(number(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bool | int | str):
        return value
    if is_drawing(value):
        return {"svg": value.svg(), "dot": value.dot()}
    if hasattr(value, "edges") and not isinstance(value, Net):  # the graph of the layers
        return {"nodes": plain(list(value)), "edges": plain(list(value.edges))}
    return text_of(value)


def _of_dict(value: Mapping[Any, Any]) -> Any:
    if any(isinstance(key, tuple) for key in value):
        return [{"position": plain(key), "value": plain(item)} for key, item in value.items()]
    return {str(key): plain(item) for key, item in value.items()}


def _of_formula(formula: Any) -> dict[str, Any]:
    found = {"text": str(formula), "latex": formula.latex()}
    if not isinstance(formula, Mapping):
        return found
    entries: list[dict[str, Any]] = []
    for at, entry in formula.items():
        entries.append({"entry": list(at) if isinstance(at, tuple) else [at], **plain(entry)})
    return {**found, "entries": entries}


def is_drawing(value: Any) -> bool:
    """Whether a value is a drawing, which has several forms as text."""
    return callable(getattr(value, "mermaid", None))


def text_of(value: Any) -> str:
    """Return a value as one text, no number of an array left out."""
    if isinstance(value, Net):
        return value.source(None)
    return show_value(value, None) if isinstance(value, np.ndarray) else str(value)
