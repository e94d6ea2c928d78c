"""What differs between the arrays of two nets: whether there is one, sizes, values, rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netdsl.dims import show_dims
from netdsl.nets.rates import array_rates
from netdsl.report.comparing.alignment import Part
from netdsl.report.comparing.array_change import ArrayChange, array_change
from netdsl.report.comparing.matching import Match
from netdsl.report.comparing.records import Difference, place
from netdsl.report.facts import show_key
from netdsl.spec import Layer, Net
from netdsl.spec.net_array import NetArray, value_of
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

Places = frozenset[tuple[str, Path]]
"""Where a shared array stands: places in the first net; those that only the second one has."""


def array_changes(a: Net, b: Net, match: Match, tolerance: float) -> Iterator[Difference]:
    """Yield what differs between arrays; those that are shared in both nets are looked at once."""
    layers = [
        (one, other)
        for one, other in match.both()
        if one.kind == other.kind and isinstance(one.net, Layer)
    ]
    for one, other in layers:
        yield from _dimensions(a, b, one, other)
    found = list(_once(a, b, layers))
    for one, other, name in found:
        yield from _values(one, other, name, tolerance)
    rates = array_rates(a), array_rates(b)
    for one, other, name in found:
        pair = rates[0][*one.path, name], rates[1][*other.path, name]
        if pair[0] != pair[1]:
            shown = tuple(f"{rate:g}" for rate in pair)
            text = (
                f"the multiplier of {name} of {place(one.path, other.path)} is "
                f"{shown[0]} in a, {shown[1]} in b"
            )
            yield Difference("multiplier", (one.path, other.path), name, pair, text, shown)
    yield from _sharing(a, b, {one.path: other.path for one, other in layers})


def _dimensions(a: Net, b: Net, one: Part, other: Part) -> Iterator[Difference]:
    """Yield arrays that are left out in one net, and those of other sizes."""
    here, there = _arrays(one), _arrays(other)
    for name in dict.fromkeys((*here, *there)):
        at = f"{name} of {place(one.path, other.path)}"
        dims = [
            show_dims(net.shapes.array(part.path, name)) if name in _arrays(part) else "none"
            for net, part in ((a, one), (b, other))
        ]
        values = tuple(
            net.shapes.array(part.path, name) if name in _arrays(part) else None
            for net, part in ((a, one), (b, other))
        )
        paths, shown = (one.path, other.path), tuple(dims)
        if name not in here or name not in there:
            text = f"{at} is left out in {'b' if name in here else 'a'}"
            yield Difference("array", paths, name, values, text, shown)
        elif str(values[0]) != str(values[1]):
            text = f"{at} is {dims[0]} in a, {dims[1]} in b"
            yield Difference("array dimensions", paths, name, values, text, shown)


def _arrays(part: Part) -> Mapping[str, Any]:
    assert isinstance(part.net, Layer)
    return part.net.array_fields


def _once(a: Net, b: Net, layers: list[tuple[Part, Part]]) -> Iterator[tuple[Part, Part, str]]:
    """Yield the arrays that both nets have, one that both share at its first place."""
    firsts = a.shapes.first_places(), b.shapes.first_places()
    known: set[tuple[Path, Path]] = set()
    for one, other in layers:
        for name in _arrays(one):
            if name in _arrays(other):
                first = (
                    firsts[0].get((*one.path, name), (*one.path, name)),
                    firsts[1].get((*other.path, name), (*other.path, name)),
                )
                if first not in known:
                    known.add(first)
                    yield one, other, name


# ---- values -----------------------------------------------------------------------------------


def _values(a: Part, b: Part, name: str, tolerance: float) -> Iterator[Difference]:
    values = value_of(getattr(a.net, name)), value_of(getattr(b.net, name))
    paths, at = (a.path, b.path), f"{name} of {place(a.path, b.path)}"
    has = [value is not Automatic for value in values]
    if not any(has):
        yield from _methods(a, b, name)
    elif not all(has):
        shown = tuple("a value" if each else "none yet" for each in has)
        text = f"{at} has a value in {'a' if has[0] else 'b'} only"
        yield Difference("array value", paths, name, values, text, shown)
    elif values[0].shape == values[1].shape:
        change = array_change(*values, tolerance)
        if not change.is_none:
            text = f"{at}: {said(change)}"
            yield Difference("array value", paths, name, values, text, change=change)


def said(change: ArrayChange) -> str:
    """Say how far two arrays are apart."""
    texts: list[str] = []
    if change.different:
        texts.append(
            f"{change.different:,} of {change.entries:,} entries differ, by up to "
            f"{change.largest:.3g}; the norm of the change is {change.norm:.3g}"
        )
    if change.dtype_a != change.dtype_b:
        texts.append(f"{change.dtype_a} in a, {change.dtype_b} in b")
    return "; ".join(texts)


def _methods(a: Part, b: Part, name: str) -> Iterator[Difference]:
    """Yield that a shared array without a value is to be drawn in another way."""
    settings = getattr(a.net, name), getattr(b.net, name)
    methods = [each.method if isinstance(each, NetArray) else Automatic for each in settings]
    if repr(methods[0]) != repr(methods[1]):
        shown = tuple("by NetInitialize" if m is Automatic else f"by {m}" for m in methods)
        text = f"{name} of {place(a.path, b.path)} is drawn {shown[0]} in a, {shown[1]} in b"
        yield Difference("array value", (a.path, b.path), name, tuple(methods), text, shown)


# ---- sharing ----------------------------------------------------------------------------------


def _sharing(a: Net, b: Net, places: Mapping[Path, Path]) -> Iterator[Difference]:
    """Yield the arrays that stand at other places; what only new parts share belongs to them."""
    back = {there: here for here, there in places.items()}
    own, its = _groups(a, None, "a"), _groups(b, back, "b")
    kept = set(places)
    left = [group for group in own if group not in its and _concerns(group, kept, "a")]
    right = [group for group in its if group not in own and _concerns(group, kept, "a")]
    while left or right:
        here, there = _touching(left, right)
        left = [group for group in left if group not in here]
        right = [group for group in right if group not in there]
        shown = _show(here), _show(there)
        first = min((position for group in (*here, *there) for position in group), key=str)
        path, name = first[1][:-1], str(first[1][-1])
        text = f"shared in a: {shown[0]}; in b: {shown[1]}"
        paths = (path, places.get(path)) if first[0] == "a" else (back.get(path), path)
        yield Difference("sharing", paths, name, (_listed(here), _listed(there)), text, shown)


def _groups(net: Net, back: Mapping[Path, Path] | None, side: str) -> list[Places]:
    """Return where each shared array stands, by the paths of the first net as far as it goes."""
    found: list[Places] = []
    for group in net.shapes.shared.values():
        at: set[tuple[str, Path]] = set()
        for position in group:
            path, name = position[:-1], position[-1]
            known = path if back is None else back.get(path)
            at.add((side, position) if known is None else ("a", (*known, name)))
        found.append(frozenset(at))
    return found


def _concerns(group: Places, kept: set[Path], side: str) -> bool:
    """Whether an array stands in a part that both nets have."""
    return any(where == side and position[:-1] in kept for where, position in group)


def _touching(left: list[Places], right: list[Places]) -> tuple[list[Places], list[Places]]:
    """Return the first group with all that have places in common with it."""
    reach: set[tuple[str, Path]] = set(left[0] if left else right[0])
    size = -1
    while len(reach) != size:
        size = len(reach)
        for group in (*left, *right):
            if group & reach:
                reach |= group
    return [each for each in left if each & reach], [each for each in right if each & reach]


def _show(groups: list[Places]) -> str:
    texts = [" = ".join(_position(at) for at in sorted(group, key=str)) for group in groups]
    return "; ".join(texts) or "none"


def _position(at: tuple[str, Path]) -> str:
    side, position = at
    text = ", ".join(show_key(key) for key in position)
    return f"({text})" + (" in b" if side == "b" else "")


def _listed(groups: list[Places]) -> list[list[Path]]:
    return [[position for _, position in sorted(group, key=str)] for group in groups]
