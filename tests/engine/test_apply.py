"""Applying nets: one example and batches, dicts of ports, inner values, gradients, options."""

import numpy as np
import pytest

import netdsl.engine.compiled
from netdsl import (
    All,
    CrossEntropyLossLayer,
    DataError,
    ElementwiseLayer,
    LinearLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetDecoder,
    NetGraph,
    NetInitialize,
    NetPort,
    NetPortGradient,
    ParametricRampLayer,
    Ramp,
    SettingError,
    SoftmaxLayer,
    StructureError,
    Tanh,
    UninitializedError,
)

W = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
NET = NetChain(
    [LinearLayer(3, Weights=W, Biases=[0.5, 0, -40]), ParametricRampLayer((), Slope=0.1)]
)
LOSS = NetGraph({"net": NET, "loss": MeanSquaredLossLayer()}, [("net", "loss")])


def test_one_example_and_a_batch():
    one = NET([1, 1])
    batch = NET([[1, 1], [2, 0]])

    np.testing.assert_allclose(one, [3.5, 7, -2.9], rtol=1e-6)
    np.testing.assert_allclose(batch, [[3.5, 7, -2.9], [2.5, 6, -3]], rtol=1e-6)
    assert one.dtype == np.float32


@pytest.mark.parametrize(
    "data", [(1, 1), np.float64([1, 1]), np.array([1, 1], np.uint8), [True, True]], ids=str
)
def test_what_may_be_given(data):
    np.testing.assert_allclose(NET(data), [3.5, 7, -2.9], rtol=1e-6)


def test_anything_with_array_or_dlpack_goes_in():
    class Box:
        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, 1.0])

    class Pack:
        def __dlpack__(self, **options):
            return np.array([1.0, 1.0]).__dlpack__(**options)

        def __dlpack_device__(self):
            return np.array([1.0]).__dlpack_device__()

    np.testing.assert_allclose(NET(Box()), NET([1, 1]))
    np.testing.assert_allclose(NET(Pack()), NET([1, 1]))


def test_scalars_are_python_numbers():
    loss = MeanSquaredLossLayer()({"Input": [0.1], "Target": [0.0]})

    assert type(loss) is float
    assert type(Ramp) is not float
    assert LOSS({"Input": [1, 1], "Target": [3.5, 7, -2.9]}) == pytest.approx(0, abs=1e-10)


def test_a_dict_of_ports_and_a_list_of_dicts():
    rows = [{"Input": [1, 1], "Target": [0, 0, 0]}, {"Input": [2, 0], "Target": [1, 1, 1]}]
    columns = {name: [row[name] for row in rows] for name in rows[0]}

    np.testing.assert_array_equal(LOSS(rows), LOSS(columns))
    assert LOSS(columns).shape == (2,)


def test_several_outputs():
    net = NetGraph({"a": NET, "b": Ramp}, [("a", "b"), ("a", NetPort("Raw"))])

    answer = net([1, 1])

    assert set(answer) == {"Raw", "Output"}
    np.testing.assert_array_equal(net([1, 1], "Raw"), answer["Raw"])
    np.testing.assert_array_equal(net([1, 1], ["Output"])["Output"], answer["Output"])


def test_inner_values():
    inner = NET([1, 1], NetPort(1))
    both = NET([1, 1], [NetPort([1, "Output"]), NetPort("Output")])

    np.testing.assert_allclose(inner, [3.5, 7, -29])
    assert set(both) == {NetPort([1, "Output"]), NetPort("Output")}
    np.testing.assert_array_equal(both[NetPort([1, "Output"])], inner)


def test_gradients_by_inputs_and_arrays():
    x = [[1.0, 1.0], [2.0, 0.0]]

    by_input = NET(x, NetPortGradient("Input"))
    by_slope = NET(x, NetPortGradient([2, "Slope"]))
    by_weights = NET(x, NetPortGradient([1, "Weights"]))

    np.testing.assert_allclose(by_input, [[4.5, 6.6], [4.5, 6.6]], rtol=1e-6)
    assert by_slope == pytest.approx(-29 - 30)
    np.testing.assert_allclose(by_weights, [[3, 1], [3, 1], [0.3, 0.1]], rtol=1e-6)


