"""What differs between two nets, fact by fact: parts, settings, wires, ports, arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netdsl.dims import PortType, show_dims
from netdsl.nets.container import Container, Source
from netdsl.report.comparing.alignment import Part, outline
from netdsl.report.comparing.array_changes import array_changes
from netdsl.report.comparing.matching import Match, matched, unwrapped
from netdsl.report.comparing.records import Difference, place, show_path
from netdsl.report.comparing.rewiring import rewired
from netdsl.report.facts import show_key, show_setting, title
from netdsl.report.words import in_words
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path


@dataclass(frozen=True)
class Two:
    """Two nets, what became of each part, and from where entries of arrays differ."""

    a: Net
    b: Net
    match: Match
    tolerance: float


def differences(a: Net, b: Net, tolerance: float) -> tuple[Difference, ...]:
    """Return all that differs between two nets, group by group, in the order of the parts."""
    nets = Two(a, b, matched(*unwrapped(outline(a, True), outline(b, True))), tolerance)
    return (
        *_parts(nets.match),
        *(found for one, other in nets.match.both() for found in _settings(one, other)),
        *_connections(nets.match),
        *_ports(nets),
        *_coders(nets),
        *array_changes(a, b, nets.match, tolerance),
    )


# ---- parts ------------------------------------------------------------------------------------


def _parts(root: Match) -> Iterator[Difference]:
    for match in root.walk():
        yield from _part(match)
        if match.a is not None and match.b is not None and match.inner:
            yield from _naming(match)
            yield from _moves(match)


def _part(match: Match) -> Iterator[Difference]:
    """Yield what became of a part as a whole."""
    a, b = match.a, match.b
    if a is None or b is None:
        yield _lonely(match)
        return
    paths, said = (a.path, b.path), (title(a.net), title(b.net))
    if len(a.path) != len(b.path) and () in paths:
        text = f"{show_path(a.path)} in a is {show_path(b.path)} in b, {said[1]}"
        yield Difference("part wrapped", paths, "", said, text)
    if a.kind != b.kind:
        here = place(*paths)
        text = f"{here} is {said[0]} in a, {said[1]} in b"
        yield Difference("part replaced", paths, "", said, text)
    if None not in (a.name, b.name) and a.name != b.name:
        text = f"{show_path(a.path)} in a, {said[0]}, is called {show_path(b.path)} in b"
        yield Difference("part renamed", paths, "", said, text)


def _lonely(match: Match) -> Difference:
    """Return that only one of the nets has a part."""
    if match.a is not None:
        said = title(match.a.net)
        text = f"only a has {show_path(match.a.path)} = {said}"
        return Difference("part removed", (match.a.path, None), "", (said, None), text)
    assert match.b is not None
    said = title(match.b.net)
    text = f"only b has {show_path(match.b.path)} = {said}"
    return Difference("part added", (None, match.b.path), "", (None, said), text)


def _moves(match: Match) -> Iterator[Difference]:
    """Yield the parts directly inside that stand elsewhere among the others."""
    assert match.a is not None
    assert match.b is not None
    here, there = (list(map(id, side.parts)) for side in (match.a, match.b))
    for each in match.inner:
        if each.a is not None and each.b is not None and each.is_moved:
            places = 1 + here.index(id(each.a)), 1 + there.index(id(each.b))
            said = tuple(f"{title(each.a.net)}, number {at}" for at in places)
            name = place(each.a.path, each.b.path)
            text = f"{name} is number {places[0]} in a, number {places[1]} in b"
            yield Difference("part moved", (each.a.path, each.b.path), "", said, text)


def _naming(match: Match) -> Iterator[Difference]:
    """Yield that only one net names its parts, or that they are listed in another order."""
    assert match.a is not None
    assert match.b is not None
    paths, here = (match.a.path, match.b.path), place(match.a.path, match.b.path)
    named = match.a.has_names, match.b.has_names
    if named[0] != named[1] and match.keys:
        text = f"the parts of {here} have names in {'a' if named[0] else 'b'} only"
        yield Difference("part renamed", paths, "", _listed(match), text)
    there = list(match.keys.values())
    if there != [part.path[-1] for part in match.b.parts if part.path[-1] in set(there)]:
        text = f"the parts of {here} are listed in another order"
        yield Difference("part moved", paths, "", _listed(match), text)


def _listed(match: Match) -> tuple[str, ...]:
    sides = [part for part in (match.a, match.b) if part is not None]
    return tuple(", ".join(show_key(each.path[-1]) for each in side.parts) for side in sides)


# ---- settings ---------------------------------------------------------------------------------


def _settings(a: Part, b: Part) -> Iterator[Difference]:
    if a.kind != b.kind or not isinstance(a.net, Layer):
        return
    for name in dict.fromkeys((*a.settings, *b.settings)):
        if a.settings.get(name) != b.settings.get(name):
            values = getattr(a.net, name), getattr(b.net, name)
            shown = [show_setting(type(a.net), name, value) for value in values]
            if shown[0] == shown[1]:
                shown[1] = f"another {shown[1]}"
            text = f"{name} of {place(a.path, b.path)} is {shown[0]} in a, {shown[1]} in b"
            yield Difference("setting", (a.path, b.path), name, values, text, tuple(shown), a.kind)


# ---- connections ------------------------------------------------------------------------------


def _connections(root: Match) -> Iterator[Difference]:
    for match in root.walk():
        if match.a is None or match.b is None:
            continue
        outer = match.a.path, match.b.path
        for key, port, *sources in rewired(match):
            inner = () if key is None else (key,), () if key is None else (match.keys[key],)
            paths = (*outer[0], *inner[0]), (*outer[1], *inner[1])
            sides = zip((match.a.net, match.b.net), sources, strict=True)
            shown = [_source(net, source) for net, source in sides]
            positions = tuple(
                source and _position(path, source)
                for path, source in zip(outer, sources, strict=True)
            )
            text = f"{port} of {place(*paths)} comes from {shown[0]} in a, from {shown[1]} in b"
            yield Difference("connection", paths, port, positions, text, tuple(shown))


def _position(path: Path, source: Source) -> Path:
    key, port = source
    return (*path, port) if key is None else (*path, key, port)


def _source(net: Net, source: Source | None) -> str:
    """Return a source in a net: `a`, `a.State` of several, a port of the net."""
    if source is None:
        return "nothing"
    key, port = source
    children = dict(net.children())
    if key is None:
        return f"NetPort({port!r})" if port in children else port
    is_only = children[key].output_names == (port,)
    return show_key(key) if is_only else f"{show_key(key)}.{port}"


# ---- ports ------------------------------------------------------------------------------------


def _ports(nets: Two) -> Iterator[Difference]:
    """Yield ports that only one net has, and those of other shapes or coders.

    A shape that comes from another port, whose own differs in the same way, is left out.
    """
    types: dict[Path, tuple[PortType, ...]] = {
        (*a.path, name): _types(nets, a, b, name)
        for a, b in nets.match.both()
        for name in _common(a.net, b.net)
    }
    for a, b in nets.match.both():
        is_root = not a.path
        if a.kind == b.kind or is_root or isinstance(a.net, Container):
            yield from _port_names(a, b, is_root)
        for name in _common(a.net, b.net):
            before = _before(nets.a, a.path, name)
            if types[*a.path, name] and types.get(before) != types[*a.path, name]:
                yield _shapes(a, b, name, types[*a.path, name])


def _common(a: Net, b: Net) -> list[str]:
    names = (*b.input_names, *b.output_names)
    return [name for name in (*a.input_names, *a.output_names) if name in names]


def _types(nets: Two, a: Part, b: Part, name: str) -> tuple[PortType, ...]:
    """Return what a port takes in each net, nothing where that is the same."""
    found = nets.a.shapes.port(a.path, name), nets.b.shapes.port(b.path, name)
    return () if repr(found[0].spec()) == repr(found[1].spec()) else found


def _before(net: Net, path: Path, name: str) -> Path:
    """Return the port from which a port takes its shape, its own where that is told anyway."""
    part = net.at(path)
    if path and name in part.input_names:
        around = net.at(path[:-1])
        assert isinstance(around, Container)
        return _position(path[:-1], around.wiring.feeds[path[-1], name])
    if path and isinstance(part, Container):
        return _position(path, part.wiring.outputs[name])
    return ()


def _shapes(a: Part, b: Part, name: str, types: tuple[PortType, ...]) -> Difference:
    shown = tuple(_said(kind) for kind in types)
    if shown[0] == shown[1]:
        shown = tuple(str(kind.spec()) for kind in types)
    text = f"{name} of {place(a.path, b.path)} is {shown[0]} in a, {shown[1]} in b"
    specs = tuple(kind.spec() for kind in types)
    return Difference("port", (a.path, b.path), name, specs, text, shown)


def _said(kind: PortType) -> str:
    is_plain = kind.element != "Integer" and kind.first is None and bool(kind.dims)
    return show_dims(kind.dims) if is_plain else in_words(kind)


def _port_names(a: Part, b: Part, is_root: bool) -> Iterator[Difference]:
    """Yield ports that one has; inputs of inner parts are told of as connections."""
    ways = [("outputs", a.net.output_names, b.net.output_names)]
    ways += [("inputs", a.net.input_names, b.net.input_names)] if is_root else []
    for way, here, there in ways:
        for name in dict.fromkeys((*here, *there)):
            if name not in here or name not in there:
                side = "a" if name in here else "b"
                text = f"only in {side} {place(a.path, b.path)} has {name} among its {way}"
                values = (name, None) if name in here else (None, name)
                shown = ("there", "none") if name in here else ("none", "there")
                yield Difference("port", (a.path, b.path), name, values, text, shown)
        common = [name for name in here if name in there]
        if common != [name for name in there if name in common]:
            text = f"the {way} of {place(a.path, b.path)} are in another order"
            shown = ", ".join(here), ", ".join(there)
            yield Difference("port", (a.path, b.path), way, (here, there), text, shown)


def _coders(nets: Two) -> Iterator[Difference]:
    """Yield coders that differ, where a net only shows that of a part at the part."""
    changed: dict[Path, tuple[Any, ...]] = {
        (*a.path, name): found
        for a, b in nets.match.both()
        for name in _common(a.net, b.net)
        if (found := _two_coders(a.net, b.net, name))
    }
    for a, b in nets.match.both():
        for name in _common(a.net, b.net):
            found = changed.get((*a.path, name))
            behind = (changed.get(position) for position in _behind(a, name))
            if found is None or any(each and repr(each) == repr(found) for each in behind):
                continue
            shown = tuple("none" if each is None else short(each) for each in found)
            at = f"{name} of {place(a.path, b.path)}"
            text = f"the coder at {at} is {shown[0]} in a, {shown[1]} in b"
            yield Difference("coder", (a.path, b.path), name, found, text, shown)


def _two_coders(a: Net, b: Net, name: str) -> tuple[Any, ...]:
    """Return the coders at a port in both nets, nothing where they are the same."""
    settings = a.port_setting(name), b.port_setting(name)
    found = tuple(each if isinstance(each, Coder) else None for each in settings)
    return () if repr(found[0]) == repr(found[1]) else found


def _behind(part: Part, name: str) -> Iterator[Path]:
    """Yield the ports of the parts inside that a port of a net is."""
    if isinstance(part.net, Container):
        wires = part.net.wiring
        for (key, port), source in wires.feeds.items():
            if source == (None, name):
                yield (*part.path, key, port)
        if name in wires.outputs:
            yield _position(part.path, wires.outputs[name])
