"""What the tracer writes otherwise, since it would lose its value or its gradient far out."""

import numpy as np
import pytest

from netdsl import (
    CrossEntropyLossLayer,
    Exp,
    FlattenLayer,
    LinearLayer,
    Log,
    LogisticSigmoid,
    NetChain,
    NetGraph,
    NetPort,
    NetPortGradient,
    ReshapeLayer,
    SoftmaxLayer,
    TransposeLayer,
)
from netdsl.engine.trace import trace

FAR = np.float32([1e4, 0, -1e4, 3])
ROW = LinearLayer((), Weights=[[1.0, 2.0, 3.0, 5.0]], Biases=None)


def ends_in(net):
    """The name of the operation that gives the output of a net."""
    program = trace(net, net.shapes, 2, training=False)
    return program.ports[(), "Output"].op.name


def test_the_logarithm_of_a_softmax():
    net = NetChain([SoftmaxLayer(), Log, ROW])

    assert net(FAR) == pytest.approx(-2 * 1e4 - 3 * 2e4 - 5 * 9997, rel=1e-6)
    np.testing.assert_allclose(net(FAR, NetPortGradient("Input")), [-10, 2, 3, 5], rtol=1e-6)


def test_the_logarithm_of_a_sigmoid():
    net = NetChain([LogisticSigmoid, Log])

    np.testing.assert_allclose(net(FAR), [0, -np.log(2), -1e4, -0.04858735], rtol=1e-6)
    np.testing.assert_allclose(
        net(FAR, NetPortGradient("Input")), [0, 0.5, 1, 0.04742587], rtol=1e-6
    )


@pytest.mark.parametrize("first", [SoftmaxLayer(), LogisticSigmoid])
@pytest.mark.parametrize(
    "between", [[], [FlattenLayer()], [TransposeLayer()], [ReshapeLayer((4, 1)), TransposeLayer()]]
)
def test_the_logarithm_is_seen_behind_what_moves_entries(first, between):
    net = NetChain([first, *between, Log, FlattenLayer()], Input=(2, 2))

    got = net(FAR.reshape(2, 2))
    assert np.isfinite(got).all()
    assert got.min() < -9e3


@pytest.mark.parametrize(
    ("first", "name"), [(SoftmaxLayer(), "softmax"), (LogisticSigmoid, "sigmoid")]
)
def test_the_power_of_a_logarithm_that_was_taken_so(first, name):
    assert ends_in(NetChain([first, Log], Input=3)) != name
    assert ends_in(NetChain([first, Log, Exp], Input=3)) == name


def test_a_loss_of_what_gives_logarithms():
    net = NetGraph(
        {"p": [SoftmaxLayer(), Log, Exp], "loss": CrossEntropyLossLayer("Index")},
        [(NetPort("Input"), "p", NetPort(["loss", "Input"]))],
        Input=4,
    )

    got = net({"Input": FAR, "Target": 3}, NetPortGradient("Input"))

    np.testing.assert_allclose(got, [1, 0, -1, 0], atol=1e-6)


def test_exp_and_log_undo_each_other():
    np.testing.assert_array_equal(NetChain([Exp, Log])(FAR), FAR)


def test_a_softmax_along_sequences_of_different_lengths():
    net = NetChain([SoftmaxLayer(1), Log], Input=("Varying",))
    batch = [FAR, np.float32([-1e4, 2])]

    for asked in (NetPort("Output"), NetPortGradient("Input")):
        for together, example in zip(net(batch, asked), batch, strict=True):
            np.testing.assert_allclose(together, net(example, asked), rtol=1e-6)
            assert np.isfinite(together).all()
