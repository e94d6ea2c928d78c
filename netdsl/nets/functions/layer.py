"""FunctionLayer: a Python function on arrays, turned into a net of layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from netdsl.errors import NetError, SettingError
from netdsl.infer import Place
from netdsl.nets.container import Container, Key, Wiring
from netdsl.nets.functions.parameters import read_ports
from netdsl.nets.functions.tracing import Tracing, traced
from netdsl.nets.graph import NetGraph, wired
from netdsl.options import with_options
from netdsl.spec import Net, Shapes
from netdsl.spec.inputs import default_names
from netdsl.spec.shapes import NOTHING, Path, Slot
from netdsl.symbols import Automatic


class FunctionLayer(Container):
    """Give what a function gives for arrays: a net is made of the function by calling it once.

    >>> FunctionLayer(lambda x: (x**2 + 1) / Max(x))([0.0, 4.0])
    array([0.25, 4.25], dtype=float32)
    >>> FunctionLayer(lambda x, y: Ramp(x - y))
    FunctionLayer(ThreadingLayer(lambda x, y: Ramp(x - y), 1))

    `f` is called on stand-ins of the arrays of one example. It may use Python's operators and
    indices (from 0), numpy's functions, those of netdsl (Exp, Dot, Mean, Map, Table, Part, ...),
    and layers and nets, which become parts of the net; one that is applied several times has the
    same arrays at each place, and in all copies of this layer. Arrays are joined entry by entry as
    numpy does. A condition is the number 1 or 0 where it is used as one. Numbers are not learned,
    `NetArray("w", Dimensions=3)` is. Of one array Max and Min are the largest and the least of all
    entries.

    What comes out is what numpy gives: `x / x` is NaN at 0, and `x += 1` changes the array for
    all who have it; that of a part of an array, and `x[0] = 1`, are refused.

    The input of a function of one argument is called "Input", of several "Input1", "Input2", ...;
    if all parameters begin with a capital letter they name the ports, so that
    `lambda Foo, Bar: Foo + Bar` takes a dict with these two. `InputPorts`, a number, names or
    shapes, says which there are for a function of any number of arrays such as Plus, Join or
    `lambda *xs: ...`, and how many arguments with a default are arrays. A dict that is returned
    names the outputs; a list or a tuple gives "Output1", "Output2", ... A function that needs a
    size, by `len(x)`, `x.shape`, Map and the like, or a rank, as `x.T` and `x @ y` do, waits for
    it: the net is made when Input=(3, 4), a net around or data give the sizes.

    `NetGraph(FunctionLayer(f))` is the net, `NetExtract(layer, "Function")` the function. A net
    can stand in the place of the function, and does so in what is printed or pickled, since a
    function has no text that builds it again. A function that branches on a value, that returns no
    array or uses what no layer does raises a SettingError. Source: Wolfram `FunctionLayer`, whose
    association `#Foo`, `#Bar` is the function of two named parameters here.
    """

    Function: Any
    edges: tuple[tuple[Any, ...], ...]
    pinned: dict[str, tuple[Any, ...]]
    inputs: Any
    """What was said of InputPorts."""
    own_settings: ClassVar[tuple[str, ...]] = ("Function",)

    @with_options
    def __init__(
        self,
        Function: Any,
        *,
        InputPorts: Any = Automatic,
        LearningRateMultipliers: Any = Automatic,
        **ports: Any,
    ) -> None:
        rates, own = LearningRateMultipliers, {"Function": Function, "waits": None, "pinned": {}}
        inputs, shapes = _read_inputs(Function, InputPorts)
        own["inputs"], ports = inputs, {**shapes, **ports}
        if isinstance(Function, Net):
            graph = as_graph(Function)
            rates = graph.LearningRateMultipliers if rates is Automatic else rates
            ports, found = {**graph.ports, **ports}, Tracing(graph.listed(), graph.edges)
        else:
            try:
                found = traced(Function, ports, inputs)
            except NetError as error:
                raise error.having(layer="FunctionLayer") from None
            own |= {"waits": found.waits, "pinned": found.pinned}
        self._build(found.parts, rates, ports, edges=found.edges, **own)

    def _wire(self) -> Wiring:
        wiring = wired(self.nodes, self.edges)
        numbered = default_names(len(wiring.inputs))
        if set(wiring.inputs) == set(numbered):
            wiring.inputs = numbered
        return wiring

    @property
    def takes_list(self) -> bool:
        """Whether the inputs are given as a list: where they have no names of their own."""
        names = self.input_names
        return len(names) > 1 and names == default_names(len(names))

    def declare(
        self, shapes: Shapes, path: Path, sources: Mapping[str, Slot] = NOTHING
    ) -> dict[str, Slot]:
        """State the graph; sizes that the function was told hold."""
        own = super().declare(shapes, path, sources)
        for name, dims in self.pinned.items():
            place, said = Place(path, "port", name), f"the function was told {dims}"
            told = shapes.solver.row(place, dims, said)
            shapes.solver.match(own[name].row, told, said, place)
        shapes.solver.run()
        return own

    def rebuilt(self, nodes: dict[Key, Net], ports: Mapping[str, Any]) -> Self:
        """Return this layer of other parts; where sizes matter, the function is called anew."""
        is_new = self.waits is not None or any(
            ports.get(name, Automatic) != self.ports.get(name, Automatic) for name in self.pinned
        )
        if is_new and tuple(ports.items()) != tuple(self.ports.items()):
            rates, inputs = self.LearningRateMultipliers, self.inputs
            own = {"InputPorts": inputs, "LearningRateMultipliers": rates}
            return type(self)(self.Function, **own, **ports)
        made = object.__new__(type(self))
        own = {
            name: vars(self)[name] for name in ("Function", "waits", "pinned", "edges", "inputs")
        }
        parts = dict(nodes) if self.is_named else list(nodes.values())
        made._build(parts, self.LearningRateMultipliers, ports, **own)
        return made

    def connected(self) -> tuple[Any, Any] | None:
        """Return the layers and the edges of the graph that the function became."""
        return self.listed(), self.edges

    def source(self, limit: int | None) -> str:
        """Return Python that rebuilds this layer, with a net in the place of the function."""
        if self.waits is not None:
            inner = getattr(self.Function, "__name__", repr(self.Function))
            if self.inputs is not Automatic:
                inner += f", InputPorts={list(self.inputs.names)}"
        elif (
            self.edges or self.is_named or isinstance(self._first, Container) or len(self.nodes) > 1
        ):
            # A container that stands for the function is taken apart: one that is a part is not.
            edges = "[" + ", ".join(repr(edge) for edge in self.edges) + "]"
            inner = f"NetGraph({self._listed(limit)}, {edges})"
        else:
            inner = self._first.source(limit)
        return f"FunctionLayer({', '.join((inner, *self._options(limit)))})"

    @property
    def _first(self) -> Net:
        return next(iter(self.nodes.values()))

    def _key(self) -> tuple[Any, ...]:
        function = self.Function if self.waits is not None else None
        return (*super()._key(), repr(self.edges), function)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.waits is not None:
            return _layer, (self.Function, self.LearningRateMultipliers, self.ports, self.inputs)
        graph = NetGraph(self.listed(), self.edges)
        return _layer, (graph, self.LearningRateMultipliers, self.ports)


def _layer(
    function: Any, rates: Any, ports: dict[str, Any], inputs: Any = Automatic
) -> FunctionLayer:
    own = {"InputPorts": inputs, "LearningRateMultipliers": rates}
    return FunctionLayer(function, **own, **ports)


def _read_inputs(function: Any, given: Any) -> tuple[Any, dict[str, Any]]:
    """Return what InputPorts says, and the shapes and coders in it."""
    try:
        inputs = read_ports(given)
        if inputs is Automatic:
            return inputs, {}
        if isinstance(function, Net):
            raise SettingError(
                "A net has its inputs already.", setting="InputPorts", expected="a function"
            )
    except NetError as error:
        raise error.having(layer="FunctionLayer") from None
    names = ("Input",) if inputs.names == default_names(1) else inputs.names
    shapes = zip(names, (spec for _, spec in inputs.settings), strict=True)
    return inputs, {name: spec for name, spec in shapes if spec is not Automatic}


def as_graph(net: Net) -> NetGraph:
    """Return a net as a graph of layers without names."""
    return net if isinstance(net, NetGraph) else NetGraph(net)
