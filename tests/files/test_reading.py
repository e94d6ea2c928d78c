"""A net is read again from its text, exactly, and nothing in a text is run."""

import numpy as np
import pytest
import sympy

import netdsl
from netdsl import (
    Automatic,
    CompiledLayer,
    ConstantArrayLayer,
    Det,
    Dot,
    ElementwiseLayer,
    EuclideanDistance,
    FunctionLayer,
    If,
    Information,
    LinearLayer,
    NetArray,
    NetChain,
    NetDecoder,
    NetEncoder,
    NetError,
    NetGraph,
    NetInitialize,
    NetPort,
    NormalDistribution,
    PlaceholderLayer,
    Ramp,
    RandomArrayLayer,
    Real64,
    SoftmaxLayer,
    Sqrt,
    Tanh,
    ThreadingLayer,
    Times,
    Transpose,
)
from netdsl.files import NotationError, decoded, numbers, read_net, text
from tests.architectures import nets
from tests.architectures.cases import CASES
from tests.properties.samples import BY_LAYER

WHOLE = {name: samples for name, samples in BY_LAYER.items() if samples}


@pytest.mark.parametrize("name", WHOLE)
def test_every_layer_is_read_again(name):
    for sample in WHOLE[name]:
        for layer in (sample.layer, sample.filled(), NetInitialize(sample.layer)):
            assert read_net(repr(layer)) == layer
            assert read_net(Information(layer, "InputForm")) == layer


@pytest.mark.parametrize("name", CASES)
def test_architectures_are_read_again(name):
    net = CASES[name].build(**CASES[name].named)

    assert read_net(net.source(None)) == net


def test_a_net_of_many_numbers_is_read_again():
    net = NetInitialize(nets.lenet(Input=(1, 28, 28)))

    assert read_net(net.source(None)) == net


def shared():
    array = NetArray("w", Array=[[1, 2], [3, 4]], Dimensions=(2, 2))
    return NetChain([LinearLayer(2, Weights=array), LinearLayer(2, Weights=NetArray("w"))])


NETS = [
    shared(),
    NetChain([LinearLayer(2, Weights=NetArray("w", Array=["Random", {"Weights": 0.1}]))]),
    NetGraph(
        {"a": 3, "two words": LinearLayer(4, LearningRateMultipliers={"Weights": 0})},
        [NetPort("In") >> "a" >> "two words", ("a", NetPort("Früh")), ("two words", None)],
        In=(2, "n", Automatic),
        LearningRateMultipliers={"a": 2, ("two words", "Biases"): None},
    ),
    NetChain(
        [LinearLayer(7), SoftmaxLayer()],
        Input=NetEncoder("Boolean"),
        Output=NetDecoder("Class", ['"', "'", "\\", "\n", "é", 3, True]),
    ),
    FunctionLayer(lambda x, y: Ramp(x - y)),
    FunctionLayer(lambda Foo, Bar: {"a": Foo + Bar, "b": Foo * 2}),
    FunctionLayer(EuclideanDistance),
    FunctionLayer(Det, Input=(3, 3)),
    FunctionLayer(lambda x: Transpose(x) + 1, Input=(2, 5)),
    NetGraph({"f": FunctionLayer(lambda x: Dot(x, x)), "g": 3}, [("f", "g")], Input=4),
    ElementwiseLayer(lambda x: If((x > 0) & (x <= 3), x**2, Sqrt(-x) / 3)),
    ElementwiseLayer(lambda x: sympy.sqrt(2) * x ** sympy.Rational(2, 3) - sympy.pi),
    ElementwiseLayer(lambda x: If(x > 1e300, float("inf"), -x)),
    ElementwiseLayer(lambda x: sum((k * Tanh(x + k) for k in range(1, 150)), 0 * x)),
    ThreadingLayer(lambda Foo, Bar: Foo**2 * Bar - 1.5e-7),
    RandomArrayLayer(lambda mean, sd: NormalDistribution(mean, sd**2)),
    PlaceholderLayer("x", {"a": [1, {"b": None}]}, InputPorts=2, Arrays=["u"]),
    CompiledLayer("numpy:sort", None, Input=3),
]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.brief()[:40])
def test_nets_of_all_kinds_are_read_again(net):
    assert read_net(repr(net)) == net
    assert read_net(net.source(None)) == net


VALUES = [0.1, -0.0, 1.0, 3.4028235e38, 1.4e-45, 1e-38, np.inf, -np.inf, np.nan, 1 / 3, 16777217.0]


@pytest.mark.parametrize("precision", [np.float32, np.float64])
@pytest.mark.parametrize("repeats", [1, 20])
def test_numbers_are_read_to_the_last_bit(precision, repeats):
    random = np.random.default_rng(1).normal(size=(repeats, 11)) * 10.0 ** np.arange(11)
    values = np.concatenate([np.tile(VALUES, (repeats, 1)), random]).astype(precision)
    array = ConstantArrayLayer(Array=values)

    got = read_net(array.source(None)).Array

    assert got.dtype == precision
    assert got.tobytes() == array.Array.tobytes()


