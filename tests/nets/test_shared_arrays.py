"""NetArray: one shape, one value and one rate for all places of a name."""

import pickle

import numpy as np
import pytest

import netdsl
from netdsl import (
    All,
    Automatic,
    Blank,
    Information,
    LinearLayer,
    LongShortTermMemoryLayer,
    MeanSquaredLossLayer,
    NetArray,
    NetChain,
    NetError,
    NetExtract,
    NetGraph,
    NetInitialize,
    NetInsertSharedArrays,
    NetPortGradient,
    NetSharedArray,
    ParametricRampLayer,
    PortType,
    Real64,
    SettingError,
    ShapeError,
    StructureError,
    Tanh,
    TotalLayer,
    UninitializedError,
    WhyShape,
)
from netdsl.nets.rates import array_rates
from netdsl.spec import ArrayField
from netdsl.spec.net_array import read_shared

W = [[1, 2, 3], [4, 5, 6], [7, 8, 10]]


def tied(first=Automatic, second=Automatic, **ports):
    return NetChain(
        [
            LinearLayer(3, Weights=NetArray("W", Array=first)),
            Tanh,
            LinearLayer(Weights=NetArray("W", Array=second), Biases=None),
        ],
        **ports,
    )


def rebuilt(thing):
    return eval(repr(thing), {**vars(netdsl)}), pickle.loads(pickle.dumps(thing))


# ---- the NetArray itself -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "name", "array", "dims"),
    [
        (NetArray("W"), "W", Automatic, None),
        (NetArray(Name="W"), "W", Automatic, None),
        (NetSharedArray("W"), "W", Automatic, None),
        (NetArray({"Name": "W", "Dimensions": 3}), "W", Automatic, (3,)),
        (NetArray("W", Dimensions=[2, "h"]), "W", Automatic, (2, "h")),
        (NetArray("W", Array=[1, 2]), "W", [1, 2], (2,)),
        (NetArray("W", Array=W, Dimensions=(3, Automatic)), "W", W, (3, 3)),
        (NetArray("W", Array="Xavier"), "W", Automatic, None),
        (NetArray(All), All, Automatic, None),
    ],
    ids=str,
)
def test_forms(made, name, array, dims):
    assert made.Name == name
    assert made.dims == dims
    if array is Automatic:
        assert made.value is Automatic
    else:
        np.testing.assert_array_equal(made.value, array)
    for again in rebuilt(made):
        assert again == made
        assert hash(again) == hash(made)


def test_without_a_name_it_has_one_of_its_own():
    one, other, given = NetArray(), NetArray(Automatic), NetArray([1, 2])

    assert len({one.Name, other.Name, given.Name}) == 3
    np.testing.assert_array_equal(given.value, [1, 2])
    assert list(rebuilt(given)) == [given, given]


def test_what_differs_is_not_equal():
    known = [
        NetArray("W"),
        NetArray("V"),
        NetArray("W", Array=[1, 2]),
        NetArray("W", Array=Real64([1, 2])),
        NetArray("W", Array=[1, 3]),
        NetArray("W", Dimensions=2),
        NetArray("W", Array="Xavier"),
        NetArray("W", Array="Orthogonal"),
    ]
    for at, one in enumerate(known):
        assert [one == other for other in known].index(True) == at


def test_how_it_prints():
    assert repr(LinearLayer(2, Weights=NetArray("W"))) == "LinearLayer(2, Weights=NetArray('W'))"
    assert repr(NetArray("b", Array=[1, 2])) == "NetArray('b', Array=[1.0, 2.0])"
    assert LinearLayer(Weights=NetArray("W", Array=W)).source(4) == (
        "LinearLayer(Weights=NetArray('W', Array=<array 3 x 3>))"
    )
    method = ["Xavier", {"Distribution": "Uniform"}]
    assert repr(NetArray("W", Array=method)) == f"NetArray('W', Array={method!r})"


def test_it_is_frozen():
    array = NetArray("W", Array=[1, 2])
    with pytest.raises(NetError):
        array.Name = "V"
    with pytest.raises(ValueError, match="read-only"):
        array.Array[0] = 3


