"""What is asked of a net when it is applied: outputs, inner values, gradients, decoded or raw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from netdsl.errors import StructureError, nearest
from netdsl.nets.extract import resolve_key
from netdsl.nets.netport import NetPort, NetPortGradient
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.classes import former_names
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path
from netdsl.symbols import All, Automatic


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to compute: a port's value or the gradient by a port or an array.

    `path` leads to the part, `name` is the port or the array; a gradient by an array is
    summed over the batch.
    """

    path: Path
    name: str
    gradient: bool = False
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """How one computed thing is shown: raw (None), or by a property of the port's decoder."""

    ask: Ask
    prop: Any = None


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that one call asks; `keys` name the answers where they come as a dict."""

    answers: tuple[Answer, ...]
    keys: tuple[Any, ...] | None

    @property
    def asks(self) -> tuple[Ask, ...]:
        """What has to be computed."""
        return tuple(answer.ask for answer in self.answers)


def read_question(net: Net, prop: Any) -> Question:
    """Read the second argument of a call of a net."""
    outputs = net.output_names
    if prop is Automatic and len(outputs) > 1:
        prop = All
    if prop is All:
        return Question(tuple(_output(net, name, Automatic) for name in outputs), outputs)
    if isinstance(prop, NetPortGradient) and prop.spec == (All,):
        return _every_gradient(net)
    properties = cast(Mapping[str, Any], prop)
    if isinstance(prop, Mapping) and properties and set(properties) <= set(outputs):
        names = tuple(properties)
        answers = tuple(_output(net, name, properties[name]) for name in names)
        return Question(answers, names) if len(names) > 1 else Question(answers, None)
    several = cast(list[Any], prop)
    if isinstance(prop, list) and all(isinstance(p, NetPort) or p in outputs for p in several):
        return Question(tuple(_one(net, item) for item in several), tuple(several))
    return Question((_one(net, prop),), None)


def _one(net: Net, prop: Any) -> Answer:
    if isinstance(prop, NetPortGradient):
        return Answer(gradient_of(net, prop))
    if isinstance(prop, NetPort):
        return Answer(_inner(net, prop))
    if isinstance(prop, str) and prop in net.output_names:
        return _output(net, prop, Automatic)
    if len(net.output_names) > 1:
        raise StructureError(
            "The net has no such output.",
            layer=net.brief(),
            expected=", ".join(net.output_names),
            got=short(prop),
            nearest=nearest(prop, net.output_names),
        )
    return _output(net, next(iter(net.output_names)), prop)


def _output(net: Net, name: str, prop: Any) -> Answer:
    coder = net.port_setting(name)
    if prop is not Automatic and prop is not None and not isinstance(coder, Coder):
        raise StructureError(
            "This output has no decoder, so it has no properties.",
            layer=net.brief(),
            port=name,
            expected="an output port, a NetPort, a NetPortGradient, None or All",
            got=short(prop),
            nearest=nearest(prop, net.output_names),
        )
    return Answer(Ask((), name), prop)


def _inner(net: Net, port: NetPort) -> Ask:
    path, name = resolve_port(net, port)
    part = net.at(path)
    if name in part.input_names:
        raise StructureError(
            "The value of an input port cannot be asked for.",
            layer=net.describe(path),
            port=name,
            expected=", ".join(part.output_names),
            got=name,
        )
    return Ask(path, name)


def resolve_port(net: Net, port: NetPort) -> tuple[Path, str]:
    """Return the path and the name of a port; a part with one output may stand for that."""
    path: Path = ()
    *keys, last = port.spec
    part = net
    for key in keys:
        key = resolve_key(part, key, path)
        part, path = part.at((key,)), (*path, key)
    names = (*part.output_names, *part.state_names, *part.input_names)
    if last in names:
        return path, last
    if last in dict(part.children()) or isinstance(last, int):
        key = resolve_key(part, last, path)
        part, path = part.at((key,)), (*path, key)
        if len(part.output_names) == 1:
            return path, part.output_names[0]
    is_array = isinstance(part, Layer) and last in part.array_fields
    raise StructureError(
        "There is no such port.",
        layer=net.describe(path),
        expected=", ".join(part.output_names),
        got=repr(last),
        nearest=f"NetExtract(net, {[*path, last]!r})" if is_array else nearest(last, names),
    )


def gradient_of(net: Net, port: NetPortGradient) -> Ask:
    """Return the question for a gradient by an input port of the net or by an array."""
    *keys, name = port.spec
    path: Path = ()
    part = net
    for key in keys:
        key = resolve_key(part, key, path)
        part, path = part.at((key,)), (*path, key)
    arrays = tuple(part.array_fields) if isinstance(part, Layer) else ()
    if name in arrays:
        return Ask(path, name, gradient=True, is_array=True)
    inputs = net.input_names if not path else ()
    if name in inputs and net.port(name).element == "Integer":
        raise StructureError(
            "There is no gradient by integers.",
            layer=net.brief(),
            port=name,
            expected="a real port",
        )
    if name not in inputs:
        raise StructureError(
            "There is no gradient by this.",
            layer=net.describe(path),
            expected=", ".join((*arrays, *inputs)) or "an array of a layer",
            got=repr(name),
            nearest=_former(part, path, name)
            or _array_of(part, path, name)
            or nearest(name, (*arrays, *inputs)),
        )
    return Ask((), name, gradient=True)


def _former(part: Net, path: Path, name: Any) -> str | None:
    """Return the gradient by the array that had this name in older nets."""
    found = former_names(type(part)).get(name) if isinstance(part, Layer) else None
    return None if found is None else repr(NetPortGradient(*path, found))


def _array_of(part: Net, path: Path, name: Any) -> str | None:
    """Return the gradient by the first array of that name inside, which was probably meant."""
    for inner, layer in part.leaves():
        if inner and name in layer.array_fields:
            return repr(NetPortGradient(*path, *inner, name))
    return None


def _every_gradient(net: Net) -> Question:
    asks = [
        Ask((), name, gradient=True)
        for name in net.input_names
        if net.port(name).element != "Integer"
    ]
    first, seen = net.shapes.first_places(), set[Path]()
    for path, layer in net.leaves():
        for name in layer.array_fields:
            one = first.get((*path, name), (*path, name))
            if one not in seen:  # a shared array has one gradient
                asks.append(Ask(path, name, gradient=True, is_array=True))
            seen.add(one)
    keys = tuple(NetPortGradient(*ask.path, ask.name) for ask in asks)
    return Question(tuple(Answer(ask) for ask in asks), keys)
