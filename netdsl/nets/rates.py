"""How fast each array of a net learns: the settings LearningRateMultipliers, resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from netdsl.errors import SettingError, StructureError, nearest
from netdsl.infer.causes import show_path
from netdsl.nets.extract import resolve_key
from netdsl.spec import Layer, Net
from netdsl.spec.classes import arrays, former_names
from netdsl.spec.fields import freeze
from netdsl.spec.rates import NAME, check_rate_of, read_rate, read_rule
from netdsl.spec.shapes import Path
from netdsl.symbols import All, Automatic, Blank, Span


def array_rates(net: Net, override: Any = Automatic) -> dict[Path, float]:
    """Return the multiplier of the learning rate for every array of a net, by path.

    0 means that the array stays as it is. A setting is a number (for all arrays), None (0), or
    rules, as a dict or a list of pairs, of which the first that matches counts:
    `{"name": 2, -1: 0, Span(1, 3): 0.5, ("part", "Weights"): None, Blank: 1}`. A rule of
    `override` comes before those stored in the net; of these, the innermost counts. What
    matches none has 1. The places of a shared array have one rate: what is given at one of them
    holds for all, and two raise a SettingError. A rule that names nothing in the
    net raises a StructureError.
    """
    found = {(*path, name): 1.0 for path, layer in net.leaves() for name in layer.array_fields}
    chosen = _common(net, _matching(net, override, (), found))
    stored: dict[Path, float] = {}
    for path, inner in _outside_in(net, ()):
        stored |= _matching(inner, getattr(inner, NAME, Automatic), path, found)
    rest = {path: rate for path, rate in stored.items() if path not in chosen}
    return found | _common(net, rest) | chosen


def _common(net: Net, rates: dict[Path, float]) -> dict[Path, float]:
    """Return rates with that of one place of a shared array at all of them."""
    found = dict(rates)
    for name, places in net.shapes.shared.items():
        given = {place: rates[place] for place in places if place in rates}
        if len(set(given.values())) > 1:
            raise SettingError(
                "A shared array has one learning rate multiplier.",
                array=repr(name),
                setting=NAME,
                expected="one rate at " + " and ".join(str(list(place)) for place in given),
                got=" and ".join(f"{rate:g}" for rate in given.values()),
            )
        for rate in given.values():
            found |= dict.fromkeys(places, rate)
    return found


def _outside_in(net: Net, path: Path) -> Iterator[tuple[Path, Net]]:
    yield path, net
    for key, child in net.children():
        yield from _outside_in(child, (*path, key))


def _matching(net: Net, setting: Any, at: Path, known: Iterable[Path]) -> dict[Path, float]:
    """Return the rates that one setting, stored in the net at a path, gives to arrays in it."""
    setting = freeze(setting)
    if setting is Automatic:
        return {}
    inside = [path for path in known if path[: len(at)] == at]
    if not isinstance(setting, tuple):
        return dict.fromkeys(inside, read_rate(setting))
    found: dict[Path, float] = {}
    for rule in setting:
        pattern, rate = read_rule(rule)
        starts = [(*at, *start) for start in _starts(net, pattern, at)]
        if pattern and isinstance(pattern[-1], str) and pattern[-1] != "All":
            _check_states(net, starts, at, rate)
        for path in inside:
            if any(path[: len(start)] == start for start in starts):
                found.setdefault(path, rate)
    return found


def _check_states(net: Net, starts: Iterable[Path], at: Path, rate: float) -> None:
    """See that a rule which names states lets them move, or stay."""
    for start in starts:
        *inner, name = start[len(at) :]
        part = net.at(tuple(inner))
        fields = arrays(type(part)) if isinstance(part, Layer) else {}
        if name in fields:
            check_rate_of(str(name), fields[str(name)].learned, rate)


def _starts(net: Net, pattern: tuple[Any, ...], at: Path, exact: bool = True) -> list[Path]:
    """Return the paths of the parts and arrays that a pattern names.

    After All, Blank or a Span, a part that lacks the rest of the pattern is passed over.
    """
    if not pattern:
        return [()]
    first, *rest = pattern
    children = dict(net.children())
    if first is Blank or first is All or (first == "All" and first not in children):
        keys = list(children or _arrays(net))
    elif isinstance(first, Span):
        keys = [list(children)[index] for index in first.positions(len(children))]
    else:
        keys = _one(net, first, at, exact)
    exact = exact and len(keys) == 1
    found: list[Path] = []
    for key in keys:
        if key in children:
            inner = _starts(children[key], tuple(rest), (*at, key), exact)
            found += [(key, *path) for path in inner]
        elif not rest:
            found.append((key,))
        elif exact:
            raise _no_part(net, (), rest[0], (*at, key))
    return found


def _arrays(net: Net) -> list[str]:
    """Return the arrays that a layer may have; one left out by None is no mistake in a rule."""
    return list(arrays(type(net))) if isinstance(net, Layer) else []


def _one(net: Net, key: Any, at: Path, exact: bool) -> list[Any]:
    if key in _arrays(net):
        return [key]
    try:
        return [resolve_key(net, key, at)]
    except StructureError:
        if not exact:
            return []
    names = (*(str(child) for child, _ in net.children()), *_arrays(net))
    former = former_names(type(net)).get(key) if isinstance(net, Layer) else None
    raise _no_part(net, names, key, at).having(nearest=former)


def _no_part(net: Net, names: tuple[str, ...], key: Any, at: Path) -> StructureError:
    return StructureError(
        "A learning rate multiplier names no part of the net.",
        layer=f"{show_path(at)} = {net.brief()}" if at else net.brief(),
        setting=NAME,
        expected=", ".join(names) or "the end of the path",
        got=repr(key),
        nearest=nearest(key, names),
    )