def test_an_imposed_output_gradient():
    data = {"Input": [1.0, 1.0], NetPortGradient("Output"): [0, 0, 2]}

    np.testing.assert_allclose(NET(data, NetPortGradient("Input")), [1, 1.2], rtol=1e-6)


@pytest.mark.parametrize("imposed", [[5.0], [1.0, 2.0], [[1.0, 1.0, 1.0]]])
def test_an_imposed_gradient_that_does_not_fit(imposed):
    net = NetChain([Ramp], Input="Varying")
    with pytest.raises(DataError) as error:
        net({"Input": [1.0, 2, 3], NetPortGradient("Output"): imposed}, NetPortGradient("Input"))
    assert error.value.facts["port"] == "Output"


def test_every_gradient_at_once():
    found = NET([1, 1], NetPortGradient(All))

    assert set(found) == {
        NetPortGradient("Input"),
        NetPortGradient(1, "Weights"),
        NetPortGradient(1, "Biases"),
        NetPortGradient(2, "Slope"),
    }
    np.testing.assert_allclose(found[NetPortGradient(1, "Biases")], [1, 1, 0.1], rtol=1e-6)


def test_one_value_may_be_two_outputs():
    net = NetGraph([Ramp], [(1, NetPort("A")), (1, NetPort("B"))])
    imposed = {NetPortGradient("A"): [1.0, 1.0], NetPortGradient("B"): [10.0, 10.0]}

    np.testing.assert_array_equal(net([1.0, 2.0], NetPortGradient("Input")), [2, 2])
    np.testing.assert_array_equal(
        net({"Input": [1.0, 2.0], **imposed}, NetPortGradient("Input")), [11, 11]
    )


def test_the_gradient_by_an_array_of_a_lone_layer():
    ramp = ParametricRampLayer(Input=2, Slope=[0.1, 0.2])

    np.testing.assert_array_equal(ramp([[-1, 2], [-3, -4]], NetPortGradient("Slope")), [-4, -4])


def test_binary_cross_entropy_pulls_towards_the_target():
    loss = CrossEntropyLossLayer("Binary", Input="Real")
    slopes = [loss({"Input": p, "Target": 0.5}, NetPortGradient("Input")) for p in (0.4, 0.5, 0.6)]
    assert slopes[0] < 0 == pytest.approx(slopes[1], abs=1e-6)
    assert slopes[2] > 0


def test_sequences_of_different_lengths_as_each_alone():
    net = NetInitialize(ParametricRampLayer(2, Input=["Varying", 3]))
    random = np.random.default_rng(1)
    batch = [random.normal(size=(n, 3)) for n in (4, 1, 4, 7)]

    together = net(batch)

    assert [len(item) for item in together] == [4, 1, 4, 7]
    for item, alone in zip(together, batch, strict=True):
        np.testing.assert_array_equal(item, net(alone))


def test_gradients_over_sequences_of_different_lengths():
    net = NetInitialize(ParametricRampLayer(2, Input=["Varying", 3]))
    batch = [-np.ones((n, 3)) for n in (2, 3)]

    np.testing.assert_allclose(net(batch, NetPortGradient("Slope")), [-5, -5, -5])
    assert [g.shape for g in net(batch, NetPortGradient("Input"))] == [(2, 3), (3, 3)]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_batch_size_changes_no_result(size):
    x = np.random.default_rng(1).normal(size=(7, 2))

    np.testing.assert_allclose(NET(x, BatchSize=size), NET(x), rtol=1e-6)
    by_weights = NET(x, NetPortGradient([1, "Weights"]), BatchSize=size)
    np.testing.assert_allclose(by_weights, NET(x, NetPortGradient([1, "Weights"])), rtol=1e-5)