@pytest.mark.parametrize(
    ("given", "settings", "facts"),
    [
        ("W", {"Aray": 3}, {"nearest": "Array"}),
        ("W", {"Name": "V"}, {"setting": "Name"}),
        ({"Size": 3}, {}, {"setting": "Size"}),
        ("", {}, {"setting": "Name"}),
        (None, {}, {"got": "None"}),
        ("W", {"Name": 3}, {"setting": "Name"}),
        ("W", {"Array": [[1], [2, 3]]}, {"array": "Array"}),
        ("W", {"Array": "Xaver"}, {"nearest": "Xavier"}),
        ("W", {"Array": ["Xavier", {"Factor": 2}]}, {"setting": "Method Xavier"}),
        ("W", {"Dimensions": "Varying"}, {"setting": "Dimensions"}),
        ("W", {"Dimensions": 0}, {"layer": "NetArray"}),
    ],
    ids=str,
)
def test_nonsense_is_refused(given, settings, facts):
    with pytest.raises(SettingError) as error:
        NetArray(given, **settings)
    assert facts.items() <= error.value.facts.items()


def test_a_value_has_the_dimensions():
    with pytest.raises(ShapeError) as error:
        NetArray("W", Array=[1, 2], Dimensions=3)
    assert error.value.facts["got"] == "2"


def test_not_every_array_can_be_shared():
    with pytest.raises(SettingError) as error:
        LinearLayer(2, Weights=NetArray(All))
    assert error.value.facts["array"] == "Weights"
    with pytest.raises(SettingError):
        read_shared(NetArray("mean"), "MovingMean", learned=False)
    assert isinstance(LinearLayer(2).array_fields["Weights"], ArrayField)


# ---- one shape ---------------------------------------------------------------------------------


def siamese(left, right, **ports):
    return NetGraph({"a": left, "b": right, "all": TotalLayer()}, [(["a", "b"], "all")], **ports)


@pytest.mark.parametrize("turned", [False, True])
def test_sizes_flow_both_ways(turned):
    layers = [LinearLayer(3, Weights=NetArray("W")), LinearLayer(Weights=NetArray("W"))]
    net = siamese(*(layers[::-1] if turned else layers), Input2=5)

    assert net.port("Input1").dims == (5,)
    assert net.shapes.port(("a",), "Output").dims == (3,)
    assert net.shapes.array(("b",), "Weights") == (3, 5)


def test_dimensions_are_given_at_any_place():
    net = siamese(
        LinearLayer(Weights=NetArray("W")),
        LinearLayer(Weights=NetArray("W", Dimensions=(4, "h"))),
        Input1=(Automatic,),
        Input2=(Automatic,),
    )
    assert net.port("Input1").dims == net.port("Input2").dims == ("h",)
    assert net.port("Output").dims == (4,)


def test_an_open_rank_is_one_rank():
    ramp = ParametricRampLayer(Slope=NetArray("s"))
    net = siamese(ramp, ramp)

    assert net.solved({"Input1": PortType((7,))}).array(("b",), "Slope") == (7,)


def test_within_one_layer():
    gates = ("InputGateStateWeights", "ForgetGateStateWeights")
    layer = NetInitialize(
        LongShortTermMemoryLayer(3, Input=(4, 2), **{gate: NetArray("g") for gate in gates})
    )
    one, other = (getattr(layer, gate) for gate in gates)

    assert one.Array is other.Array
    assert Information(layer, "ArraysCount") == 11
    one = LongShortTermMemoryLayer(3, **{gates[0]: NetArray("g", Array=W), gates[1]: NetArray("g")})
    np.testing.assert_array_equal(NetExtract(one, gates[1]), W)
    assert getattr(one, gates[1]).Array is getattr(one, gates[0]).Array
    with pytest.raises(StructureError):
        LongShortTermMemoryLayer(
            3, **{gate: NetArray("g", Array=W * np.array(n)) for n, gate in enumerate(gates)}
        )


def test_sizes_that_disagree():
    with pytest.raises(ShapeError) as error:
        siamese(
            LinearLayer(3, Input=4, Weights=NetArray("W")),
            LinearLayer(3, Input=5, Weights=NetArray("W")),
        )
    facts = error.value.facts
    assert facts["layer"].startswith("net['b'] = ")
    assert facts["array"] == "Weights"
    assert "Weights of net['b'] is also Weights of net['a'], shared as 'W'" in facts["because"]


