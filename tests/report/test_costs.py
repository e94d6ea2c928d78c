"""Multiply-adds and activation bytes: against the traced programs, and as published."""

import subprocess
import sys
from dataclasses import replace
from math import prod

import pytest
import sympy

from netdsl import (
    AggregationLayer,
    Automatic,
    CompiledLayer,
    ConstantTimesLayer,
    ConvolutionLayer,
    DotLayer,
    ElementwiseLayer,
    FunctionLayer,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    NetChain,
    NetGraph,
    NetPort,
    PlaceholderLayer,
    Plus,
    Ramp,
    SummationLayer,
    ThreadingLayer,
    Times,
)
from netdsl.engine.ops import OPS
from netdsl.engine.trace import trace
from netdsl.report.costs import Cost, costs
from netdsl.spec import registry
from tests.architectures import nets, transformers
from tests.properties.samples import BY_LAYER, COMPUTE_NOTHING, LENGTHS, SAMPLES

# ---- against the programs ------------------------------------------------------------------------


def of_matrices(value):
    return prod(value.shape) * value.inputs[0].shape[-1]


def of_windows(value):
    return prod(value.shape) * prod(value.inputs[1].shape[1:])


def of_spread_windows(value):
    return prod(value.inputs[0].shape) * prod(value.inputs[1].shape[1:])


def of_sum(value):
    """Two arrays multiplied and summed up are a dot product."""
    (summed,) = value.inputs
    if summed.op is None or summed.op.name != "multiply":
        return 0
    are_arrays = all(factor.constant is None for factor in summed.inputs)
    return prod(summed.shape) if are_arrays else 0


def of_steps(value):
    loop = value.attrs["loop"]
    return loop.steps * counted(loop.scope.program.values)


COUNTED = {
    "matmul": of_matrices,
    "conv": of_windows,
    "conv_input": of_spread_windows,
    "sum": of_sum,
    "scan": of_steps,
}
UNKNOWN = {"host"}
"""A function of the user's."""
BACKWARDS = {
    "conv_weights", "ctc_slopes", "host_gradient", "leaky_ramp_input", "pool_max_input",
    "put_pieces", "put_step", "resample_input", "sample_input", "sample_slopes", "scatter",
    "spread", "add_rows", "unsort", "standard_rate", "place",
}  # fmt: skip
"""Only in gradients."""
LOWERED = {"product", "merged", "below", "is_step", "take_step"}
"""Only in what the plan makes of a program."""
FREE = {
    # moved about
    "reshape", "transpose", "broadcast_to", "slice", "join", "part", "gather", "pick", "take_rows",
    "unit", "arange", "flat_place", "cut_pieces", "result", "result_int", "result_bool",
    # entry by entry
    "negative", "abs", "sign", "exp", "expm1", "log", "log1p", "sqrt", "square", "sin", "cos",
    "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
    "floor", "ceil", "round", "trunc", "sigmoid", "softplus", "erf", "erfc", "erfinv", "erfcinv",
    "gamma", "lgamma", "digamma", "add", "subtract", "multiply", "divide", "power", "maximum",
    "minimum", "where", "keep", "less", "less_equal", "greater", "greater_equal", "equal",
    "not_equal", "logical_and", "logical_or", "logical_not", "real", "ramp", "leaky_ramp",
    "log_floored", "is_normal",
    # poolings, orders, normalizations, chances
    "max", "pool_max", "pool_total", "pool_total_input", "sort", "order", "softmax",
    "log_softmax", "standardize", "ctc", "ctc_paths", "ctc_loss",
    # entries between others
    "resample", "sample",
    # drawn
    "draw_gamma", "draw_poisson", "draw_binomial",
}  # fmt: skip


def counted(values):
    """Return the products that are summed up, Automatic where an operation hides its own."""
    names = {value.op.name for value in values if value.op is not None}
    if names & UNKNOWN:
        return Automatic
    assert names <= COUNTED.keys() | FREE
    ops = [(value.op.name, value) for value in values if value.op is not None]
    return sum(COUNTED[name](value) for name, value in ops if name in COUNTED)


def test_every_operation_is_known_to_sum_products_or_not():
    groups = [set(COUNTED), UNKNOWN, BACKWARDS, LOWERED, FREE]
    assert set().union(*groups) == OPS.keys()
    assert sum(map(len, groups)) == len(OPS)


def lengths_of(layer):
    """Return a number for each name and for what varies, as samples have data."""
    sizes, found = iter(LENGTHS), {}
    for name in layer.input_names:
        for dim in layer.port(name).dims:
            if not isinstance(dim, int):
                found.setdefault(dim, next(sizes, 3))
    return found


