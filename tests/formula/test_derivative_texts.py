"""Derivatives of formulas as a teacher shows them, and what has none."""

from __future__ import annotations

import pytest

from netdsl import (
    CompiledLayer,
    ConvolutionLayer,
    CrossEntropyLossLayer,
    CTCLossLayer,
    DropoutLayer,
    ElementwiseLayer,
    EmbeddingLayer,
    EuclideanDistance,
    ExponentialDistribution,
    FlattenLayer,
    FunctionLayer,
    Information,
    LinearLayer,
    LogisticSigmoid,
    LongShortTermMemoryLayer,
    NetChain,
    NetError,
    NetGraph,
    NetInsertSharedArrays,
    NetPort,
    PoolingLayer,
    PrependLayer,
    RandomArrayLayer,
    SettingError,
    SoftmaxLayer,
    Tanh,
)
from netdsl.formula.notation import formula_of
from tests.formula.derivatives import composed


def net_of(*layers, **ports):
    return NetChain(layers, **ports)


def siamese():
    tower = NetInsertSharedArrays(NetChain([3, Tanh, 2], Input=3), "tower/")
    return NetGraph(
        {"left": tower, "right": tower, "distance": FunctionLayer(EuclideanDistance)},
        [(NetPort("Left"), "left"), (NetPort("Right"), "right"), (["left", "right"], "distance")],
    )


# ---- texts -------------------------------------------------------------------------------------


def text(net, name):
    return str(formula_of(net).diff(name))


def test_a_neuron():
    net = net_of(LinearLayer((), Biases=None), LogisticSigmoid, Input=3)

    assert text(net, "Weights_1") == (
        "dOutput/dWeights_1[i, j] = "
        "(1 - LogisticSigmoid(Sum(Input[k]*Weights_1[0, k], (k, 0, 2))))"
        "*LogisticSigmoid(Sum(Input[k]*Weights_1[0, k], (k, 0, 2)))*Input[j]"
    )


def test_a_linear_layer():
    layer = LinearLayer(3, Input=2)

    assert text(layer, "Weights") == "dOutput[i]/dWeights[j, k] = KroneckerDelta(i, j)*Input[k]"
    assert text(layer, "Input") == "dOutput[i]/dInput[j] = Weights[i, j]"
    assert text(layer, "Biases") == "dOutput[i]/dBiases[j] = KroneckerDelta(i, j)"
    assert formula_of(layer).diff("Weights").sizes == (3, 3, 2)
    assert formula_of(layer).diff("Weights").latex() == (
        r"\frac{\partial {\mathrm{Output}}_{i}}{\partial {\mathrm{Weights}}_{j,k}}"
        r" = {\mathrm{Input}}_{k} \delta_{i,j}"
    )


def test_tanh():
    assert text(ElementwiseLayer(Tanh, Input=3), "Input") == (
        "dOutput[i]/dInput[j] = (1 - tanh(Input[i])**2)*KroneckerDelta(i, j)"
    )


def test_softmax():
    assert text(SoftmaxLayer(Input=3), "Input") == (
        "dOutput[i]/dInput[j] = (KroneckerDelta(i, j) - exp(Input[j])/Sum(exp(Input[k]), "
        "(k, 0, 2)))*exp(Input[i])/Sum(exp(Input[k]), (k, 0, 2))"
    )


def test_cross_entropy_of_softmax_is_what_came_less_what_should():
    net = NetGraph(
        [SoftmaxLayer(Input=3), CrossEntropyLossLayer("Index")],
        [(1, NetPort(2, "Input")), (NetPort("Target"), NetPort(2, "Target"))],
    )

    assert text(net, "Input") == (
        "dLoss/dInput[i] = exp(Input[i])/Sum(exp(Input[j]), (j, 0, 2)) "
        "- KroneckerDelta(Target - 1, i)"
    )


def test_binary_cross_entropy_of_a_sigmoid():
    net = NetGraph(
        [ElementwiseLayer(LogisticSigmoid, Input=3), CrossEntropyLossLayer("Binary")],
        [(1, NetPort(2, "Input")), (NetPort("Target"), NetPort(2, "Target"))],
    )

    assert text(net, "Input") == ("dLoss/dInput[i] = LogisticSigmoid(Input[i])/3 - Target[i]/3")


def test_a_convolution():
    layer = ConvolutionLayer(3, (2, 3), Stride=(1, 2), PaddingSize=1, Input=(2, 5, 4))

    assert text(layer, "Input") == (
        "dOutput[i, j, k]/dInput[l, m, n] = Weights[i, l, m - j + 1, n - 2*k + 1]"
    )
    assert text(layer, "Weights") == (
        "dOutput[i, j, k]/dWeights[l, m, n, p] = "
        "KroneckerDelta(i, l)*Input[m, j + n - 1, 2*k + p - 1]"
    )


def test_dilation_stays_in_the_sum():
    assert text(ConvolutionLayer(2, 3, Dilation=2, Input=(3, 7)), "Input") == (
        "dOutput[i, j]/dInput[k, l] = Sum(KroneckerDelta(j + 2*m, l)*Weights[i, k, m], (m, 0, 2))"
    )


def test_pooling():
    means = PoolingLayer(2, 2, Function="Mean", Input=(2, 6))
    largest = PoolingLayer(2, 2, Input=(2, 6))

    assert text(means, "Input") == (
        "dOutput[i, j]/dInput[k, l] = "
        "KroneckerDelta(i, k)*Piecewise((1/2, (l >= 2*j) & (l <= 2*j + 1)), (0, True))"
    )
    assert text(largest, "Input") == (
        "dOutput[i, j]/dInput[k, l] = KroneckerDelta(i, k)*Piecewise((1, (l >= 2*j) & "
        "(l <= 2*j + 1) & Eq(Input[i, l], Largest(Input[i, 2*j + m], (m, 0, 1)))), (0, True))"
    )