def test_sizes_that_disagree_only_later_in_the_net():
    with pytest.raises(ShapeError) as error:
        siamese(
            LinearLayer(3, Weights=NetArray("W")),
            LinearLayer(Weights=NetArray("W")),
            Input1=4,
            Input2=5,
        )
    shared = "Weights of net['b'] is also Weights of net['a'], shared as 'W'"
    assert shared in error.value.facts["because"]


def test_ranks_that_disagree():
    with pytest.raises(ShapeError) as error:
        NetChain([LinearLayer(Weights=NetArray("W", Array=W)), LinearLayer(Biases=NetArray("W"))])
    assert error.value.facts["array"] == "Biases"
    assert (error.value.facts["expected"], error.value.facts["got"]) == ("rank 1", "rank 2")


def test_an_explanation_goes_along_what_is_shared():
    layers = LinearLayer(3, Weights=NetArray("W")), LinearLayer(Weights=NetArray("W"))
    why = str(WhyShape(siamese(*layers, Input2=5), ("a", "Input")))

    assert "Weights of net['b'] is also Weights of net['a'], shared as 'W'" in why


# ---- one value ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(W, Automatic), (Automatic, W), (W, W)])
def test_the_value_is_that_of_all_places(first, second):
    net = tied(first, second)

    assert net.nodes[1].Weights.Array is net.nodes[3].Weights.Array
    np.testing.assert_array_equal(NetExtract(net, [3, "Weights"]), W)
    assert NetExtract(net, NetArray("W")) is NetExtract(net, [1, "Weights"])
    for again in rebuilt(net):
        assert again == net
        assert hash(again) == hash(net)
        assert again.nodes[1].Weights.Array is again.nodes[3].Weights.Array


def test_a_value_wins_over_a_method():
    net = tied("Xavier", W)
    np.testing.assert_array_equal(NetExtract(net, NetArray("W")), W)


@pytest.mark.parametrize(
    ("first", "second"),
    [(W, np.transpose(W)), ("Xavier", "Orthogonal"), (W, Real64(W))],
    ids=["values", "methods", "precisions"],
)
def test_two_values_are_refused(first, second):
    with pytest.raises(StructureError) as error:
        tied(first, second)
    facts = error.value.facts
    assert facts["array"] == "'W'"
    assert "[1, 'Weights']" in facts["expected"]
    assert "[3, 'Weights']" in facts["got"]


def test_nested_nets_are_one_by_name():
    inner = tied(W)
    net = NetChain({"in": inner, "more": LinearLayer(Weights=NetArray("W"), Biases=None)})

    assert net.shapes.shared == {
        "W": [("in", 1, "Weights"), ("in", 3, "Weights"), ("more", "Weights")]
    }
    np.testing.assert_array_equal(NetExtract(net, ["more", "Weights"]), W)
    again = NetChain([NetChain([with_w()]), net])
    np.testing.assert_array_equal(NetExtract(again, [1, 1, "Weights"]), W)


def with_w():
    return LinearLayer(Weights=NetArray("W"), Biases=None)


def test_extraction():
    net = NetChain({"a": tied(W), "b": LinearLayer(2, Weights=NetArray("V"))})

    assert list(NetExtract(net, NetArray(All))) == ["W", "V"]
    assert net[NetArray("V")] is Automatic
    assert net["b", "Weights"] is Automatic
    assert NetExtract(net, ["a", NetArray("W")]) is net[NetArray("W")]
    assert NetExtract(net, [[NetArray("V")], ["b", "Weights"]]) == [Automatic, Automatic]
    assert list(NetExtract(net, ["a", NetArray(All)])) == ["W"]
    assert NetExtract(LinearLayer(2, Weights=NetArray("V", Array="Xavier")), "Weights") is Automatic
    with pytest.raises(StructureError) as error:
        NetExtract(net, NetArray("w"))
    assert error.value.facts["nearest"] == "W"


