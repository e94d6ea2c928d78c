"""What can be asked of a net as JSON and as lines of text, nothing left out."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from netdsl.spec import Net
from netdsl.spec.fields import number, show_value
from netdsl.symbols import Automatic


def as_json(document: Any) -> str:
    """Return a document as JSON, on several lines."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)


def json_of(value: Any) -> Any:
    """Return a value as JSON can hold it.

    >>> json_of({(1, "Weights"): np.array([[1, np.inf]])}), json_of([Automatic, Ramp])
    ([{'position': [1, 'Weights'], 'value': [[1.0, 'inf']]}], [None, 'Ramp'])

    Nets, expressions and infinities are texts, formulas a text and its LaTeX; what is open is None.
    """
    if value is None or value is Automatic:
        return None
    if isinstance(value, Mapping):
        return _of_dict(value)
    if isinstance(value, list | tuple):
        return [json_of(item) for item in value]
    if isinstance(value, np.ndarray):  # in as few digits as its precision has
        return json_of(number(value[()])) if value.ndim == 0 else [json_of(row) for row in value]
    if isinstance(value, np.generic):
        return json_of(number(value))
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bool | int | str):
        return value
    if callable(getattr(value, "latex", None)):
        return {"text": str(value), "latex": value.latex()}
    if hasattr(value, "edges") and not isinstance(value, Net):  # the graph of the layers
        return {"nodes": json_of(list(value)), "edges": json_of(list(value.edges))}
    return _text(value)


def _of_dict(value: Mapping[Any, Any]) -> Any:
    if any(isinstance(key, tuple) for key in value):
        return [{"position": json_of(key), "value": json_of(item)} for key, item in value.items()]
    return {str(key): json_of(item) for key, item in value.items()}


def lines_of(value: Any) -> str:
    """Return a value as text, a line for each item of a list and for each entry of a dict.

    >>> print(lines_of({(1, "Weights"): 6, (1, "Biases"): 3}))
    1, Weights: 6
    1, Biases: 3
    """
    if isinstance(value, Mapping):
        return "\n".join(f"{_key(key)}: {_text(item)}" for key, item in value.items())
    if isinstance(value, list):
        return "\n".join(_key(item) if isinstance(item, tuple) else _text(item) for item in value)
    return _text(value)


def _key(key: Any) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _text(value: Any) -> str:
    if isinstance(value, Net):
        return value.source(None)
    return show_value(value, None) if isinstance(value, np.ndarray) else str(value)
