"""WhyShape: the facts behind a shape, in order; and why what is open is open."""

import pytest

from netdsl import (
    Automatic,
    CatenateLayer,
    ConvolutionLayer,
    FlattenLayer,
    LinearLayer,
    NetChain,
    NetGraph,
    NetPort,
    NetShapes,
    PoolingLayer,
    Ramp,
    ReshapeLayer,
    SettingError,
    StructureError,
    TotalLayer,
    WhyShape,
)
from tests.properties.samples import SAMPLES

BODY = [ConvolutionLayer(20, 5), PoolingLayer(2, 2), ConvolutionLayer(50, 5), PoolingLayer(2, 2)]
NET = NetChain([*BODY, FlattenLayer(), 500])


def test_what_was_computed_from_numbers():
    expected = """\
Output of net[2] is 20 x 12 x 12, since
1  Input is given as (1, 28, 28)
2  net[1] = ConvolutionLayer(20, 5): Channels is given as 20
3  net[1] = ConvolutionLayer(20, 5): 28 - 4 = 24
4  net[2] = PoolingLayer(2, 2): (24 - 2) // 2 + 1 = 12"""
    assert str(WhyShape(NET, (2, "Output"), Input=(1, 28, 28))) == expected
    assert repr(WhyShape(NET, [2, "Output"], Input=(1, 28, 28))) == expected


def test_what_is_an_expression():
    expected = """\
Dimension 2 of Output of net[3] is floor(h/2) - 6, since
1  Input is given as (1, 'h', 'w')
2  net[1] = ConvolutionLayer(20, 5): dimension 2 of Output = h - 4
3  net[2] = PoolingLayer(2, 2): ((h - 4) - 2) // 2 + 1 = floor(h/2) - 2
4  net[3] = ConvolutionLayer(50, 5): (floor(h/2) - 2) - 4 = floor(h/2) - 6"""
    assert str(WhyShape(NET, (3, "Output", 2), Input=(1, "h", "w"))) == expected


def test_what_follows_backwards():
    expected = """\
Dimension 2 of Input is {28..31}, since
1  Output is given as (50, 4, 4)
2  net[4] = PoolingLayer(2, 2): (n - 2) // 2 + 1 = 4, so n is in {8, 9}
3  net[3] = ConvolutionLayer(50, 5): n - 4 in {8, 9}, so n is in {12, 13}
4  net[2] = PoolingLayer(2, 2): (n - 2) // 2 + 1 in {12, 13}, so n is in {24..27}
5  net[1] = ConvolutionLayer(20, 5): n - 4 in {24..27}, so n is in {28..31}
No more is known: it is n + 4, where n is dimension 2 of Output of net[1]; \
(n - 2) // 2 + 1 in {12, 13} in net[2] = PoolingLayer(2, 2) leaves n in {24..27}"""
    assert str(WhyShape(NetChain(BODY), ("Input", 2), Output=(50, 4, 4))) == expected


def test_a_letter_is_not_a_name():
    expected = """\
Output is 2 x n/2, since
1  Input is given as 'n'
2  net[2] = ReshapeLayer((2, Automatic)): Dimensions is given as (2, Automatic)
3  net[2] = ReshapeLayer((2, Automatic)): 2 * m = n, so m = n/2"""
    assert str(WhyShape(NetChain([Ramp, ReshapeLayer((2, Automatic))]), "Output", Input="n")) == (
        expected
    )


def test_what_two_branches_share():
    net = NetGraph(
        {"a": LinearLayer(), "b": LinearLayer(5), "sum": TotalLayer(), "all": CatenateLayer()},
        [
            (NetPort("Input"), "a"),
            (NetPort("Input"), "b"),
            (["a", "b"], "sum"),
            (["sum", "b"], "all"),
        ],
    )
    steps = [step.text for step in WhyShape(net, "Output", Input=3)]

    assert steps[0] == "net['b'] = LinearLayer(5): Size is given as 5"
    assert steps[-1] == "net['all'] = CatenateLayer(): 5 + 5 = 10"