def test_a_part_replaced_at_one_place():
    net = tied(W, Input=3)

    for place in ((1, "Weights"), (3, "Weights")):
        for new in (np.ones((3, 3)), NetArray("W", Array=np.ones((3, 3)))):
            changed = net.with_parts({place: new})
            np.testing.assert_array_equal(NetExtract(changed, [1, "Weights"]), np.ones((3, 3)))
            assert changed.nodes[1].Weights.Array is changed.nodes[3].Weights.Array
    apart = net.with_parts({(3, "Weights"): NetArray("V", Array=np.ones((3, 3)))})
    assert list(apart.shapes.shared) == ["W", "V"]
    np.testing.assert_array_equal(NetExtract(apart, [1, "Weights"]), W)
    cleared = net.with_parts({(1, "Weights"): Automatic})
    assert NetExtract(cleared, NetArray("W")) is Automatic
    with pytest.raises(StructureError):
        net.with_parts({(1, "Weights"): np.ones((3, 3)), (3, "Weights"): np.zeros((3, 3))})


def test_initialized_once():
    plain = NetInitialize(NetChain([3, Tanh, LinearLayer(3, Biases=None)], Input=3))
    net = NetInitialize(tied(Input=3))

    assert net.nodes[1].Weights.Array is net.nodes[3].Weights.Array
    np.testing.assert_array_equal(NetExtract(net, NetArray("W")), NetExtract(plain, [1, "Weights"]))
    assert NetInitialize(net) is net
    anew = NetInitialize(net, All, RandomSeeding=5)
    assert (NetExtract(anew, NetArray("W")) != NetExtract(net, NetArray("W"))).any()


def test_a_method_of_its_own():
    net = NetInitialize(tied(Automatic, "Orthogonal", Input=3))
    w = NetExtract(net, NetArray("W"))

    np.testing.assert_allclose(w @ w.T, np.eye(3), atol=1e-6)
    bias = LinearLayer(200, Input=1, Biases=NetArray("b", Array=["Random", {"Weights": 0.5}]))
    assert NetInitialize(bias)["Biases"].std() == pytest.approx(0.5, rel=0.2)


def test_what_has_no_value_is_named_once():
    with pytest.raises(UninitializedError) as error:
        tied(Input=3)([1, 2, 3])
    assert error.value.facts["got"] == "[1, 'Weights'], [1, 'Biases']"


# ---- one gradient, one rate --------------------------------------------------------------------


def test_values_and_gradients_by_hand():
    net = tied(W).with_parts({(1, "Biases"): [0.5, 0, -0.5]})
    x = np.array([0.1, -0.2, 0.3])

    w, hidden = np.array(W, float), np.tanh(W @ x + [0.5, 0, -0.5])
    np.testing.assert_allclose(net(x), w @ hidden, rtol=1e-6)
    back = (w.T @ np.ones(3)) * (1 - hidden**2)
    expected = np.outer(np.ones(3), hidden) + np.outer(back, x)
    for place in (1, 3):
        np.testing.assert_allclose(net(x, NetPortGradient(place, "Weights")), expected, rtol=1e-4)
    both = net(x, [NetPortGradient(1, "Weights"), NetPortGradient(3, "Weights")])
    np.testing.assert_allclose(list(both.values()), [expected, expected], rtol=1e-4)
    assert len(net(x, NetPortGradient(All))) == 3


def test_the_formula_has_one_symbol():
    text = str(Information(tied(Input=3), "Formula"))

    assert text.count("W[") == 2
    assert "Weights_3" not in text


@pytest.mark.parametrize(
    ("setting", "rate"),
    [(Automatic, 1), ({1: 0}, 0), ({3: 2}, 2), ({(3, "Weights"): 0, Blank: 0}, 0), (None, 0)],
)
def test_the_rate_of_one_place_is_that_of_all(setting, rate):
    rates = array_rates(tied(Input=3), setting)
    assert rates[1, "Weights"] == rates[3, "Weights"] == rate