def test_integers_are_read_as_they_are():
    array = ConstantArrayLayer(Array=np.arange(-40, 40).reshape(4, 20))

    assert read_net(array.source(None)) == array


@pytest.mark.parametrize(
    "source",
    [
        "  LinearLayer(3)",
        "\n\n# a net\n  LinearLayer(\n3)  # of three\n",
        "LinearLayer(\r\n3)",
        "(LinearLayer(3))",
        "LinearLayer(Size=3)",
        "LinearLayer([3])",
        "LinearLayer((3,),)",
        "LinearLayer(2 + 1)",
    ],
)
def test_one_net_in_many_layouts(source):
    assert read_net(source) == LinearLayer(3)


@pytest.mark.parametrize(
    "source",
    [
        "[" + ", ".join(f"{n}." for n in range(30)) + "]",
        "[" + ",\n".join(f"{n}" for n in range(30)) + "\n]",
        "[" + ", ".join(f"+{n}" for n in range(30)) + ", ]",
        "[" + ", ".join(f".{n}" for n in range(30)) + "]",
        "[" + ", ".join(f"{n}e-2" for n in range(30)) + ', float("inf")]',
        "[" + ", ".join(f"1_{n}" for n in range(30)) + "]",
    ],
)
def test_long_lists_are_what_python_takes_them_for(source):
    wanted = eval(source)

    assert read_net(source) == wanted
    assert [type(item) for item in read_net(source)] == [type(item) for item in wanted]


def test_what_looks_like_numbers_in_a_text_stays():
    label = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]"
    source = f'NetDecoder("Class", ["{label}", "b"])  # {label}'

    assert read_net(source) == NetDecoder("Class", [label, "b"])


def test_long_lists_are_read_apart(monkeypatch):
    taken = numbers.without_lists(f"f({list(range(99))}, [1], _0)")[1]

    assert list(taken.values()) == [list(range(99))]
    assert "_0" not in taken


def test_classes_functions_and_coders_come_as_such():
    assert read_net("LinearLayer") is LinearLayer
    assert read_net("Tanh") is Tanh
    assert read_net("NetEncoder('Boolean')") == NetEncoder("Boolean")


def test_functions_with_the_same_text_are_the_same():
    source = "FunctionLayer(lambda x: Transpose(x) @ x)"

    layer = read_net(source)

    assert layer == read_net(source)
    assert repr(layer) == source
    assert repr(NetGraph([layer], [], Input=(2, 3))) == repr(
        read_net(f"NetGraph([{source}], [], Input=(2, 3))")
    )


# ---- what is refused ------------------------------------------------------------------------

NASTY = [
    '__import__("os").system("touch /tmp/x")',
    "().__class__",
    "LinearLayer.__init__",
    "LinearLayer.mro()",
    'f"{1}"',
    "[x for x in (1, 2)]",
    "{x: 1 for x in (1, 2)}",
    "(x for x in (1, 2))",
    "{1, 2}",
    "(y := 3)",
    "LinearLayer(*[3])",
    "LinearLayer(**{3: 'Size'})",
    "{**{}}",
    "lambda x=1: x",
    "lambda *x: x",
    "lambda x, x: x",
    "lambda x, *, y: x",
    "(lambda x: x)(3)",
    "ElementwiseLayer(lambda x: x(3))",
    "ElementwiseLayer(lambda x: x.real)",
    "ElementwiseLayer(lambda x: x[0])",
    "ElementwiseLayer(lambda x: open('/etc/passwd'))",
    "ElementwiseLayer(lambda x: 0 < x < 1)",
    "ElementwiseLayer(lambda x: x == 1)",
    "ElementwiseLayer(lambda x: x and 1)",
    "ElementwiseLayer(lambda x: Tanh('__import__(\"os\")'))",
    "ElementwiseLayer(lambda x: Tanh(y))",
    "ElementwiseLayer(lambda x: x / S(0))",
    "ElementwiseLayer(lambda x: Gamma(S(10)**9) * x)",
    "ElementwiseLayer(lambda x: Floor(Exp(S(10)**9)) * x)",
    "ElementwiseLayer(lambda x: Floor(Exp(Exp(Exp(S(9))))) * x)",
    "eval('1')",
    "open('x')",
    "await x",
    "yield",
    "9**9**9",
    "9**9**9**9",
    "(-9)**(9**9)",
    "2.0**10000",
    "1/0",
    '"x"*10**10',
    "[0]*10**10",
    "(1,) + (2,)",
    "1 << 10**10",
    "1 >> 2",
    "not 1",
    "-'x'",
    "1j",
    "b'x'",
    "...",
    "1" * 5000,
    "LinearLayer(" + "1" * 5000 + ")",
    "[" * 150 + "]" * 150,
    "[" * 100_000,
    "[" * 50_000 + "1" + "]" * 50_000,
    "(" * 1000 + "1" + ")" * 1000,
    "-" * 100_000 + "1",
    "+".join(["1"] * 100_000),
    "NetChain([" * 90 + "3" + "])" * 90,
    "f(" * 5000,
    "{" * 5000,
    "lambda x: " * 5000 + "x",
    "LinearLayer(3, Size=3, Size=4)",
    "LinearLayer(3, Input=2, Input=2)",
    "{'a': 1, 'a': 2}",
    "{[]: 1}",
    "LinearLayer(3)\nLinearLayer(4)",
    "LinearLayer(3); 4",
    "net = LinearLayer(3)",
    "import os",
    "LinearLayer(3",
    "LinearLayer 3",
    "'unclosed",
    "'''unclosed",
    "\0",
    "LinearLayer(3)\0",
    "'\ud800'\ud800",
    "",
    "   \n",
    "# nothing",
    "Automatic()",
    "None(3)",
    "LinearLayers(3)",
    "Dot([1], [2])",
    "float('1e3')",
    "float(3)",
    "S('x')",
    "S(1.5)",
    "range(10**12)",
    "range(1, 9, 0)",
    "CatenateLayer(InputPorts=2**62)",
    "ConvolutionLayer(2, 3, Dimensionality=10**9)",
    "ReplicateLayer((3, 5), 2**62, Input=(4, 2))",
    "CompiledLayer('os:system')",
    "CompiledLayer('os:getcwd', Input=3)",
    "CompiledLayer(Function='builtins:print')",
    "CompiledLayer('numpy:sort', 'os:system')",
    "CompiledLayer('numpy:save')",
    "CompiledLayer('numpy:load')",
    "CompiledLayer('numpy:f2py.main')",
    "CompiledLayer('numpy:test')",
    "CompiledLayer('numpy:os.system')",
    "CompiledLayer('numpy.linalg:lapack_lite.dgelsd')",
    "CompiledLayer('netdsl.__main__:main')",
    "AggregationLayer(Median(1, 3))",
    "Real64('x')",
    "Real64([1, [2]])",
    "NetPort()",
]