def test_why_something_is_open():
    rank = WhyShape(NET, "Input")
    dimension = WhyShape(NET, (6, "Weights", 2), Input=(1, 28, Automatic))

    assert str(rank) == (
        "The rank of Input is open, since\nnothing says the rank of Input (give Input=...)"
    )
    assert rank.open_because == ("nothing says the rank of Input (give Input=...)",)
    assert dimension.shape == "{200, 400, ...}"
    assert dimension.open_because == (
        (
            "No more is known: it is 200*floor(n/4) - 600, where n is dimension 3 of Input; "
            "nothing says dimension 3 of Input (give Input=(1, 28, ...))"
        ),
    )
    both = WhyShape(NET, "Input", Input=(Automatic, 28, Automatic))
    assert both.open_because == (
        (
            "Dimensions 1 and 3 are open: "
            "nothing says dimensions 1 and 3 of Input (give Input=(..., 28, ...))"
        ),
    )


def test_what_was_given_needs_no_more():
    layer = LinearLayer((), Input=4)

    assert [step.text for step in WhyShape(layer, "Input")] == ["Input is given as 4"]
    assert [step.text for step in WhyShape(NET, "Input", Input=3 * (64,))] == [
        "Input is given as (64, 64, 64)"
    ]


def test_steps_as_data():
    why = WhyShape(NET, (2, "Output"), Input=(1, 28, 28))

    assert len(why) == len(list(why)) == len(why.steps) == 4
    assert [step.path for step in why] == [(), (1,), (1,), (2,)]
    assert str(why.steps[2]) == why.steps[2].text
    assert why.steps[2].statement == "net[1] = ConvolutionLayer(20, 5)"
    assert why.to_dict()["steps"][0] == {"text": "Input is given as (1, 28, 28)", "path": []}
    assert why.to_dict()["position"] == [2, "Output"]
    assert why.position == (2, "Output")


def test_html_is_escaped_and_lines_are_wrapped():
    why = WhyShape(NetChain({"<i>": LinearLayer(4)}), ("<i>", "Weights"), Input=5)

    assert "&lt;i&gt;" in why._repr_html_()
    assert "<i>" not in why._repr_html_()
    assert max(len(line) for line in why.text(40).splitlines()) <= 40


@pytest.mark.parametrize(
    ("position", "kind", "facts"),
    [
        ((6, "Weight"), StructureError, {"nearest": "Weights", "got": "'Weight'"}),
        ("Inptu", StructureError, {"nearest": "Input"}),
        ((9, "Output"), StructureError, {"got": "9"}),
        ((6,), StructureError, {"got": "6"}),
        ((6, "Weights", 3), StructureError, {"port": "Weights", "expected": "1 to 2", "got": 3}),
        (("Output", 0), StructureError, {"expected": "1 to 1", "got": 0}),
        ((), StructureError, {"got": "()"}),
    ],
)  # fmt: skip
def test_positions_that_lead_nowhere(position, kind, facts):
    with pytest.raises(kind) as error:
        WhyShape(NET, position, Input=(1, 28, 28))
    assert error.value.facts.items() >= facts.items()


@pytest.mark.parametrize(
    ("call", "facts"),
    [
        (lambda: WhyShape(NET, "Input", Inptu=3), {"port": "Inptu", "nearest": "Input"}),
        (lambda: WhyShape("net", "Input"), {"call": "WhyShape", "got": "'net'"}),
        (lambda: WhyShape(NET), {"call": "WhyShape"}),
    ],
)
def test_bad_calls(call, facts):
    with pytest.raises(SettingError) as error:
        call()
    assert error.value.facts.items() >= facts.items()


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_every_shape_has_a_reason(sample):
    net = sample.layer
    for given in ({}, dict.fromkeys((*net.input_names, *net.output_names), Automatic)):
        for row in NetShapes(net, **given):
            is_open = row.dims is Automatic or Automatic in row.dims
            assert bool(row.reasons) == is_open
            why = WhyShape(net, row.position, **given)
            assert bool(why.open_because) == is_open
            for at in range(1, len(row.sizes) + 1):
                why = WhyShape(net, (*row.position, at), **given)
                assert why.steps or why.open_because