def test_working_precision():
    x = np.array([1 / 3, 1.0])
    double = NET(x, WorkingPrecision="Real64")

    assert double.dtype == np.float64
    np.testing.assert_allclose(double[:2], (W @ x + [0.5, 0, -40])[:2], rtol=1e-15)


def test_train_mode_and_seeds_are_accepted():
    np.testing.assert_array_equal(
        NET([1, 1], NetEvaluationMode="Train", RandomSeeding=3), NET([1, 1])
    )


def test_a_second_call_does_not_trace_again(monkeypatch):
    net = NetInitialize(NetChain([3, Ramp], Input=2))
    traces = []
    trace = netdsl.engine.compiled.trace
    monkeypatch.setattr(
        netdsl.engine.compiled, "trace", lambda *args: traces.append(args) or trace(*args)
    )

    for x in ([1, 2], [3, 4], [[1, 2], [3, 4]], [[5, 6], [7, 8]]):
        net(x)

    assert len(traces) == 2, "one for a single example, one for a batch of two"


def test_results_do_not_change_with_later_calls():
    first = NET([1, 1])
    kept = first.copy()
    NET([5, 5])

    np.testing.assert_array_equal(first, kept)


def test_two_threads_may_use_one_net():
    from concurrent.futures import ThreadPoolExecutor

    data = [np.full(2, n, float) for n in range(200)]
    expected = [NET(x) for x in data]
    with ThreadPoolExecutor(4) as pool:
        for got, want in zip(pool.map(NET, data), expected, strict=True):
            np.testing.assert_array_equal(got, want)


def test_the_shape_of_the_data_fills_what_is_open():
    net = NetChain([ParametricRampLayer((), Slope=0.5)])

    assert net(np.ones((2, 3))).shape == (2, 3), "of unknown rank: one example"
    assert NetChain([Ramp], Input=("h", 2))(np.ones((5, 2))).shape == (5, 2)


@pytest.mark.parametrize(
    ("net", "args", "kind", "facts"),
    [
        (ParametricRampLayer(Input=3), [[1, 2, 3]], UninitializedError, {"array": "Slope"}),
        (NET, [[1, 2, 3]], DataError, {"port": "Input", "expected": "2", "got": "3"}),
        (NET, [[[[1, 2]]]], DataError, {"port": "Input"}),
        (NET, ["text"], DataError, {"port": "Input", "got": "'text'"}),
        (NET, [[1, "a"]], DataError, {"port": "Input"}),
        (NET, [[1, None]], DataError, {"port": "Input"}),
        (NET, [[1, float("nan")]], DataError, {"got": "NaN in example 1, position (2,)"}),
        (NET, [[[1, 2], [3]]], DataError, {"port": "Input"}),
        (NET, [[]], DataError, {"port": "Input"}),
        (NET, [{"Inptu": [1, 2]}], DataError, {"nearest": "Input"}),
        (NET, [], DataError, {"got": "no data"}),
        (NET, [3.0], DataError, {"got": "a single number"}),
        (LOSS, [[1, 2], [1, 2, 3]], DataError, {"got": "list"}),
        (
            NET,
            [[1, 2], NetPort([1, "Weights"])],
            StructureError,
            {"nearest": "NetExtract(net, [1, 'Weights'])"},
        ),
        (
            NET,
            [[1, 2], NetPortGradient("Slope")],
            StructureError,
            {"nearest": "NetPortGradient([2, 'Slope'])"},
        ),
        (LOSS, [[1, 2]], DataError, {}),
        (LOSS, [{"Input": [1, 2]}], DataError, {"port": "Target"}),
        (LOSS, [{"Input": [1, 2], "Taget": [1]}], DataError, {"nearest": "Target"}),
        (LOSS, [{"Input": [[1, 2]], "Target": [1, 2, 3]}], DataError, {"port": "Target"}),
        (NET, [[1, 2], "Outptu"], StructureError, {"nearest": "Output"}),
        (NET, [[1, 2], NetPort("Input")], StructureError, {"port": "Input"}),
        (NET, [[1, 2], NetPort([1, "Outptu"])], StructureError, {"nearest": "Output"}),
        (NET, [[1, 2], NetPort([7, "Output"])], StructureError, {"got": "7"}),
        (NET, [[1, 2], NetPortGradient([2, "Slop"])], StructureError, {"nearest": "Slope"}),
    ],
)
def test_wrong_calls(net, args, kind, facts):
    with pytest.raises(kind) as error:
        net(*args)
    assert {name: error.value.facts.get(name) for name in facts} == facts


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"BatchSzie": 3}, "BatchSize"),
        ({"BatchSize": 0}, None),
        ({"NetEvaluationMode": "Trian"}, "Train"),
        ({"WorkingPrecision": "Real23"}, "Real32"),
        ({"TargetDevice": "GPU"}, "CPU"),
        ({"RandomSeeding": [1]}, None),
    ],
)
def test_wrong_options(options, nearest):
    with pytest.raises(SettingError) as error:
        NET([1, 2], **options)
    assert error.value.facts.get("nearest") == nearest


