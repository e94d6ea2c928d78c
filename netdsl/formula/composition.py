"""A net as one line of functions: Output = f_2(f_1(Input))."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netdsl.formula.indices import label

if TYPE_CHECKING:
    from netdsl.nets.layered import Layered, Port

WIDTH = 60
"""How long the text of a part may become before it gets a name."""


def composition(wired: Layered, output: str, letters: tuple[str, str]) -> str:
    """Return what an output is as functions of the inputs, and which layer each function is.

    `letters` are those of functions and of outputs inside. What several layers read has a line and
    a name of its own, and so has what is long.
    """
    function, hidden = letters
    needed = _needed(wired, wired.outputs[output])
    reads = Counter(source for path in needed for source in wired.feeds[path].values())
    texts: dict[Port, str] = {}
    lines: list[str] = []
    for path in needed:
        inner = [texts.get(source, source[1]) for source in wired.feeds[path].values()]
        call = f"{label(function, path)}({', '.join(inner)})"
        layer = wired.layers[path]
        for port in (*layer.output_names, *layer.state_names):
            text = call if port == layer.output_names[0] else f"{call}.{port}"
            is_long = len(text) > WIDTH and reads[path, port] > 0
            if reads[path, port] > 1 or is_long:
                name = label(hidden, path if text == call else (*path, port))
                lines.append(f"{name} = {text}")
                text = name
            texts[path, port] = text
    source = wired.outputs[output]
    first = f"{output} = {texts.get(source, source[1])}"
    layers = [f"{label(function, path)} = {wired.layers[path].brief()}" for path in needed]
    return "\n    ".join((first, *reversed(lines), *layers))


def _needed(wired: Layered, output: Port) -> list[tuple[int | str, ...]]:
    """Return the layers that an output rests on, in their order."""
    needed = {output[0]}
    for path in reversed(wired.layers):
        if path in needed:
            needed |= {source for source, _ in wired.feeds[path].values()}
    return [path for path in wired.layers if path in needed]
