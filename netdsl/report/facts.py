"""What a specification says of each part of a net: its ports, arrays and settings, as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netdsl.dims import Dims, Pattern, PortType
from netdsl.nets.container import Container, Source
from netdsl.nets.rates import array_rates
from netdsl.report.counts import elements
from netdsl.spec import Coder, Layer, Net
from netdsl.spec.classes import fields, options, shown
from netdsl.spec.fields import OptionField
from netdsl.spec.inputs import INPUTS
from netdsl.spec.net_array import NetArray, value_of
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

OPEN_ITEMSIZE = 4
"""Bytes of an element of an array that has no value yet: NetInitialize gives float32."""

TRAINABLE, FROZEN, STATE = ROLES = "trainable", "frozen", "state"
"""What an array is to a training: learned, left as it is, or moved along without being learned."""

SHARED = "shared"
"""What an array is that has a name, by which several places are one array."""

RATES = "LearningRateMultipliers"
"""The setting that is about training alone; it is shown with the arrays that it is for."""


@dataclass(frozen=True, eq=False)
class PortFacts:
    """A port: its declared dimensions, what is known of its type, the coder at it.

    A net of nets declares none.
    """

    name: str
    shape: Pattern | None
    type: PortType
    coder: Coder | None
    doc: str = ""


@dataclass(frozen=True, eq=False)
class ArrayFacts:
    """An array of a layer; dimensions are None where their number is open.

    `value` is Automatic where there is none yet, `rate` the learning-rate multiplier, 0 for an
    array that training leaves as it is, `shared` the name of one that is shared. One that is not
    `learned` is state.
    """

    name: str
    shape: Pattern
    doc: str
    init: str | float
    dims: Dims | None
    value: Any
    rate: float
    learned: bool
    shared: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has no value yet."""
        return self.value is Automatic

    @property
    def role(self) -> str:
        """What it is to a training, one of ROLES; a state may be frozen too."""
        if not self.learned:
            return STATE
        return FROZEN if self.rate == 0 else TRAINABLE

    @property
    def count(self) -> Any:
        """How many elements it has."""
        return elements(self.dims)

    @property
    def bytes(self) -> Any:
        """How many bytes it takes, Automatic where its size is open."""
        itemsize = OPEN_ITEMSIZE if self.is_open else self.value.itemsize
        return self.count if self.count is Automatic else itemsize * self.count


@dataclass(frozen=True, eq=False)
class SettingFacts:
    """A setting of a layer: its value, its default (MISSING for none), its line of doc."""

    name: str
    value: Any
    default: Any
    doc: str


