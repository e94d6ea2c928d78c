"""What stands in a box: key, name, settings, arrays; and what is told of it in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from netdsl.report.counts import show_total
from netdsl.report.drawing.families import SHARED
from netdsl.report.drawing.model import Line
from netdsl.report.drawing.widths import shortened
from netdsl.report.facts import ArrayFacts, PartFacts, PortFacts, show_key
from netdsl.report.solution import ShapeRow
from netdsl.spec import Coder
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

Rows = Mapping[Path, ShapeRow]
"""The shape of each port and array, by position."""

WORDS = 36
"""A line of a box has at most so many letters."""

FEW = 2
"""So many arrays are told one by one."""

ABOUT = 400
"""Values in the full description are cut to so many letters."""


def key_of(part: PartFacts) -> str:
    """Return the key of a part in the net around it, nothing for a net alone."""
    return show_key(part.path[-1]) if part.path else ""


def name_and_settings(part: PartFacts) -> tuple[str, str]:
    """Return a layer's name and what its settings are; a function that has a name is its own.

    >>> from netdsl.report.facts import gather
    >>> name_and_settings(gather(ConvolutionLayer(20, 5)))
    ('Convolution', '20, 5')
    >>> name_and_settings(gather(ElementwiseLayer(Ramp)))
    ('Ramp', '')
    """
    settings = part.title.removeprefix(part.kind).removeprefix("(").removesuffix(")")
    if part.kind == "ElementwiseLayer" and settings.isidentifier():
        return settings, ""
    return part.kind.removesuffix("Layer"), settings


def layer_lines(part: PartFacts, rows: Rows, shared: Mapping[str, int]) -> tuple[Line, ...]:
    """Return the lines of a layer."""
    name, settings = name_and_settings(part)
    found = [_head(key_of(part), name)]
    if settings:
        found.append(((shortened(settings, WORDS), "plain"),))
    arrays = part.arrays
    single = [array for array in arrays if len(arrays) <= FEW or array.shared is not None]
    found += [_array(array, rows[*part.path, array.name].text, shared) for array in single]
    rest = [array for array in arrays if array not in single]
    if rest:
        count = _elements([array.count for array in rest])
        noun = f"{len(rest)} {'other ' if single else ''}arrays"
        found.append(((shortened(", ".join(filter(None, (noun, count))), WORDS), "small"),))
    idle = [port.name for port in part.states if port.name not in part.sources]
    if idle:
        noun = "state" if len(idle) == 1 else "states"
        found.append(((shortened(f"{noun} {', '.join(idle)}", WORDS), "small"),))
    return tuple(found)


def _head(key: str, name: str) -> Line:
    title = (shortened(name, WORDS), "title")
    return ((shortened(key, WORDS), "key"), title) if key else (title,)


def _elements(counts: Sequence[Any]) -> str:
    """Return how many elements arrays have, nothing where that is open."""
    return "" if any(count is Automatic for count in counts) else f"{show_total(counts)} elements"


def _array(array: ArrayFacts, text: str, shared: Mapping[str, int]) -> Line:
    own = (shortened(f"{array.name} {text}", WORDS), "small")
    if array.shared is None:
        return (own,)
    colour = shared[array.shared] % len(SHARED)
    return (own, (shortened(f"= {array.shared}", WORDS), f"shared{colour}"))


def net_lines(part: PartFacts, shared: Mapping[str, int]) -> tuple[Line, ...]:
    """Return the lines of a nested net that is drawn as one box."""
    tallies = part.tallies()
    found = [_head(key_of(part), part.kind), ((_count(part), "plain"),)]
    count = _elements(tallies["parameters"])
    if tallies["arrays"] and count:
        found.append(((shortened(count, WORDS), "small"),))
    names = dict.fromkeys(array.shared for each in part.walk() for array in each.arrays)
    for name in filter(None, names):
        found.append(((shortened(f"= {name}", WORDS), f"shared{shared[name] % len(SHARED)}"),))
    return tuple(found)


def frame_lines(part: PartFacts) -> tuple[Line, ...]:
    """Return the title of the frame around a nested net."""
    return ((*_head(key_of(part), part.kind), (_count(part), "small")),)


def _count(part: PartFacts) -> str:
    count = len(part.parts)
    return f"{count} part" + ("s" if count > 1 else "")


def coder_line(coder: Coder | None) -> tuple[Line, ...]:
    """Return the line of an encoder or decoder at a port, if there is one."""
    return () if coder is None else (((shortened(short(coder), WORDS), "small"),),)


# ---- in full ----------------------------------------------------------------------------------


def about(part: PartFacts, rows: Rows) -> str:
    """Return all that is to be told of a part, line by line."""
    return "\n".join(_told(part, rows))


def _told(part: PartFacts, rows: Rows) -> Iterator[str]:
    where = f"net[{', '.join(repr(key) for key in part.path)}] = " if part.path else ""
    yield where + shortened(part.title, ABOUT)
    for name, ports in (("input", part.inputs), ("output", part.outputs), ("state", part.states)):
        for port in ports:
            yield f"{name} {_port(port, rows[*part.path, port.name].words)}"
    for array in part.arrays:
        mark = "" if array.shared is None else f", shared as {array.shared}"
        yield f"array {array.name}: {rows[*part.path, array.name].text}{mark}"


def _port(port: PortFacts, words: str) -> str:
    coder = "" if port.coder is None else f", {short(port.coder, ABOUT)}"
    return f"{port.name}: {words}{coder}"
