"""NetExtract: what stands at a path of a net."""

from __future__ import annotations

from typing import Any

from netdsl.dims import show_dims
from netdsl.errors import SettingError, StructureError, nearest
from netdsl.infer.causes import show_path
from netdsl.options import with_options
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.classes import fields, former_names
from netdsl.spec.fields import plain, short
from netdsl.spec.inputs import INPUTS
from netdsl.spec.net_array import NetArray, value_of
from netdsl.spec.shapes import Path
from netdsl.spec.sharing import shared_at
from netdsl.symbols import All, Automatic, Span, position


def show_keys(path: Path) -> str:
    """Return a path as the list that NetExtract takes."""
    return repr(list(path)) if len(path) != 1 else repr(path[0])


def resolve_key(net: Net, key: Any, path: Path = ()) -> int | str:
    """Return the key of a part that a user's key means: a name, or a position from either end."""
    keys = [child for child, _ in net.children()]
    if isinstance(key, int | str) and not isinstance(key, bool):
        if key in keys:
            return key
        if isinstance(key, int) and 1 <= abs(key) <= len(keys):
            return keys[position(key, len(keys))]
        if isinstance(key, str) and key.isdigit() and int(key) in keys:
            return int(key)
    raise StructureError(
        "There is no such part.",
        layer=f"{show_path(path)} = {net.brief()}" if path else net.brief(),
        expected=", ".join(repr(known) for known in keys) or "no parts: this is a layer",
        got=repr(key),
        nearest=nearest(key, keys),
    )


@with_options
def NetExtract(net: Any, spec: Any) -> Any:
    """Return what stands at a path: a layer, an array, a setting, a port.

    >>> net = NetChain([LinearLayer(2, Weights=[[1, 2], [3, 4]]), Ramp])
    >>> NetExtract(net, [1, "Weights"])
    array([[1., 2.],
           [3., 4.]], dtype=float32)

    `spec` is a position (from 1, negative from the end), a name, or a list that goes inwards;
    `All` and a `Span` give a dict; a list of lists gives several values; `NetArray("name")` is
    the value of a shared array, `NetArray(All)` a dict of all. What is not known or
    not initialized gives Automatic; a layer comes with the shapes that were inferred. A path
    that leads nowhere raises a StructureError. Source: Wolfram `NetExtract`.
    """
    if not isinstance(net, Net | Coder):
        raise SettingError(
            "There is nothing to extract from.", expected="a net or a coder", got=short(net)
        )
    if isinstance(spec, list | tuple) and spec and all(isinstance(s, list | tuple) for s in spec):
        return [NetExtract(net, list(one)) for one in spec]
    steps = list(spec) if isinstance(spec, list | tuple) else [spec]
    return _walk(net, net, (), steps)


def _walk(root: Any, part: Any, path: Path, steps: list[Any]) -> Any:
    if not steps:
        return _known(root, part, path) if isinstance(part, Net) else part
    step, *rest = steps
    if isinstance(part, Coder):
        return _every(part) if step is All and not rest else _setting(part, step, rest)
    if isinstance(step, NetArray):
        value = _shared(root, part, path, step.Name)
        return _setting(value, rest[0], rest[1:]) if rest else value
    if step is All or isinstance(step, Span):
        several = _several(root, part, path, step)
        kept = [(key, item) for key, item in several if not rest or _has(item, rest)]
        if several and not kept:
            raise StructureError(
                "No part has this.",
                layer=root.describe(path),
                expected="an array, a setting or a port of one of the parts",
                got=repr(rest[0]),
            )
        return {key: _walk(root, item, (*path, key), rest) for key, item in kept}
    if isinstance(part, Layer):
        return _of_layer(root, part, path, step, rest)
    names = (*part.input_names, *part.output_names)
    if step in getattr(part, "own_settings", ()) and step not in dict(part.children()):
        value = getattr(part, step)
        return _setting(value, rest[0], rest[1:]) if rest else value
    if step in names and step not in dict(part.children()):
        return _port(root, path, step, rest, part)
    key = resolve_key(part, step, path)
    return _walk(root, part.at((key,)), (*path, key), rest)


