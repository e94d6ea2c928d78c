"""What chains and graphs share: parts, the wires between them, ports of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self
from unicodedata import normalize

from netdsl.dims import port_type
from netdsl.errors import NetError, SettingError, StructureError, nearest
from netdsl.infer import Place
from netdsl.nets.shorthand import as_net
from netdsl.nets.waiting import told, told_parts, why_it_waits
from netdsl.spec import Coder, Net, Shapes
from netdsl.spec.coder import read_port
from netdsl.spec.fields import short, show_port
from netdsl.spec.rates import read_rates
from netdsl.spec.shapes import NOTHING, Path, Slot
from netdsl.spec.sharing import expanded, lacking
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    import networkx

Key = int | str
Source = tuple[Key | None, str]
"""An output port of a part, or (None, name) for an input port of the net itself."""


@dataclass(slots=True)
class Wiring:
    """Which output feeds which input; `inputs` lists the net's own input ports in order."""

    inputs: tuple[str, ...] = ()
    feeds: dict[tuple[Key, str], Source] = field(default_factory=dict[tuple[Key, str], Source])
    outputs: dict[str, Source] = field(default_factory=dict[str, Source])
    order: tuple[Key, ...] = ()

    def fed(self, key: Key, part: Net) -> tuple[str, ...]:
        """Return the ports of a part that something feeds: its inputs, and states if connected."""
        states = (name for name in part.state_names if (key, name) in self.feeds)
        return (*part.input_names, *states)


class Container(Net):
    """A net made of nets."""

    nodes: dict[Key, Net]
    wiring: Wiring
    ports: dict[str, Any]
    LearningRateMultipliers: Any
    is_named: bool
    waits: NetError | None
    """Why a part is not made yet: a function needs sizes that are not known."""
    own_settings: ClassVar[tuple[str, ...]] = ()
    """The settings that NetExtract gives, beside the parts and the ports."""

    def _build(self, parts: Any, rates: Any, ports: Mapping[str, Any], **own: Any) -> None:
        """Set the fields, wire the parts, solve the shapes."""
        self._set("is_named", isinstance(parts, Mapping))
        try:
            self._set("LearningRateMultipliers", read_rates(rates))
        except NetError as error:
            raise error.having(layer=type(self).__name__) from None
        self._set("nodes", read_nodes(type(self).__name__, parts))
        for name, value in own.items():
            self._set(name, value)
        self._set("wiring", self._wire())
        self._set("ports", self._read_ports(ports))
        self._set("shapes", self.checked())
        while parts := told_parts(self):
            self.nodes.update(parts)
            self._set("wiring", self._wire())
            self._set("shapes", self.checked())
        # Only now, since shapes that disagree are told of the parts as they were given.
        self._set("nodes", self._replaced(lacking(self)))
        self._set("waits", own.get("waits") or why_it_waits(self.nodes.values()))

    def told(self, data: Any) -> Net:
        """Return this net with the sizes of data, where a part of it waits for sizes."""
        return self if self.waits is None else told(self, data)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _wire(self) -> Wiring:
        raise NotImplementedError

    def _read_ports(self, ports: Mapping[str, Any]) -> dict[str, Any]:
        known = (*self.input_names, *self.output_names)
        result: dict[str, Any] = {}
        for name in (*(port for port in known if port in ports), *ports):
            value = ports[name]
            if name not in known:
                raise SettingError(
                    "The net has no such port or setting.",
                    layer=type(self).__name__,
                    setting=name,
                    expected=", ".join((*known, "LearningRateMultipliers")),
                    got=name,
                    nearest=nearest(name, known),
                )
            try:
                spec = read_port(name, value, name in self.output_names)
                spec = spec if isinstance(spec, Coder) else port_type(spec).spec()
            except NetError as error:
                raise error.having(layer=type(self).__name__, port=name) from None
            if spec is not Automatic:
                result[name] = spec
        return result

    # ---- what every net has ---------------------------------------------------------------

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the input ports, in order."""
        return self.wiring.inputs

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output ports, in order."""
        return tuple(self.wiring.outputs)

    def port_setting(self, name: str) -> Any:
        """What stands at a port: what was given here, else a coder at the part behind it."""
        if name in self.ports:
            return self.ports[name]
        behind = [target for target, source in self.wiring.feeds.items() if source == (None, name)]
        if name in self.wiring.outputs and self.wiring.outputs[name][0] is not None:
            behind.append(self.wiring.outputs[name])  # type: ignore[arg-type]  # not None: a part
        found = [self.nodes[key].port_setting(port) for key, port in behind]
        return next((setting for setting in found if isinstance(setting, Coder)), Automatic)

    def children(self) -> Iterator[tuple[Key, Net]]:
        """Yield the parts with their keys: positions from 1, or names."""
        yield from self.nodes.items()

    def declare(
        self, shapes: Shapes, path: Path, sources: Mapping[str, Slot] = NOTHING
    ) -> dict[str, Slot]:
        """State the own inputs, the parts in the order in which they feed, the own outputs."""
        own: dict[str, Slot] = {}
        for name in self.input_names:
            shapes.begin(Place(path, "port", name))
            own[name] = self._own(shapes, path, name, sources.get(name))
        parts: dict[Key, dict[str, Slot]] = {}
        for key in self.wiring.order:
            net = self.nodes[key]
            feeds = {
                name: self._source(self.wiring.feeds[key, name], own, parts)
                for name in self.wiring.fed(key, net)
            }
            parts[key] = net.declare(shapes, (*path, key), feeds)
        for name, source in self.wiring.outputs.items():
            shapes.begin(Place(path, "port", name))
            own[name] = self._own(shapes, path, name, self._source(source, own, parts))
            shapes.solver.run()
        return own

    def _own(self, shapes: Shapes, path: Path, name: str, source: Slot | None) -> Slot:
        """Make the slot of an own port; what is set there takes what the source gives."""
        slot = shapes.port_slot(path, name, self.ports.get(name, Automatic), source)
        if source is not None and slot.element is not source.element:
            shapes.solver.element(source.element, slot.element, slot.place)
        return slot

    @staticmethod
    def _source(source: Source, own: dict[str, Slot], parts: dict[Key, dict[str, Slot]]) -> Slot:
        key, port = source
        return own[port] if key is None else parts[key][port]

    def with_parts(self, parts: dict[Path, Any]) -> Self:
        """Return this net with arrays, settings or whole parts replaced, by path."""
        if () in parts:
            return parts[()]
        return self.rebuilt(self._replaced(expanded(self, parts)), self.ports) if parts else self

    def _replaced(self, parts: Mapping[Path, Any]) -> dict[Key, Net]:
        """Return the parts of this net with something replaced inside them, by path."""
        inner: dict[Key, dict[Path, Any]] = {}
        for path, value in parts.items():
            inner.setdefault(path[0], {})[path[1:]] = value
        assert set(inner) <= set(self.nodes)
        return {
            key: net.with_parts(inner[key]) if key in inner else net
            for key, net in self.nodes.items()
        }

    def with_ports(self, ports: Mapping[str, Any]) -> Self:
        """Return this net with other shapes or coders at its own ports."""
        return self.rebuilt(self.nodes, {**self.ports, **ports})

    def rebuilt(self, nodes: dict[Key, Net], ports: Mapping[str, Any]) -> Self:
        """Return a net wired like this one from other parts and port settings."""
        raise NotImplementedError

    def connected(self) -> tuple[Any, Any] | None:
        """Return the layers and the edges of the graph that stands for this net, if one does."""
        return None

    def listed(self) -> Any:
        """Return the parts as they were given: a dict where they have names, else a list."""
        return dict(self.nodes) if self.is_named else list(self.nodes.values())

    def graph(self) -> networkx.DiGraph[Any]:
        """Return the parts and the connections between them as a networkx graph."""
        return connections(self.nodes, self.wiring)

    # ---- as text --------------------------------------------------------------------------

    def _listed(self, limit: int | None) -> str:
        texts = {key: net.source(limit) for key, net in self.nodes.items()}
        if self.is_named:
            return "{" + ", ".join(f"{key!r}: {text}" for key, text in texts.items()) + "}"
        return "[" + ", ".join(texts.values()) + "]"

    def _options(self, limit: int | None) -> Iterator[str]:
        texts = {name: show_port(setting, limit) for name, setting in self.ports.items()}
        yield from (f"{name}={text}" for name, text in texts.items() if _is_keyword(name))
        if self.LearningRateMultipliers is not Automatic:
            yield f"LearningRateMultipliers={self.LearningRateMultipliers!r}"
        others = [f"{name!r}: {text}" for name, text in texts.items() if not _is_keyword(name)]
        if others:
            yield "**{" + ", ".join(others) + "}"

    def __repr__(self) -> str:
        from netdsl.spec.fields import WHOLE

        return self.source(WHOLE)

    def brief(self) -> str:
        """Return what kind of net this is and how many parts it has."""
        return f"{type(self).__name__} of {len(self.nodes)}"

    def _key(self) -> tuple[Any, ...]:
        return (tuple(self.nodes.items()), tuple(self.ports.items()), self.LearningRateMultipliers)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))