@dataclass(frozen=True, eq=False)
class PartFacts:
    """A net or a part of one, with the parts inside it.

    `states` are the ports of a layer that stay hidden until something is connected. It `is_open`
    where the number of its inputs is. `sources`
    gives the position of what feeds each input, and each state if connected, and of what gives
    each output of a net of nets: a part and its port, or a port of the net around; a layer alone
    has none.
    """

    path: Path
    kind: str
    title: str
    inputs: tuple[PortFacts, ...]
    outputs: tuple[PortFacts, ...]
    states: tuple[PortFacts, ...]
    is_open: bool
    arrays: tuple[ArrayFacts, ...]
    settings: tuple[SettingFacts, ...]
    sources: dict[str, Path]
    parts: tuple[PartFacts, ...]

    def walk(self) -> Iterator[PartFacts]:
        """Yield this part and all inside it, outer ones first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def all_arrays(self) -> Iterator[tuple[Path, ArrayFacts]]:
        """Yield every array in here with its position, a shared one at its first place."""
        known: set[str] = set()
        for part in self.walk():
            for array in part.arrays:
                if array.shared is None or array.shared not in known:
                    yield (*part.path, array.name), array
                if array.shared is not None:
                    known.add(array.shared)

    def tallies(self) -> dict[str, tuple[Any, ...]]:
        """Return what is to be summed over all layers in here, by what the sum says."""
        arrays = [array for _, array in self.all_arrays()]
        return {
            "layers": tuple(1 for part in self.walk() if not part.parts),
            "arrays": tuple(1 for _ in arrays),
            "parameters": tuple(array.count for array in arrays),
            **{role: tuple(one.count for one in found) for role, found in self.holdings().items()},
            "bytes": tuple(array.bytes for array in arrays),
        }

    def holdings(self) -> dict[str, tuple[ArrayFacts, ...]]:
        """Return the arrays in here by what they are to a training, each once.

        Under SHARED are those that are shared, which are among the others too.
        """
        arrays = [array for _, array in self.all_arrays()]
        by_role = {role: tuple(one for one in arrays if one.role == role) for role in ROLES}
        return {**by_role, SHARED: tuple(one for one in arrays if one.shared is not None)}


def gather(net: Net) -> PartFacts:
    """Return the facts of a net and of every part of it; nothing is run."""
    return _part(net, net, (), array_rates(net))


def _part(root: Net, net: Net, path: Path, rates: dict[Path, float]) -> PartFacts:
    is_layer = isinstance(net, Layer)
    return PartFacts(
        path,
        type(net).__name__,
        title(net),
        tuple(_port(root, net, path, name) for name in net.input_names),
        tuple(_port(root, net, path, name) for name in net.output_names),
        tuple(_port(root, net, path, name) for name in net.state_names),
        net.is_open,
        tuple(_arrays(root, net, path, rates)) if is_layer else (),
        tuple(_settings(net)) if is_layer else (),
        dict(_sources(root, net, path)),
        tuple(_part(root, part, (*path, key), rates) for key, part in net.children()),
    )


def _sources(root: Net, net: Net, path: Path) -> Iterator[tuple[str, Path]]:
    if path:
        outer, key = path[:-1], path[-1]
        around = root.at(outer)
        assert isinstance(around, Container)
        for name in around.wiring.fed(key, net):
            yield name, _position(outer, around.wiring.feeds[key, name])
    if isinstance(net, Container):
        for name, source in net.wiring.outputs.items():
            yield name, _position(path, source)


def _position(path: Path, source: Source) -> Path:
    key, port = source
    return (*path, port) if key is None else (*path, key, port)


def _port(root: Net, net: Net, path: Path, name: str) -> PortFacts:
    setting = net.port_setting(name)
    coder = setting if isinstance(setting, Coder) else None
    kind = root.shapes.port(path, name)
    if not isinstance(net, Layer):
        return PortFacts(name, None, kind, coder)
    field = net.port_fields[name]
    return PortFacts(name, field.pattern(net), kind, coder, field.doc)


def _arrays(root: Net, layer: Layer, path: Path, rates: dict[Path, float]) -> Iterator[ArrayFacts]:
    for name, field in layer.array_fields.items():
        dims = root.shapes.array(path, name)
        rate = rates[*path, name]
        setting = getattr(layer, name)
        yield ArrayFacts(
            name,
            field.pattern,
            field.doc,
            field.init,
            dims,
            value_of(setting),
            rate,
            field.learned,
            setting.Name if isinstance(setting, NetArray) else None,
        )


def _settings(layer: Layer) -> Iterator[SettingFacts]:
    for field in _in_order(layer):
        declared = fields(type(layer))[field.name]
        if isinstance(declared, OptionField):
            value = getattr(layer, field.name)
            yield SettingFacts(field.name, value, field.default, declared.doc)


def _in_order(layer: Layer) -> list[dataclasses.Field[Any]]:
    """Return the fields of a layer as declared, the setting that every layer has at the end."""
    return sorted(dataclasses.fields(layer), key=lambda field: field.name == RATES)


def title(net: Net) -> str:
    """Return a net in a few words: a layer with its settings, without ports and arrays.

    >>> title(LinearLayer(3, Input=2))
    'LinearLayer(3)'
    """
    if not isinstance(net, Layer):
        return net.brief()
    text = ", ".join(_title_settings(net))
    return type(net).__name__ + (f"({text})" if text else "")


def _title_settings(layer: Layer) -> Iterator[str]:
    given, in_order = layer.settings(), True
    shown = options(type(layer)).keys() - {INPUTS, RATES}
    for field in _in_order(layer):
        in_order = in_order and field.name in given and not field.kw_only
        if field.name in given and field.name in shown:
            text = show_setting(type(layer), field.name, given[field.name])
            yield text if in_order else f"{field.name}={text}"


def show_setting(kind: type[Layer], name: str, value: Any) -> str:
    """Return the value of a setting in its shortest form: 3 where that is read as (3,)."""
    if isinstance(value, Net):
        return value.brief()
    return shown(kind, name, value, 4)


def show_key(key: int | str) -> str:
    """Return a key of a path; a name that looks like a position keeps its quotes."""
    return repr(key) if isinstance(key, str) and key.isdigit() else str(key)