def _shared(root: Net, part: Net, path: Path, name: Any) -> Any:
    """Return the value of a shared array, or a dict of all."""
    known = part.shapes.shared
    if name is All:
        return {each: _shared(root, part, path, each) for each in known}
    if name not in known:
        raise StructureError(
            "The net has no such shared array.",
            layer=root.describe(path),
            expected=", ".join(map(repr, known)) or "none",
            got=repr(name),
            nearest=nearest(name, known),
        )
    return plain(shared_at(part, known[name][0]).value)


def _several(root: Net, part: Net, path: Path, step: Any) -> list[tuple[Any, Any]]:
    if isinstance(part, Layer) and step is All:
        return [(name, _of_layer(root, part, path, name, [])) for name in fields(type(part))]
    items = list(part.children())
    return items if step is All else [items[at] for at in step.positions(len(items))]


def _has(item: Any, steps: list[Any]) -> bool:
    """Whether a part has what the next step of a path names; after All the others are left out."""
    step, *rest = steps
    if isinstance(item, Layer):
        known = (*fields(type(item)), *item.input_names)
        return step in known or (step is All and not rest)
    if not isinstance(item, Net):
        return isinstance(item, Coder)
    known = (*dict(item.children()), *item.input_names, *item.output_names)
    return step is All or isinstance(step, Span | int) or step in known


def _of_layer(root: Net, layer: Layer, path: Path, name: Any, rest: list[Any]) -> Any:
    known = tuple(dict.fromkeys((*fields(type(layer)), *layer.input_names)))
    if name not in known:
        raise StructureError(
            "The layer has no such array, setting or port.",
            layer=root.describe(path),
            expected=", ".join(known),
            got=repr(name),
            nearest=former_names(type(layer)).get(name) or nearest(name, known),
        )
    if name in layer.port_fields:
        return _port(root, path, name, rest, layer)
    value = plain(value_of(getattr(layer, name)))
    if name == INPUTS and value is not Automatic:
        value = {port: _port(root, path, port, [], layer) for port in layer.input_names}
    return _setting(value, rest[0], rest[1:]) if rest else value


def _port(root: Net, path: Path, name: str, rest: list[Any], part: Net) -> Any:
    setting = part.port_setting(name)
    if isinstance(setting, Coder):
        if not rest:
            return setting
        return _every(setting) if rest == [All] else _setting(setting, rest[0], rest[1:])
    kind = root.shapes.port(path, name).spec()
    return _setting(kind, rest[0], rest[1:]) if rest else kind


def _every(coder: Coder) -> dict[str, Any]:
    return {name: getattr(coder, name) for name in dir(coder) if name[:1].isupper()}


def _setting(value: Any, name: Any, rest: list[Any]) -> Any:
    names = [known for known in dir(value) if known[:1].isupper()]
    is_array = hasattr(value, "shape")
    if is_array or name not in names or rest:
        raise StructureError(
            "There is nothing further in it." if is_array else "There is no such setting.",
            layer=f"array of {show_dims(value.shape)}" if is_array else short(value),
            expected="the end of the path; index the array that comes out"
            if is_array
            else ", ".join(names) or "none",
            got=short(name),
            nearest=None if is_array else nearest(name, names),
        )
    return getattr(value, name)


def _known(root: Any, part: Net, path: Path) -> Net:
    """Return a layer with the shapes that were inferred for it in the net."""
    if not isinstance(part, Layer):
        return part
    found: dict[str, Any] = {}
    if part.takes_list:  # what a graph counted belongs to it; outside, the number has to be said
        found = {name: part.port_setting(name) for name in part.input_names}
    # A hidden state stays hidden, and so does a port that this form of the layer does not have.
    there = {*part.input_names, *part.output_names}
    for name in (field for field in part.port_fields if field in there):
        kind = root.shapes.port(path, name)
        plain = kind.dims is not None and all(
            isinstance(dim, int | str) or dim is Automatic for dim in kind.dims
        )
        if part.port_setting(name) is Automatic and plain:
            found[name] = kind.spec()
    return part.with_ports(found) if found else part