@pytest.mark.parametrize(
    ("net", "hint"),
    [
        (ParametricRampLayer(Input=2), "NetInitialize(net)"),
        (LinearLayer(3, Input="n"), "Input=3"),
        (ParametricRampLayer(), "Input=3"),
    ],
)
def test_an_array_without_a_value_says_how_to_get_one(net, hint):
    with pytest.raises(UninitializedError) as error:
        net([1, 2])
    assert hint in error.value.facts["expected"]


def test_no_gradient_by_integers():
    loss = CrossEntropyLossLayer("Index", Input=3)
    with pytest.raises(StructureError) as error:
        loss({"Input": [0.2, 0.3, 0.5], "Target": 1}, NetPortGradient("Target"))
    assert error.value.facts["port"] == "Target"


# ---- the short way of a call like the last one ----------------------------------------------


def test_a_call_like_the_last_one_gives_the_same():
    net = NetInitialize(NetChain([5, Tanh, LinearLayer((2, 3))], Input=4))
    random = np.random.default_rng(3)
    one, many = random.normal(size=(2, 4)), random.normal(size=(7, 4)).astype(np.float32)

    first = [net(one[0]), net(many), net([*one[1]])]
    again = [net(one[0]), net(many), net(one[1])]

    for a, b in zip(first, again, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)
        assert a.dtype == b.dtype == np.float32
    again[0][...] = 0
    assert net(one[0]).any()


def test_a_number_comes_out_as_a_number_every_time():
    net = NetInitialize(NetChain([3, LinearLayer(())], Input=2))
    x = np.array([1.0, 2.0])

    assert [type(net(x)) for _ in range(3)] == [float] * 3


def test_a_number_goes_in_every_time():
    net = NetInitialize(ElementwiseLayer(Tanh, Input=()))

    assert [net(np.array(0.5)) for _ in range(3)] == [pytest.approx(np.tanh(0.5))] * 3


def test_nan_is_found_every_time():
    net = NetInitialize(LinearLayer(2, Input=3))
    net(np.ones(3))

    for bad in ([1, np.nan, 2], [np.inf, 1, np.nan]):
        with pytest.raises(DataError) as error:
            net(np.array(bad))
        assert "position" in str(error.value.facts["got"])


def test_a_decoder_is_asked_every_time():
    net = NetInitialize(
        NetChain([3, SoftmaxLayer()], Input=2, Output=NetDecoder(("Class", ["a", "b", "c"])))
    )
    x = np.array([1.0, 2.0])

    assert {net(x) for _ in range(3)} <= {"a", "b", "c"}
