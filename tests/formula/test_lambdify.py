"""Formulas as functions on numpy: equal to running the net, and errors in words."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import netdsl as nd
from netdsl.errors import DataError, NetError, UninitializedError
from netdsl.formula.notation import formula_of
from tests.architectures import nets
from tests.architectures.test_running import SMALL, examples
from tests.formula.computed import NETS, RANDOM, SEED, cases, example_of, of_sample
from tests.properties.samples import SAMPLES


@pytest.mark.parametrize(("sample", "port"), cases(RANDOM), ids=str)
def test_every_layer_gives_what_its_formula_computes(sample, port):
    formula, example, expected = of_sample(sample, port)

    got = formula.lambdify()(**example)

    assert np.shape(got) == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", NETS)
def test_every_net_gives_what_its_formula_computes(name):
    net, example = NETS[name], example_of(NETS[name])
    function = formula_of(net).lambdify()

    expected = net(example, **SEED)

    np.testing.assert_allclose(function(**example), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(function(*example.values()), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "sample", [s for s in SAMPLES if type(s.layer).__name__ in RANDOM], ids=str
)
def test_random_numbers_are_refused(sample):
    with pytest.raises(NetError, match="random"):
        formula_of(sample.layer).lambdify()


def test_the_text_rests_on_numpy_alone():
    net = nd.NetChain([nd.LongShortTermMemoryLayer(1), nd.SequenceLastLayer()], Input=("n", 2))
    source = formula_of(nd.NetInitialize(net, RandomSeeding=1)).lambdify().source
    check = "import sys; print([m for m in sys.modules if m.split('.')[0] in ('netdsl', 'sympy')])"
    script = f"{source}\nprint(output(np.ones((3, 2))).shape)\n{check}"

    said = subprocess.check_output([sys.executable, "-c", script], text=True, cwd="/")

    assert said.split("\n")[:2] == ["(1,)", "[]"]


def test_names_of_a_user_are_no_code():
    ports = {"a b": (2,), "class": (2,), "import os": (2,), "np": (2,), "a_b": (2,)}
    function = formula_of(nd.TotalLayer(InputPorts=ports)).lambdify()

    got = function(**{name: [2.0**m, 0] for m, name in enumerate(ports)})

    np.testing.assert_array_equal(got, [31, 0])
    assert "def output(a_b, class_2, import_os, np_2, a_b_2):" in function.source


def test_arrays_are_given_by_keyword():
    function = formula_of(nd.LinearLayer(2, Input=3, Biases=[1.0, 2.0])).lambdify()

    assert function([1, 2, 3], Weights=np.ones((2, 3))).tolist() == [7, 8]
    assert function([1, 2, 3], Weights=np.ones((2, 3)), Biases=[0, 0]).tolist() == [6, 6]
    with pytest.raises(UninitializedError, match="Weights"):
        function([1, 2, 3])


@pytest.mark.parametrize(
    ("args", "named", "word"),
    [
        ((np.ones((4, 3)),), {}, "expected  dimensions"),
        ((np.ones(2),), {}, "Input"),
        (("text",), {}, "Input"),
        ((), {}, "Input"),
        ((np.ones((4, 2)), 3), {}, "2 arguments"),
        ((np.ones((4, 2)),), {"Inptu": 1}, "Inptu"),
    ],
)
def test_wrong_arguments_are_told(args, named, word):
    function = formula_of(NETS["recurrent"]).lambdify()

    with pytest.raises(DataError, match=word):
        function(*args, **named)


def test_a_number_comes_as_one():
    got = formula_of(nd.SummationLayer(Input=3)).lambdify()([1, 2, 4])

    assert (type(got), got) == (float, 7.0)


@pytest.mark.parametrize(
    "unit", ["SoftPlus", "LogisticSigmoid", "ELU", "SELU", "Mish", "Sech", "Csch"]
)
def test_far_ends_stay_finite(unit):
    layer = nd.ElementwiseLayer(getattr(nd, unit), Input=6)
    far = np.array([-1000.0, -40, -1e-9, 1e-9, 40, 1000])

    got = formula_of(layer).lambdify()(far)

    np.testing.assert_allclose(got, layer(far, WorkingPrecision="Real64"), rtol=1e-12)


def test_softmax_does_not_overflow():
    got = formula_of(nd.SoftmaxLayer(Input=3)).lambdify()([1000.0, 1001, -5000])

    np.testing.assert_allclose(got, [1 / (1 + np.e), np.e / (1 + np.e), 0])


def test_equal_sums_are_computed_once():
    source = formula_of(NETS["perceptron"]).lambdify().source

    assert source.count("np.einsum") == 2


def fails(x):
    """Fail as a function of a user's may."""
    raise ValueError("no such number")


def test_an_error_of_a_users_function_is_its_own():
    layer = nd.CompiledLayer(f"{__name__}:fails", Input=3, Output=3)

    with pytest.raises(ValueError, match="no such number"):
        formula_of(layer).lambdify()([1, 2, 3])


@pytest.mark.parametrize("form", ["Composed", "Expanded"])
def test_sizes_with_names_are_those_of_each_call(form):
    layers = [
        nd.ConvolutionLayer(2, 3),
        nd.Ramp,
        nd.PoolingLayer(2, 2),
        nd.AggregationLayer(nd.Mean),
    ]
    net = nd.NetInitialize(nd.NetChain(layers, Input=(1, "h", "w")), RandomSeeding=1)
    formula = nd.Formula(net, Form=form)
    function, slope = formula.lambdify(), formula.diff("Weights_1").lambdify()

    for size in ((1, 9, 8), (1, 12, 11)):
        x = np.random.default_rng(2).normal(size=size)
        above = {nd.NetPortGradient("Output"): [1, 0]}
        expected = net({"Input": x, **above}, nd.NetPortGradient((1, "Weights")), **SEED)
        np.testing.assert_allclose(function(x), net(x, **SEED), rtol=1e-9)
        np.testing.assert_allclose(slope(x)[0], expected, rtol=1e-9, atol=1e-12)


ARCHITECTURES = {
    "LeNet": lambda: nets.lenet(Input=(1, 28, 28)),
    "AlexNet": SMALL["AlexNet"],
    "VGG-16": SMALL["VGG-16"],
    "SqueezeNet": SMALL["SqueezeNet"],
    "encoder, Varying": SMALL["encoder, Varying"],
    "BERT, Varying": SMALL["BERT, Varying"],
}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures(name):
    net = nd.NetInitialize(ARCHITECTURES[name](), RandomSeeding=5)
    example = {port: rows[0] for port, rows in examples(net).items()}
    function = nd.Formula(net).lambdify()

    np.testing.assert_allclose(function(**example), net(example, **SEED), rtol=1e-9, atol=1e-12)


def test_an_entry_with_numbers_is_a_function_too():
    net = nd.NetInitialize(nd.NetChain([nd.LinearLayer(2), nd.Tanh, 2], Input=3), RandomSeeding=1)
    x = [0.5, -1, 2]

    for form in ("Composed", "Expanded"):
        entry = nd.Formula(net, Entries=1, Form=form)
        above = {nd.NetPortGradient("Output"): [0, 1]}
        expected = net({"Input": x, **above}, nd.NetPortGradient("Input"), **SEED)
        np.testing.assert_allclose(entry.lambdify()(x), net(x, **SEED)[1], rtol=1e-6)
        np.testing.assert_allclose(entry.diff("Input").lambdify()(x), expected, rtol=1e-6)
