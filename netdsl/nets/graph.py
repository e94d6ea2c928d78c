"""NetGraph: layers connected by edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from operator import index
from typing import Any, NoReturn, Self, SupportsIndex

from netdsl.errors import NetError, StructureError, nearest
from netdsl.nets.container import Container, Key, Source, Wiring, refuse_more
from netdsl.nets.netport import Edge, NetPort
from netdsl.spec import Net
from netdsl.spec.inputs import default_names, number_of, see_that_they_are_few
from netdsl.symbols import Automatic, position


class NetGraph(Container):
    """Connect layers by edges; what is left unconnected becomes a port of the net.

    >>> net = NetGraph({"a": LinearLayer(3), "loss": MeanSquaredLossLayer()}, [("a", "loss")])
    >>> net.input_names, net.output_names
    (('Input', 'Target'), ('Loss',))

    An edge is a tuple `("a", "b", "c")`, or `NetPort("In") >> "a" >> "b"`; several sources
    stand in a list, `(["a", "b"], "c")`; `NetPort(["a", "Loss"])` names one port of a layer,
    `NetPort("Out")` one of the net; an edge to None discards an output. Unconnected ports of
    one name are numbered: Output1, Output2. An edge to the state of a layer says where it
    starts, `("a", NetPort("lstm", "State"))`, one from it reads the last one; left alone it is no
    port of the net. A cycle, an unknown layer and an input with two sources raise a
    StructureError. Source: Wolfram `NetGraph`.
    """

    edges: tuple[tuple[Any, ...], ...]

    def __init__(
        self,
        layers: Any = (),
        edges: Any = (),
        *more: Any,
        LearningRateMultipliers: Any = Automatic,
        **ports: Any,
    ) -> None:
        if more:
            refuse_more("NetGraph", "a list or dict of layers, and a list of edges", more)
        converted = isinstance(layers, Container) and not edges and layers.connected()
        if converted:
            if LearningRateMultipliers is Automatic:
                LearningRateMultipliers = layers.LearningRateMultipliers
            (layers, edges), ports = converted, {**layers.ports, **ports}
        self._build(layers, LearningRateMultipliers, ports, edges=_read_edges(edges))

    def _wire(self) -> Wiring:
        return wired(self.nodes, self.edges)

    @property
    def inputs_of_edges(self) -> tuple[str, ...]:
        """The inputs of the net that edges name; the others are ports that nothing feeds."""
        sides = [before for edge in self.edges for before, _ in pairwise(edge)]
        sources = [each for side in sides for each in (side if isinstance(side, list) else [side])]
        return tuple(dict.fromkeys(each.spec[0] for each in sources if _names_port_of_net(each)))

    def rebuilt(self, nodes: dict[Key, Net], ports: Mapping[str, Any]) -> Self:
        """Return a graph with the same edges between other layers."""
        parts = dict(nodes) if self.is_named else list(nodes.values())
        rates = self.LearningRateMultipliers
        return type(self)(parts, self.edges, LearningRateMultipliers=rates, **ports)

    def source(self, limit: int | None) -> str:
        """Return Python that rebuilds this graph; arrays above `limit` elements are described."""
        edges = "[" + ", ".join(repr(edge) for edge in self.edges) + "]"
        return f"NetGraph({', '.join((self._listed(limit), edges, *self._options(limit)))})"

    def _key(self) -> tuple[Any, ...]:
        return (*super()._key(), repr(self.edges))

    def __reduce__(self) -> tuple[Any, ...]:
        parts = dict(self.nodes) if self.is_named else list(self.nodes.values())
        return _graph, (parts, self.edges, self.LearningRateMultipliers, self.ports)


def _graph(parts: Any, edges: Any, rates: Any, ports: dict[str, Any]) -> NetGraph:
    return NetGraph(parts, edges, LearningRateMultipliers=rates, **ports)


def _read_edges(edges: Any) -> tuple[tuple[Any, ...], ...]:
    pairs = list(edges.items()) if isinstance(edges, Mapping) else edges
    if isinstance(pairs, Edge):
        pairs = (pairs,)
    if not isinstance(pairs, list | tuple):
        _refuse("The edges are a list.", expected='[("a", "b"), ...]', got=repr(edges))
    found: list[tuple[Any, ...]] = []
    for edge in pairs:
        parts = edge.parts if isinstance(edge, Edge) else edge
        if not isinstance(parts, list | tuple) or len(parts) < 2:
            hint = f"[{tuple(pairs)!r}]" if isinstance(edge, str | int) else None
            _refuse(
                "An edge connects at least two things.",
                expected='for instance ("a", "b") or NetPort("Input") >> "a"',
                got=repr(edge),
                nearest=hint,
            )
        found.append(tuple(parts))
    return tuple(found)


def wired(nodes: dict[Key, Net], edges: tuple[tuple[Any, ...], ...]) -> Wiring:
    """Return the wires that edges stand for."""
    return _Wirer(nodes, edges).wiring


class _Wirer:
    """Turns edges into wires."""

    def __init__(self, nodes: dict[Key, Net], edges: tuple[tuple[Any, ...], ...]) -> None:
        self.nodes = nodes
        self.wiring = Wiring()
        self.inputs: dict[str, None] = {}
        self.used: set[Source] = set()
        self.fed: dict[Key, list[str]] = {}
        self.keys = tuple(nodes)
        self.names: dict[Key, tuple[str, ...]] = {}
        self.next: dict[Key, int] = {}
        for edge in edges:
            self._edge(edge)
        self._count_inputs()
        self._open_inputs()
        self._open_outputs()
        both = [name for name in self.wiring.outputs if name in self.inputs]
        if both:
            _refuse(
                "An input and an output of the net have one name.",
                port=both[0],
                expected="different names",
                got=f"NetPort({both[0]!r}) at both ends",
            )
        self.wiring.inputs = self._in_order()
        self.wiring.order = self._order()
        if not self.wiring.outputs:
            _refuse("The net has no output.", expected="one that is not discarded", got="none")

    def _edge(self, edge: tuple[Any, ...]) -> None:
        for before, after in pairwise(edge):
            sources = list(before) if isinstance(before, list | tuple) else [before]
            if not sources or isinstance(after, list | tuple):
                _refuse(
                    "Several sources stand on the left, and one target on the right.",
                    expected="for two targets, two edges",
                    got=repr((before, after)),
                    nearest=", ".join(repr((before, target)) for target in after)
                    if sources and isinstance(after, list | tuple)
                    else None,
                )
            for source in sources:
                self._connect(source, after)

    def _connect(self, source_spec: Any, target_spec: Any) -> None:
        source = self._source(source_spec)
        self.used.add(source)
        if target_spec is None:
            return
        if _names_port_of_net(target_spec):
            name = target_spec.spec[0]
            if name in self.wiring.outputs:
                _refuse("An output of the net has two sources.", port=name)
            self.wiring.outputs[name] = source
            return
        target = self._target(target_spec)
        if target in self.wiring.feeds:
            key, name = target
            _refuse(
                "An input has two sources.",
                layer=f"net[{key!r}] = {self.nodes[key].brief()}",
                port=name,
                expected="one source",
                got=f"{_name(self.wiring.feeds[target])} and {_name(source)}",
            )
        self.wiring.feeds[target] = source
        self.fed.setdefault(target[0], []).append(target[1])

    def _source(self, spec: Any) -> Source:
        if _names_port_of_net(spec):
            self.inputs[spec.spec[0]] = None
            return None, spec.spec[0]
        if isinstance(spec, NetPort):
            key = self._node(_first(spec))
            given = (*self.nodes[key].output_names, *self.nodes[key].state_names)
            names = (*given, *self.nodes[key].input_names)
            if len(spec.spec) == 2 and self._port(key, spec.spec[1], names) in given:
                return key, spec.spec[1]
            return self._source(key)
        key = self._node(spec)
        outputs = self.nodes[key].output_names
        if len(outputs) != 1:
            _refuse(
                "A layer with several outputs is a source through one of them.",
                layer=f"net[{key!r}] = {self.nodes[key].brief()}",
                expected=" or ".join(f"NetPort([{key!r}, {name!r}])" for name in outputs),
                got=repr(spec),
            )
        return key, outputs[0]

    def _target(self, spec: Any) -> tuple[Key, str]:
        if isinstance(spec, NetPort) and len(spec.spec) == 2:
            key = self._node(_first(spec))
            number = number_of(spec.spec[1]) if self.nodes[key].is_open else 0
            see_that_they_are_few(number)
            if number:
                return key, spec.spec[1]
            names = (*self._inputs(key), *self.nodes[key].state_names)
            return key, self._port(key, spec.spec[1], names)
        key = self._node(_first(spec) if isinstance(spec, NetPort) else spec)
        return key, self._next(key)

    def _next(self, key: Key) -> str:
        """Return the first input that nothing feeds; the last one where all are fed."""
        net, place = self.nodes[key], self.next.get(key, 0)
        names = () if net.is_open else self._inputs(key)
        if not names and not net.is_open:
            _refuse("A layer without inputs cannot be fed.", layer=f"net[{key!r}] = {net.brief()}")
        # No place is gone over twice: thousands of edges may lead to one layer.
        while (key, name := names[place] if names else f"Input{place + 1}") in self.wiring.feeds:
            if names and place == len(names) - 1:
                break
            place += 1
        if net.is_open:
            see_that_they_are_few(place + 1)
        self.next[key] = place
        return name

    def _inputs(self, key: Key) -> tuple[str, ...]:
        """Return the inputs that an edge can feed; of an open number there is always one more."""
        if self.nodes[key].is_open:
            return default_names(1 + len(self._fed(key)))
        if key not in self.names:
            self.names[key] = self.nodes[key].input_names
        return self.names[key]

    def _fed(self, key: Key) -> list[str]:
        return self.fed.get(key, [])

    def _count_inputs(self) -> None:
        """Give every layer that takes any number of inputs as many as are fed."""
        for key, net in self.nodes.items():
            if not net.is_open:
                continue
            count = max(map(number_of, self._fed(key)), default=0)
            said = f"net[{key!r}] = {net.brief()}"
            if not count:
                _refuse(
                    "The number of inputs of a layer is not known.",
                    layer=said,
                    expected="edges that feed it, or InputPorts, for instance InputPorts=2",
                )
            try:
                self.nodes[key] = net.with_inputs(count)
            except NetError as error:
                raise StructureError(error.sentence, **{**error.facts, "layer": said}) from None

    def _port(self, key: Key, name: Any, names: tuple[str, ...]) -> str:
        if name not in names:
            _refuse(
                "A layer has no such port.",
                layer=f"net[{key!r}] = {self.nodes[key].brief()}",
                expected=", ".join(names) or "none",
                got=repr(name),
                nearest=nearest(name, names),
            )
        return str(name)

    def _node(self, key: Any) -> Key:
        if type(key) is str and key in self.nodes:
            return key
        if isinstance(key, SupportsIndex) and not isinstance(key, bool):
            key = index(key)  # numpy's integers too
        is_key = isinstance(key, int | str) and not isinstance(key, bool)
        if is_key and key in self.nodes:
            return key
        if is_key and isinstance(key, int) and 1 <= abs(key) <= len(self.nodes):
            return self.keys[position(key, len(self.keys))]
        return _refuse(
            "An edge names a layer that is not there.",
            expected=", ".join(repr(known) for known in self.nodes),
            got=repr(key),
            nearest=nearest(key, self.nodes),
        )

    def _open_inputs(self) -> None:
        open_ports = [
            (key, name)
            for key, net in self.nodes.items()
            for name in net.input_names
            if (key, name) not in self.wiring.feeds
        ]
        for target, name in _named(open_ports, self.inputs):
            self.inputs[name] = None
            self.wiring.feeds[target] = (None, name)

    def _open_outputs(self) -> None:
        open_ports = [
            (key, name)
            for key, net in self.nodes.items()
            for name in net.output_names
            if (key, name) not in self.used
        ]
        for source, name in _named(open_ports, self.wiring.outputs):
            self.wiring.outputs[name] = source

    def _in_order(self) -> tuple[str, ...]:
        """Return the net's inputs in the order in which its layers read them."""
        read = [
            self.wiring.feeds[key, name]
            for key, net in self.nodes.items()
            for name in net.input_names
        ]
        return tuple(dict.fromkeys([*(port for key, port in read if key is None), *self.inputs]))

    def _order(self) -> tuple[Key, ...]:
        # networkx would do, but takes longer to load than a small net to train.
        before: dict[Key, list[Key]] = {key: [] for key in self.nodes}
        for (key, _), (source, _) in self.wiring.feeds.items():
            if source is not None:
                before[key].append(source)
        try:
            return tuple(TopologicalSorter(before).static_order())
        except CycleError as error:
            _refuse(
                "The edges form a cycle.",
                expected="a graph in which no layer feeds itself",
                got=" -> ".join(repr(key) for key in error.args[1]),
            )