def test_a_gate():
    formula = formula_of(LongShortTermMemoryLayer(2, Input=(4, 3))).diff("ForgetGateBiases")
    lines = str(formula).splitlines()

    assert lines[0] == "dOutput[t, j]/dForgetGateBiases[k] = ds[t, j]/dForgetGateBiases[k]"
    assert (
        "    df[t, j]/dForgetGateBiases[k] = (1 - f[t, j])*(KroneckerDelta(j, k) + "
        "Sum((ds[t - 1, l]/dForgetGateBiases[k])*ForgetGateStateWeights[j, l], (l, 0, 1)))*f[t, j]"
        in lines
    )
    assert "    ds[-1, j]/dForgetGateBiases[k] = 0" in lines
    assert (
        r"\frac{\partial {f}_{t,j}}{\partial {\mathrm{ForgetGateBiases}}_{k}} &= "
        r"{f}_{t,j} \left(1 - {f}_{t,j}\right) \left(\delta_{j,k} + \sum_{l=0}^{1} "
        r"\frac{\partial {s}_{t - 1,\, l}}{\partial {\mathrm{ForgetGateBiases}}_{k}} \, "
        r"{\mathrm{ForgetGateStateWeights}}_{j,l}\right) \\"
    ) in formula.latex().splitlines()


def test_positions_and_flat_indices_are_solved():
    assert text(FlattenLayer(Input=(2, 3, 4)), "Input") == (
        "dOutput[i]/dInput[j, k, l] = KroneckerDelta(i, 12*j + 4*k + l)"
    )
    assert text(PrependLayer(Input=3), "Input") == (
        "dOutput[i]/dInput[j] = KroneckerDelta(i - 1, j)"
    )


def test_of_second_order():
    formula = formula_of(ElementwiseLayer(Tanh, Input=3)).diff("Input").diff("Input")

    assert str(formula) == (
        "d2Output[i]/(dInput[j]*dInput[k]) = "
        "-2*(1 - tanh(Input[i])**2)*KroneckerDelta(i, j)*KroneckerDelta(i, k)*tanh(Input[i])"
    )
    assert formula.sizes == (3, 3, 3)
    assert formula.latex().startswith(
        r"\frac{\partial^{2} {\mathrm{Output}}_{i}}"
        r"{\partial {\mathrm{Input}}_{j} \, \partial {\mathrm{Input}}_{k}} = "
    )


# ---- what has none -----------------------------------------------------------------------------


def test_an_unknown_array():
    with pytest.raises(SettingError) as error:
        formula_of(LinearLayer(3, Input=2)).diff("Weight")
    assert error.value.facts["nearest"] == "Weights"


def test_a_position():
    formula = formula_of(net_of(LinearLayer(2), Tanh, Input=3))

    assert str(formula.diff((1, "Weights"))) == str(formula.diff("Weights_1"))
    with pytest.raises(SettingError):
        formula.diff((2, "Weights"))
    with pytest.raises(SettingError):
        formula.diff(3)


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (EmbeddingLayer(2, 7, Input=3), "Input"),
        (CTCLossLayer(Input=(4, 3), Target=2), "Target"),
        (CompiledLayer("numpy:tanh", Input=(2, 3)), "Input"),
        (RandomArrayLayer(ExponentialDistribution, InputPorts=[()]), "Input1"),
    ],
    ids=str,
)
def test_without_a_derivative(layer, name):
    with pytest.raises(NetError) as error:
        formula_of(layer).diff(name)
    assert error.value.facts["array"] == name


# ---- the property --------------------------------------------------------------------------------


def test_gradients():
    net = net_of(LinearLayer(2), ElementwiseLayer(Tanh), Input=3)
    found = Information(net, "Gradients")

    assert list(found) == [("Input",), (1, "Weights"), (1, "Biases")]
    assert str(found[1, "Biases"]) == str(formula_of(net).diff("Biases_1"))


def test_gradients_of_integers_shared_arrays_and_several_outputs():
    assert list(Information(EmbeddingLayer(2, 7, Input=3), "Gradients")) == [("Weights",)]
    assert [at for at in Information(siamese(), "Gradients") if at[0] == "right"] == []
    states = Information(DropoutLayer(OutputPorts=("BinaryMask", "Output"), Input=3), "Gradients")
    assert str(states["Output"]["Input",]) == "dOutput[i]/dInput[j] = KroneckerDelta(i, j)"
    assert str(states["BinaryMask"]["Input",]) == "dBinaryMask[i]/dInput[j] = 0"


def test_the_derivative_of_a_hidden_layer_is_written_with_it():
    _, formula = composed(LinearLayer(2), Tanh, LinearLayer(1), Input=3)

    assert str(formula.diff("Weights_1")).splitlines() == [
        "dOutput[i]/dWeights_1[j, k] = Sum((dh_2[l]/dWeights_1[j, k])*Weights_3[i, l], (l, 0, 1))",
        "    h_1[i] = Biases_1[i] + Sum(Input[j]*Weights_1[i, j], (j, 0, 2))",
        "    h_2[i] = tanh(h_1[i])",
        "    dh_1[i]/dWeights_1[j, k] = KroneckerDelta(i, j)*Input[k]",
        "    dh_2[i]/dWeights_1[j, k] = (1 - h_2[i]**2)*(dh_1[i]/dWeights_1[j, k])",
    ]