def test_two_rates_are_refused():
    with pytest.raises(SettingError) as error:
        array_rates(tied(Input=3), {1: 0, Blank: 1})
    assert error.value.facts["got"] == "0 and 1"
    stored = NetChain(
        [
            LinearLayer(3, Weights=NetArray("W"), LearningRateMultipliers=0),
            LinearLayer(3, Weights=NetArray("W"), LearningRateMultipliers={"Weights": 2}),
        ]
    )
    with pytest.raises(SettingError):
        array_rates(stored)
    found = array_rates(stored, {(1, "Weights"): 3})
    assert found == {(1, "Weights"): 3, (1, "Biases"): 0, (2, "Weights"): 3, (2, "Biases"): 1}


# ---- what is said of them ------------------------------------------------------------------------


def test_counted_once():
    net = tied(W)

    assert Information(net, "ArraysCount") == 2
    assert Information(net, "ArraysTotalElementCount") == 12
    assert Information(net, "ArraysTotalByteCount") == 48
    assert Information(net, "TrainableElementCount") == 12
    assert Information(net, "ArraysPositionList") == [(1, "Weights"), (1, "Biases")]
    assert Information(net, "SharedArrays") == {"W": [(1, "Weights"), (3, "Weights")]}
    assert Information(net, "SharedArraysCount") == 1
    np.testing.assert_array_equal(Information(net, "Arrays")[1, "Weights"], W)
    report = str(Information(net))
    assert "Weights 3 x 3 (shared as 'W')" in report
    assert "parameters 12" in report
    assert "an array that is shared counts once" in report
    assert "(shared as 'W')" in str(Information(net[1]))
    assert Information(net).to_dict()["parts"][2]["arrays"]["Weights"]["shared"] == "W"


def test_what_is_shared_is_part_of_the_structure():
    net = NetChain([3, Tanh, LinearLayer(Biases=None)], Input=3, Output=3)
    hashes = []
    for names in (("W", "W"), ("V", "V"), ("W", "V")):
        places = zip(((1, "Weights"), (3, "Weights")), names, strict=True)
        named = net.with_parts({place: NetArray(name) for place, name in places})
        hashes.append(Information(named, "TopologyHash"))

    assert hashes[0] == hashes[1] != hashes[2]
    assert Information(net, "TopologyHash") not in hashes


# ---- NetInsertSharedArrays ---------------------------------------------------------------------


def test_names_come_from_positions():
    assert list(NetInsertSharedArrays(LinearLayer(2)).shapes.shared) == ["Weights", "Biases"]
    assert list(NetInsertSharedArrays(LinearLayer(2, Biases=None), "Linear/").shapes.shared) == [
        "Linear/Weights"
    ]
    net = NetInsertSharedArrays(NetChain([tied(), {"x": 3}]))
    assert list(net.shapes.shared) == ["W", "1/1/Biases", "2/x/Weights", "2/x/Biases"]
    assert NetInsertSharedArrays(net) == net


def test_copies_share_everything():
    net = NetInsertSharedArrays(NetInitialize(NetChain([4, Tanh, 3], Input=5)))
    twin = NetGraph({"a": net, "b": net, "loss": MeanSquaredLossLayer()}, [(["a", "b"], "loss")])

    assert Information(twin, "ArraysTotalElementCount") == Information(
        net, "ArraysTotalElementCount"
    )
    new = np.ones((4, 5))
    changed = twin.with_parts({("a", 1, "Weights"): new})
    np.testing.assert_array_equal(NetExtract(changed, ["b", 1, "Weights"]), new)
    assert changed({"Input1": [1] * 5, "Input2": [1] * 5}) == 0


@pytest.mark.parametrize(
    "net",
    [
        NetChain({"a/b": 3, "a": {"b": 3}}),
        NetChain({"a": 3, "b": LinearLayer(Weights=NetArray("a/Weights"))}),
    ],
    ids=["twice", "taken"],
)
def test_a_name_for_two_arrays_is_refused(net):
    with pytest.raises(StructureError) as error:
        NetInsertSharedArrays(net)
    assert error.value.facts["array"] in ("'a/b/Weights'", "'a/Weights'")


@pytest.mark.parametrize(("net", "prefix"), [(3, ""), (LinearLayer(2), 3)])
def test_what_takes_no_names(net, prefix):
    with pytest.raises(SettingError):
        NetInsertSharedArrays(net, prefix)
