"""No text makes the reader compute for hours or fill the memory: each ends in a net or an error."""

import numpy as np
import pytest

from netdsl import NetArrayLayer, NetDecoder, NetError, PartLayer
from netdsl.files import NotationError, numbers, read_net, tree
from netdsl.functions import host

SIGNS = {
    "prefixes of texts": "r" * 1_000_000,
    "quotes": "'" + "\\'" * 400_000,
    "quotes and a last backslash": "'" + "\\'" * 400_000 + "\\",
    "quotes of two kinds": "\"'\n" * 400_000,
    "three quotes": "'''" + '"""\'' * 200_000,
    "many three quotes": "'''\\" * 300_000,
    "brackets": "[" * 1_000_000,
    "digits": "1" * 1_000_000,
    "hexadecimal digits": "LinearLayer(0x" + "a" * 1_000_000 + ")",
}


@pytest.mark.parametrize("source", SIGNS.values(), ids=SIGNS)
def test_signs_that_make_no_net(source):
    with pytest.raises(NotationError):
        read_net(source)


def test_underscores():
    assert read_net('"' + "_" * 1_000_000 + '"') == "_" * 1_000_000


def test_a_list_in_a_text_of_three_quotes_stays():
    label = "\\'''[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]"

    assert read_net(f"NetDecoder('Class', ['''{label}''', 'b'])") == NetDecoder(
        "Class", [label[1:], "b"]
    )


@pytest.mark.parametrize("source", ["a" * 10_000_000, "'" * 10_000_000, "[1,2]" * 4_000_000])
def test_a_text_that_is_too_long_is_not_parsed(source, monkeypatch):
    def parsed(*_):
        raise AssertionError

    monkeypatch.setattr(tree, "_parsed", parsed)
    with pytest.raises(NotationError) as error:
        read_net(source)
    assert "too long" in error.value.sentence


def test_what_is_in_no_list_is_counted_from_below():
    source = "LinearLayer([1, 2.5e-3, float('-inf'), float(\"nan\")])"

    assert numbers.least_beside_lists(source) <= len("LinearLayer()")
    assert numbers.least_beside_lists("x" * 30) == 30


@pytest.mark.parametrize("digits", ["1" * 4000, "1" * 5000, "0x" + "f" * 1025])
def test_whole_numbers_have_an_end(digits):
    with pytest.raises(NotationError) as error:
        read_net(f"LinearLayer({digits})")
    assert error.value.facts["expected"] == "up to 4096 bits"


# ---- what is small as a text and large as a net -------------------------------------------------


def test_ranges_are_short_together():
    with pytest.raises(NotationError) as error:
        read_net("LinearLayer(Weights=[" + ", ".join(["range(10**5)"] * 11) + "])")
    assert "ranges" in error.value.sentence
    found = read_net("NetArrayLayer(Array=[" + ", ".join(["range(10**5)"] * 10) + "])")
    assert found == NetArrayLayer(Array=np.tile(np.arange(10**5), (10, 1)))


def test_a_range_in_a_function_is_counted_once():
    function = read_net("lambda x: range(10**5)")

    assert {function(number) for number in range(20)} == {range(10**5)}


@pytest.mark.parametrize("size", ["2**61", "10**9"])
def test_so_many_positions_are_not_listed(size):
    with pytest.raises(NetError) as error:
        read_net(f"FunctionLayer(lambda x: Reverse(x), Input={size})")
    assert "too long" in error.value.sentence


def test_a_diagonal_is_not_listed():
    assert read_net("FunctionLayer(lambda x: Tr(x), Input=(10**8, 10**8))").output_names


def test_many_positions_of_a_text():
    assert read_net("PartLayer([range(1, 10**6)])") == PartLayer([range(1, 10**6)])
    with pytest.raises(NetError):
        read_net("PartLayer([range(-1, 10**5)])")


# ---- functions that are tried -------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        "'numpy:linalg.pinv', Input=(10**3, 10**3)",
        "'numpy:sort', Input=(10**6 + 1)",
        "'numpy:diag', Input=10**6",
    ],
)
def test_functions_of_a_text_are_tried_on_few_entries(call):
    with pytest.raises(NetError) as error:
        read_net(f"CompiledLayer({call})")
    assert "Output" in error.value.facts["expected"]


def test_outside_of_a_text_more_is_tried():
    before = host.TRIED.get()
    read_net("LinearLayer(3)")

    assert host.TRIED.get() == before
    assert before[0] > 10**6


def test_with_an_output_nothing_large_is_tried(monkeypatch):
    def tried(*_):
        raise AssertionError

    monkeypatch.setattr(host, "_shape_of_trials", tried)
    source = "CompiledLayer('numpy.linalg:pinv', Input=(1000, 900), Output=(900, 1000))"

    assert repr(read_net(source)) == source
    assert read_net("FunctionLayer(lambda x: Det(x), Input=(2000, 2000))").output_names


@pytest.mark.parametrize(
    "name", ["save", "savez", "put", "copyto", "poly", "empty_like", "cov", "linalg.svd", "array"]
)
def test_functions_that_are_not_taken(name):
    with pytest.raises(NetError) as error:
        read_net(f"CompiledLayer('numpy:{name}', Input=3)")
    assert "imports" in error.value.sentence


# ---- functions that sympy takes long for --------------------------------------------------------


def listed(text, count):
    return ", ".join(text.format(number) for number in range(count))


BODIES = {
    "numbers in Max and Min": f"Max({listed('Sin(x + {})', 300)})",
    "choices in Max": f"Max({listed('If(x > {}, x, Sin(x))', 60)})",
    "Max in Max": "Max(Sin(x), " * 40 + "x" + ")" * 40,
    "conditions joined": "If(" + " ^ ".join(f"(x > {n})" for n in range(200)) + ", 1, 0)",
    "conditions in And": f"If(And({listed('Sin(x + {}) > 0', 300)}), 1, 0)",
    "choices inside of conditions": "If(" * 30 + "x > 0" + ", x > 1, x < 2)" * 30,
    "operations": " + ".join(f"Sin(x + {n})" for n in range(2000)),
    "numbers in Plus": f"Plus({listed('Sin(x + {})', 600)})",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_functions_have_an_end(body):
    with pytest.raises(NotationError) as error:
        read_net(f"ElementwiseLayer(lambda x: {body})")
    assert error.value.sentence == "A function is too long."


def test_a_choice_of_many_is_no_choice_in_a_condition():
    chain = "".join(f"If(x < {n}, {n}, " for n in range(40)) + "x" + ")" * 40

    assert read_net(f"ElementwiseLayer(lambda x: {chain})").input_names == ("Input",)
    assert read_net(f"ElementwiseLayer(lambda x: Max({listed('x + Sin({}*x)', 20)}))").input_names