def sized(layer):
    """Return a sample with a number for each size."""
    found = lengths_of(layer)
    ports = {}
    for name in layer.input_names:
        kind = layer.port(name)
        ports[name] = replace(kind, dims=tuple(found.get(dim, dim) for dim in kind.dims)).spec()
    return layer.with_ports(ports)


def ids(samples):
    return [str(sample) for sample in samples]


@pytest.mark.parametrize("sample", SAMPLES, ids=ids(SAMPLES))
def test_a_layer_declares_what_its_program_multiplies(sample):
    layer = sized(sample.layer)
    program = trace(layer, layer.shapes, batch=1, training=False)
    outputs = [program.ports[(), name] for name in layer.output_names]
    expected = counted(program.needed(outputs))
    if type(layer).__name__.endswith("LossLayer"):
        expected = 0  # what a loss adds up does not count

    (cost,) = costs(layer).values()

    assert cost.multiply_adds == expected
    assert cost.activation_bytes == 4 * sum(prod(value.shape) for value in outputs)


NAMED = [sample for sample in SAMPLES if lengths_of(sample.layer)]


@pytest.mark.parametrize("sample", NAMED, ids=ids(NAMED))
def test_an_expression_gives_what_the_sizes_give(sample):
    known = lengths_of(sample.layer)
    (cost,), (expected,) = costs(sample.layer).values(), costs(sized(sample.layer)).values()

    for name in ("multiply_adds", "activation_bytes"):
        found = getattr(cost, name)
        if found is not Automatic:
            symbols = sympy.sympify(found).free_symbols
            sizes = {each: known.get(each.name, known.get("Varying")) for each in symbols}
            found = sympy.sympify(found).subs(sizes)
        assert found == getattr(expected, name)


def test_the_samples_have_products_and_names():
    declared = {name for name, layer in registry.items() if "multiply_adds" in vars(layer)}
    assert declared >= {"LinearLayer", "ConvolutionLayer", "DotLayer", "LongShortTermMemoryLayer"}
    assert all(BY_LAYER[name] for name in declared)
    found = {costs(sample.layer)[()].multiply_adds for sample in NAMED} - {Automatic}
    assert any(sympy.sympify(count).free_symbols for count in found)


@pytest.mark.parametrize("name", COMPUTE_NOTHING)
def test_what_stands_for_a_layer_costs_nobody_knows_what(name):
    for sample in BY_LAYER[name]:
        assert costs(sample.layer)[()].multiply_adds is Automatic


SUMMED = [
    NetChain([ConstantTimesLayer(), SummationLayer()], Input=(2, 3)),
    NetChain([ElementwiseLayer(lambda x: 3 * x), SummationLayer()], Input=(2, 3)),
    FunctionLayer(lambda x, y: (x * y).sum(-1), Input1=(3, 4), Input2=(3, 4)),
    FunctionLayer(lambda x, y: (x * y).max(-1), Input1=(3, 4), Input2=(3, 4)),
    FunctionLayer(lambda x, y: (x + y).sum(-1), Input1=(3, 4), Input2=(3, 4)),
    NetGraph(
        {"times": ThreadingLayer(Times), "inner": [AggregationLayer("Total", 1), 5]},
        [([NetPort("A"), NetPort("B")], "times"), ("times", "inner")],
        A=(7, 3),
        B=(7, 1),
    ),
    transformers.transformer_encoder(16, 1, Input=(5, 32)),
    nets.lenet(Input=(1, 28, 28)),
    nets.resnet(50, 16, Input=(3, 64, 64)),
]


@pytest.mark.parametrize("net", SUMMED, ids=range(len(SUMMED)))
def test_nets_cost_what_their_programs_multiply(net):
    program = trace(net, net.shapes, batch=1, training=False)
    values = program.needed([program.ports[(), name] for name in net.output_names])
    assert Information(net, "MultiplyAdds") == counted(values)


# ---- as published --------------------------------------------------------------------------------