def _names_port_of_net(spec: Any) -> bool:
    return isinstance(spec, NetPort) and len(spec.spec) == 1 and isinstance(spec.spec[0], str)


def _first(port: NetPort) -> Any:
    """Return the part that a NetPort of an edge names: the net's own, not one inside it."""
    if len(port.spec) not in (1, 2):
        _refuse(
            "An edge leads to a part of this net, not into a part.",
            expected='NetPort("Input"), NetPort(["part", "Port"])',
            got=repr(port),
        )
    return port.spec[0]


def _named(ports: list[tuple[Key, str]], taken: Any) -> Iterator[tuple[tuple[Key, str], str]]:
    """Give unconnected ports their names in the net: their own, numbered where it is not unique."""
    counts = Counter(name for _, name in ports)
    numbers: dict[str, int] = {}
    used = set(taken)
    for port in ports:
        name = port[1]
        if counts[name] > 1 or name in used:
            number = numbers.get(name, 0) + 1
            while f"{name}{number}" in used:
                number += 1
            numbers[name] = number
            name = f"{name}{number}"
        used.add(name)
        yield port, name


def _name(source: Source) -> str:
    key, port = source
    return f"NetPort({port!r})" if key is None else f"NetPort([{key!r}, {port!r}])"


def _refuse(sentence: str, **facts: Any) -> NoReturn:
    raise StructureError(sentence, **{"layer": "NetGraph", **facts})