def _is_keyword(name: str) -> bool:
    """Whether Python takes a name before = as it is; it writes some signs in another way."""
    return name.isidentifier() and not iskeyword(name) and normalize("NFKC", name) == name


def connections(nodes: Mapping[Key, Net], wiring: Wiring) -> networkx.DiGraph[Any]:
    """Return the parts and what feeds what as a networkx graph."""
    import networkx as nx

    graph: networkx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    for (key, port), (source, output) in wiring.feeds.items():
        if source is not None:
            graph.add_edge(source, key, ports=(output, port))
    return graph


def refuse_more(kind: str, expected: str, got: tuple[Any, ...]) -> NoReturn:
    """Refuse positional arguments beyond those that a net takes."""
    raise SettingError(
        "The layers of a net stand in one list.",
        layer=kind,
        expected=expected,
        got=short(got),
        nearest=f"{kind}([...])",
    )


def read_nodes(kind: str, parts: Any) -> dict[Key, Net]:
    """Read a list or a dict of nets and shorthands; positions in a list count from 1."""
    if isinstance(parts, Net):
        parts = [parts]
    if not isinstance(parts, Mapping | list | tuple):
        raise StructureError(
            "A net is made of a list or a dict of layers.",
            layer=kind,
            expected="[layer, ...] or {name: layer, ...}",
            got=repr(parts),
        )
    items = parts.items() if isinstance(parts, Mapping) else enumerate(parts, start=1)
    nodes: dict[Key, Net] = {}
    for key, part in items:
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise StructureError(
                "A layer is named by a text or a number.",
                layer=kind,
                expected="a string or an integer",
                got=repr(key),
            )
        nodes[key] = as_net(part, at=f"{kind}[{key!r}]", in_chain=kind == "NetChain")
    if not nodes:
        raise StructureError("A net has at least one layer.", layer=kind, got="none")
    return nodes