@pytest.mark.parametrize("source", NASTY, ids=lambda source: source[:30].encode("ascii", "replace"))
def test_what_is_not_the_notation_is_refused(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(NetError) as error:
        read_net(source)
    assert len(str(error.value)) < 2000


def test_the_place_is_shown():
    with pytest.raises(NotationError) as error:
        read_net("NetChain([\n  LinearLayer(3),\n  LinerLayer(4),\n])")
    assert error.value.facts["line"] == 3
    assert error.value.facts["column"] == 3
    assert error.value.facts["nearest"] == "LinearLayer"
    assert str(error.value).endswith("      LinerLayer(4),\n      ^^^^^^^^^^")


def test_of_a_long_line_the_place_alone_is_shown():
    with pytest.raises(NotationError) as error:
        read_net(f"NetChain([LinearLayer(900, Biases={[0.25] * 900}), 'ü', Tahn])")
    line, mark = str(error.value).splitlines()[-2:]
    assert len(line) < 90
    assert line[mark.index("^") : mark.index("^") + 4] == "Tahn"


def test_control_characters_are_not_shown():
    with pytest.raises(NotationError) as error:
        read_net("Linear('\x1b[31m', \x1b)")
    assert "\x1b" not in str(error.value)


def test_an_error_of_a_layer_has_its_line():
    with pytest.raises(NetError) as error:
        read_net("NetChain([\nLinearLayer(3),\nLinearLayer(0)])")
    assert error.value.facts["line"] == 3


def test_an_unknown_name_in_a_function_that_waits_is_seen_at_once():
    with pytest.raises(NotationError):
        read_net("FunctionLayer(lambda x: Transpos(x))")


@pytest.mark.parametrize("data", [b"\x80\x04K", b"PK\x03\x04", b"\xff\xfeL", b"'\xe9'"])
def test_binary_files_are_refused(data):
    with pytest.raises(NotationError):
        decoded(data)


def test_a_mark_of_utf_8_is_no_part_of_the_text():
    assert read_net(decoded(b"\xef\xbb\xbfLinearLayer(3)")) == LinearLayer(3)


def test_texts_have_an_end(monkeypatch):
    monkeypatch.setattr(text, "LARGEST", 10)
    with pytest.raises(NotationError):
        decoded(b" " * 11)
    with pytest.raises(NotationError):
        read_net("LinearLayer(" + "[1], " * 500_000 + ")")


def test_names_that_are_shown_are_read():
    """Every public name that a net can be made of, so that none is forgotten."""
    for name in netdsl.__all__:
        if name.endswith(("Layer", "Distribution")):
            assert read_net(name) is getattr(netdsl, name)
    assert read_net("Real64([0.1])") == Real64([0.1])
    assert read_net("[Times, Ramp]") == [Times, Ramp]


@pytest.mark.parametrize(
    "call",
    ["'os:getcwd'", "Function='builtins:print'", "'numpy:sort', 'os:system'", "'numpy:test'"],
)
def test_no_function_is_imported_and_called(call, capsys):
    with pytest.raises(NetError) as error:
        read_net(f"CompiledLayer({call}, Input=3)")
    assert "imports" in error.value.sentence
    assert capsys.readouterr().out == ""