PUBLISHED = {
    # the weights of torchvision 0.20: "GFLOPS", where it counts a multiply-add as one
    "ResNet-50": (nets.resnet, (3, 224, 224), 4.089e9),
    "ResNet-152": (lambda **ports: nets.resnet(152, **ports), (3, 224, 224), 11.514e9),
    "VGG-16": (nets.vgg16, (3, 224, 224), 15.470e9),
    "SqueezeNet 1.1": (nets.squeezenet, (3, 224, 224), 0.349e9),
    # Sze and others 2017, table II
    "AlexNet": (nets.alexnet, (3, 227, 227), 724e6),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_known_nets_cost_what_was_published(name):
    build, size, expected = PUBLISHED[name]
    assert Information(build(Input=size), "MultiplyAdds") == pytest.approx(expected, rel=2e-3)


def test_lenet_by_hand():
    net = nets.lenet(Input=(1, 28, 28))
    counts = Information(net, "LayersMultiplyAdds")
    assert {path[0]: count for path, count in counts.items() if count} == {
        "conv1": 20 * 24 * 24 * 25,
        "conv2": 50 * 8 * 8 * 20 * 25,
        "linear1": 500 * 800,
        "linear2": 10 * 500,
    }
    sizes = Information(net, "LayersActivationByteCounts")
    assert sizes["pool1",] == 4 * 20 * 12 * 12
    assert Information(net, "ActivationByteCount") == sum(sizes.values())


def test_bert_grows_with_the_square_of_its_length():
    net = transformers.bert(Words=("n",))
    n, d, layers = sympy.Symbol("n", integer=True, positive=True), 768, 12
    projections, weighing, hidden = 4 * n * d**2, 2 * n**2 * d, 8 * n * d**2
    found = Information(net, "MultiplyAdds")
    assert sympy.expand(found - layers * (projections + weighing + hidden) - d**2) == 0
    # Sun and others 2020 (MobileBERT), table 4: 22.5e9 FLOPs for 128 words
    assert 2 * found.subs(n, 128) == pytest.approx(22.5e9, rel=1e-2)


# ---- names, lengths, what is open ----------------------------------------------------------------


def test_sizes_with_names_and_lengths_that_vary():
    layer = LongShortTermMemoryLayer(3, Input=("Varying", "k"))
    found = costs(layer)[()]
    assert str(sympy.expand(found.multiply_adds)) == "12*length*k + 36*length"
    assert str(found.activation_bytes) == "12*length"


def test_two_lengths_that_vary_are_two():
    net = NetGraph(
        {"query": LinearLayer(3), "dot": DotLayer([None, {1: 2}])},
        [(["query", NetPort("Keys")], "dot")],
        Input=5,
        Keys=("Varying", 3),
    )
    assert str(Information(net, "LayersMultiplyAdds")["dot",]) == "3*length"
    net = DotLayer([None, {1: 2}], InputPorts=[("Varying", 3), ("Varying", 3)])
    assert str(Information(net, "MultiplyAdds")) == "3*length1*length2"


def test_what_is_open_stays_open():
    net = NetChain([LinearLayer(3), Ramp, LinearLayer(2)])
    assert costs(net) == {
        (1,): Cost(Automatic, 12),
        (2,): Cost(0, 12),
        (3,): Cost(6, 8),
    }
    assert Information(net, ["MultiplyAdds", "ActivationByteCount"]) == [Automatic, 32]
    assert Information(net, "MultiplyAdds") is Automatic
    assert Information(ConvolutionLayer(2, 3), "MultiplyAdds") is Automatic
    assert costs(DotLayer()) == {(): Cost(Automatic, Automatic)}
    assert costs(ThreadingLayer(Plus)) == {(): Cost(0, Automatic)}
    assert costs(LinearLayer(3, Input=(2, "h"))) == {
        (): Cost(6 * sympy.Symbol("h", integer=True, positive=True), 12)
    }


def test_functions_are_layers_too():
    net = FunctionLayer(lambda x: LinearLayer(3)(x), Input=4)
    found = costs(net)
    assert sum(cost.multiply_adds for cost in found.values()) == 12
    assert Information(NetChain([net, 2]), "MultiplyAdds") == 12 + 6


def test_what_python_computes_is_not_known():
    net = NetChain([CompiledLayer(lambda x: x, Input=3, Output=3), LinearLayer(2)])
    assert Information(net, "LayersMultiplyAdds") == {(1,): Automatic, (2,): 6}
    assert Information(net, "MultiplyAdds") is Automatic
    assert Information(PlaceholderLayer(Input=3, Output=2), "ActivationByteCount") == 8


def test_numbers_need_no_sympy():
    script = (
        "import sys; from netdsl import *; from netdsl.report.costs import costs; "
        "net = NetChain([ConvolutionLayer(2, 3), FlattenLayer(), 3], Input=(1, 7, 5)); "
        "print(costs(net)[3,].multiply_adds, 'sympy' in sys.modules)"
    )
    printed = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert printed.split() == [str(3 * 2 * 5 * 3), "False"]
