"""Random nets: their shapes by the solver, held against a calculator that only goes forwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netdsl import (
    Automatic,
    CatenateLayer,
    ConvolutionLayer,
    ElementwiseLayer,
    FlattenLayer,
    LinearLayer,
    NetGraph,
    NetPort,
    NetShapes,
    PoolingLayer,
    Ramp,
    ReshapeLayer,
    ThreadingLayer,
    Times,
    TotalLayer,
    TransposeLayer,
)
from netdsl.spec.shapes import Shapes

moderate = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Sizes = tuple[int, ...]


@dataclass
class Sketch:
    """A net as it grows: its layers, what feeds each, and the true shape of what each gives."""

    shapes: dict[str, Sizes]
    layers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)

    def add(self, layer: Any, sources: list[str], shape: Sizes) -> None:
        name = f"{len(self.layers)}{type(layer).__name__}"
        self.layers[name] = layer
        self.sources[name] = sources
        self.shapes[name] = shape

    def inputs(self) -> dict[str, Sizes]:
        return {name: shape for name, shape in self.shapes.items() if name not in self.layers}

    def outputs(self) -> dict[str, Sizes]:
        return {f"Out{end}": self.shapes[end] for end in self.ends()}

    def ends(self) -> list[str]:
        used = {source for sources in self.sources.values() for source in sources}
        return [name for name in self.layers if name not in used]

    def net(self, layers: Any = None, **ports: Any) -> NetGraph:
        edges = []
        for target, sources in self.sources.items():
            found = [name if name in self.layers else NetPort(name) for name in sources]
            edges.append((found if len(found) > 1 else found[0], target))
        ends = [(end, NetPort(f"Out{end}")) for end in self.ends()]
        return NetGraph(dict(layers or self.layers), [*edges, *ends], **ports)


# ---- layers, each with the shape that it gives -------------------------------------------------


@st.composite
def windows(draw, sizes, most_padding=2, dilations=(1, 1, 2)):
    """Settings of windows that fit, level by level, and how many there are along each."""
    found = []
    for size in sizes:
        stride, padding = draw(st.integers(1, 3)), draw(st.integers(0, most_padding))
        dilation = draw(st.sampled_from(dilations))
        room = (size + 2 * padding - 1) // dilation + 1
        kernel = draw(st.integers(max(1, padding), max(room, 1, padding)).map(lambda k: min(k, 4)))
        kernel = kernel if dilation * (kernel - 1) + 1 <= size + 2 * padding else 1
        count = (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        found.append((kernel, stride, padding, dilation, count))
    return [tuple(column) for column in zip(*found, strict=True)]


def grow_convolution(draw, sketch, name, shape):
    if len(shape) > 1:
        channels = draw(st.integers(1, 4))
        kernel, stride, padding, dilation, counts = draw(windows(shape[1:]))
        layer = ConvolutionLayer(
            channels, kernel, Stride=stride, PaddingSize=padding, Dilation=dilation
        )
        sketch.add(layer, [name], (channels, *counts))


def grow_pooling(draw, sketch, name, shape):
    if len(shape) > 1:
        kernel, stride, padding, _, counts = draw(windows(shape[1:], dilations=(1,)))
        layer = PoolingLayer(kernel, stride, Function="Mean", PaddingSize=padding)
        sketch.add(layer, [name], (shape[0], *counts))


def grow_flatten(draw, sketch, name, shape):
    if len(shape) > 1 and draw(st.booleans()):
        sketch.add(FlattenLayer(1), [name], (shape[0] * shape[1], *shape[2:]))
    else:
        sketch.add(FlattenLayer(), [name], (prod(shape),))


def grow_reshape(draw, sketch, name, shape):
    turned = tuple(draw(st.permutations(shape)))
    if draw(st.booleans()):
        wanted = [Automatic, *turned[1:]] if turned else []
        sketch.add(ReshapeLayer(wanted), [name], turned)
    else:
        sketch.add(ReshapeLayer(turned), [name], turned)


def grow_transpose(draw, sketch, name, shape):
    places = draw(st.permutations(range(len(shape))))
    turned = tuple(shape[places.index(axis)] for axis in range(len(shape)))
    if shape:
        sketch.add(TransposeLayer(tuple(place + 1 for place in places)), [name], turned)


def grow_linear(draw, sketch, name, shape):
    sizes = draw(st.sampled_from([(3,), (2, 5), (2, 3, 4)]))
    sketch.add(LinearLayer(sizes), [name], sizes)


def grow_ramp(draw, sketch, name, shape):
    sketch.add(ElementwiseLayer(Ramp), [name], shape)


def grow_total(draw, sketch, name, shape):
    others = [other for other, found in sketch.shapes.items() if found == shape and other != name]
    if others:
        sketch.add(TotalLayer(), [name, draw(st.sampled_from(others))], shape)


def grow_threading(draw, sketch, name, shape):
    side = f"Side{len(sketch.layers)}"
    sketch.shapes[side] = tuple(draw(st.sampled_from([size, 1])) for size in shape)
    sketch.add(ThreadingLayer(Times), [name, side], shape)


def grow_catenate(draw, sketch, name, shape):
    fitting = [
        other
        for other, found in sketch.shapes.items()
        if other != name and found and len(found) == len(shape) and found[1:] == shape[1:]
    ]
    if fitting:
        other = draw(st.sampled_from(fitting))
        joined = shape[0] + sketch.shapes[other][0]
        sketch.add(CatenateLayer(), [name, other], (joined, *shape[1:]))


GROW = (
    grow_convolution,
    grow_convolution,
    grow_pooling,
    grow_flatten,
    grow_reshape,
    grow_transpose,
    grow_linear,
    grow_ramp,
    grow_total,
    grow_threading,
    grow_catenate,
)


@st.composite
def sketches(draw):
    shape = draw(st.lists(st.integers(1, 11), min_size=1, max_size=3).map(tuple))
    sketch = Sketch({"Input": shape})
    for grow in draw(st.lists(st.sampled_from(GROW), min_size=1, max_size=7)):
        name = draw(st.sampled_from(list(sketch.shapes)[-3:]))
        grow(draw, sketch, name, sketch.shapes[name])
    if all("Input" not in sources for sources in sketch.sources.values()):
        sketch.add(ElementwiseLayer(Ramp), ["Input"], shape)
    return sketch


# ---- what is known of a net --------------------------------------------------------------------


def known(net: NetGraph) -> dict[Any, Any]:
    """Each port and array with its sizes, from .. to in steps; None where the rank is open."""
    shapes = Shapes(net.describe)
    net.declare(shapes, ())
    shapes.solver.solve()
    found = {}
    for slot in shapes.slots:
        row = slot.row.root().known
        roots = [] if row is None else [var.root() for var in row]
        bounds = [(var.low, var.high, var.step if var.low < var.high else 1) for var in roots]
        found[slot.place] = None if row is None else bounds
    return found


def outputs(sketch: Sketch, found: dict[Any, Any]) -> Any:
    """Yield what each layer gives, as far as its rank is known: bounds, and true size."""
    for (path, role, name), bounds in found.items():
        if role == "port" and name == "Output" and path and bounds is not None:
            shape = sketch.shapes[path[-1]]
            assert len(bounds) == len(shape)
            yield from zip(bounds, shape, strict=True)


def see_that_truth_is_among(sketch: Sketch, found: dict[Any, Any]) -> None:
    for (low, high, step), size in outputs(sketch, found):
        assert low <= size <= high
        assert (size - low) % step == 0


def partly(random: Any, shapes: dict[str, Sizes]) -> dict[str, Any]:
    """Shapes of which some sizes are given, some named and some left open."""
    return {
        name: tuple(
            random.choice([size, size, Automatic, f"{name}{at}"]) for at, size in enumerate(shape)
        )
        for name, shape in shapes.items()
    }


# ---- what holds --------------------------------------------------------------------------------


@moderate
@given(sketches())
def test_forwards_it_is_what_the_calculator_says(sketch):
    net = sketch.net(**sketch.inputs())

    for name, layer in sketch.layers.items():
        assert net.shapes.port((name,), "Output").dims == sketch.shapes[name]
        if isinstance(layer, LinearLayer):
            taken = prod(sketch.shapes[sketch.sources[name][0]])
            made = prod(sketch.shapes[name])
            assert net.shapes.array((name,), "Weights") == (made, taken)
        if isinstance(layer, ConvolutionLayer):
            taken = sketch.shapes[sketch.sources[name][0]][0]
            weights = (layer.Channels, taken, *layer.KernelSize)
            assert net.shapes.array((name,), "Weights") == weights


@moderate
@given(sketches())
def test_names_put_in_for_sizes_give_expressions_of_them(sketch):
    names = letters(sketch.inputs())
    sizes = {
        letter: size
        for name, row in names.items()
        for letter, size in zip(row, sketch.shapes[name], strict=True)
    }

    net = sketch.net(**names)

    for name in sketch.layers:
        found = net.shapes.port((name,), "Output").dims
        assert tuple(with_numbers(dim, sizes) for dim in found) == sketch.shapes[name]


def letters(shapes: dict[str, Sizes]) -> dict[str, Any]:
    """Shapes with a name for every size."""
    return {
        name: tuple(f"{name}{at}" for at in range(len(shape))) for name, shape in shapes.items()
    }


def with_numbers(dim: Any, sizes: dict[str, int]) -> Any:
    if isinstance(dim, int) or dim is Automatic:
        return dim
    if isinstance(dim, str):
        return sizes[dim]
    return dim.subs({symbol: sizes[symbol.name] for symbol in dim.free_symbols})


@moderate
@given(sketches(), st.randoms(use_true_random=False))
def test_what_is_open_is_found_or_may_still_be_the_truth(sketch, random):
    bare = known(sketch.net(**sketch.outputs()))
    more = known(sketch.net(**partly(random, sketch.inputs()), **sketch.outputs()))

    see_that_truth_is_among(sketch, bare)
    see_that_truth_is_among(sketch, more)
    for place, bounds in bare.items():
        if bounds is not None:
            for (low, high, step), (least, most, by) in zip(bounds, more[place], strict=True):
                assert low <= least <= most <= high
                assert least == most or by % step == 0
                assert (least - low) % step == 0


@moderate
@given(sketches(), st.randoms(use_true_random=False))
def test_the_order_of_the_layers_does_not_matter(sketch, random):
    given = partly(random, {**sketch.inputs(), **sketch.outputs()})
    shuffled = list(sketch.layers.items())
    random.shuffle(shuffled)

    one, other = sketch.net(**given), sketch.net(dict(shuffled), **given)

    assert known(one) == known(other)


@moderate
@given(sketches(), st.randoms(use_true_random=False))
def test_the_order_of_the_layers_does_not_matter_to_expressions(sketch, random):
    names = letters(sketch.inputs())
    shuffled = list(sketch.layers.items())
    random.shuffle(shuffled)

    one, other = sketch.net(**names), sketch.net(dict(shuffled), **names)

    assert one.shapes.ports == other.shapes.ports
    assert one.shapes.arrays == other.shapes.arrays
    assert set(NetShapes(one).facts) == set(NetShapes(other).facts)
