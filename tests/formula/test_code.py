"""Formulas as code: C is compiled and run, the others are held to their structure and to texts."""

from __future__ import annotations

import ctypes
import re
import subprocess
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import netdsl as nd
from netdsl.errors import NetError, SettingError
from netdsl.formula.code.c_helpers import HELPERS
from netdsl.formula.code.literals import literals
from netdsl.formula.code.loops import program_of
from netdsl.formula.notation import formula_of
from tests.formula.computed import (
    COMPILER,
    NETS,
    PYTHON_ONLY,
    RANDOM,
    SEED,
    cases,
    example_of,
    of_sample,
)
from tests.properties.samples import Sample

FLAGS = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
PAIRS = {"(": ")", "[": "]", "{": "}"}
LANGUAGES = ("julia", "wolfram")

DERIVED = [
    (nd.LinearLayer(3, Input=2), "Weights"),
    (nd.SoftmaxLayer(Input=3), "Input"),
    (nd.ConvolutionLayer(2, (2, 3), Stride=(1, 2), PaddingSize=1, Input=(2, 4, "n")), "Weights"),
    (nd.ConvolutionLayer(2, 3, Dilation=2, Input=(3, 7)), "Input"),
    (nd.PoolingLayer(2, 2, Input=(1, 4, 5)), "Input"),
    (nd.FlattenLayer(Input=(2, 3)), "Input"),
    (nd.CTCLossLayer(Input=(4, 3), Target=2), "Input"),
    (nd.LongShortTermMemoryLayer(2, Input=(3, 1)), "ForgetGateStateWeights"),
    (nd.CrossEntropyLossLayer("Index", Input=(2, 3)), "Input"),
]
"""Layers of which a derivative is written, and by what: deltas, and what is before a start."""

needs_compiler = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")


def brief(key):
    """How a test is called."""
    return key if isinstance(key, str) else "-".join(map(str, key))


@cache
def texts():
    """The C of every sample, of every net, and of some derivatives, by what they are."""
    found = {one: of_sample(*one) for one in cases(RANDOM, PYTHON_ONLY)}
    found |= {name: of_net(net) for name, net in NETS.items()}
    for layer, name in DERIVED:
        found[layer, name] = of_derivative(Sample(layer, 0.1, 0.9), name)
    return {key: (*one, one[0].code("c")) for key, one in found.items()}


def of_net(net):
    example = example_of(net)
    return formula_of(net), example, np.asarray(net(example, **SEED))


def of_derivative(sample, name):
    """The formula of a derivative, and what the function on numpy gives, which others look at."""
    formula, example, _ = of_sample(sample, sample.layer.output_names[0])
    found = formula.diff(name)
    return found, example, found.lambdify()(**example)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """All texts as one: their functions have a number, as have those that a text carries."""
    folder, parts = tmp_path_factory.mktemp("code"), ["#include <math.h>", "#include <stdlib.h>"]
    for number, (formula, _, _, text) in enumerate(texts().values()):
        names = [*HELPERS, program_of(formula).output.name.lower()]
        parts += [f"#define {name} {name}_of{number}" for name in names]
        parts += [text, *(f"#undef {name}" for name in names)]
    source, made = folder / "formulas.c", folder / "formulas.so"
    source.write_text("\n".join(parts))
    subprocess.run([COMPILER, *FLAGS, source, "-o", made, "-lm"], check=True)
    return ctypes.CDLL(str(made))


def run(library, key):
    """The output that the compiled function gives."""
    formula, example, expected, _ = texts()[key]
    program = program_of(formula)
    few = literals(program, dict(formula.values))
    arrays = [formula.values[name] for name in program.arrays if name not in few]
    given = [example[name] for name in program.inputs] + arrays
    given = [np.asarray(value, dtype=float, order="C") for value in given]
    dims = [program.dims[name] for name in program.inputs]
    pairs = [
        pair
        for one, value in zip(dims, given, strict=False)
        for pair in zip(one, value.shape, strict=True)
    ]
    sizes = dict(pairs)
    output = np.full(np.shape(expected), np.nan)
    pointer = ctypes.POINTER(ctypes.c_double)
    function = getattr(library, f"{program.output.name.lower()}_of{list(texts()).index(key)}")
    arguments = [value.ctypes.data_as(pointer) for value in given]
    arguments += [ctypes.c_int(sizes[size]) for size in program.sizes]
    assert function(*arguments, output.ctypes.data_as(pointer)) == 0
    return output


@needs_compiler
@pytest.mark.parametrize("key", [*cases(RANDOM, PYTHON_ONLY), *NETS, *DERIVED], ids=brief)
def test_c_computes_what_the_run_gives(key, library):
    _, _, expected, text = texts()[key]

    np.testing.assert_allclose(run(library, key), expected, rtol=1e-9, atol=1e-12)
    assert ("stdlib.h" in text) == bool(re.search(r"malloc|\babs\(", text))


def is_balanced(text):
    stack = []
    for letter in text:
        if letter in PAIRS:
            stack.append(PAIRS[letter])
        elif letter in PAIRS.values() and (not stack or stack.pop() != letter):
            return False
    return not stack


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_layer_is_written(language):
    for formula, *_ in texts().values():
        text = replace(formula, values={}).code(language)
        assert is_balanced(text), text
        assert "_2" not in text or language != "wolfram"


@pytest.mark.parametrize("language", ["c", *LANGUAGES])
def test_a_python_function_is_refused(language):
    with pytest.raises(NetError, match="Python function"):
        formula_of(nd.CompiledLayer("numpy:tanh", Input=3)).code(language)


def test_names_of_a_user_are_words_of_the_language():
    formula = formula_of(nd.TotalLayer(InputPorts={"a b": (2,), "int": (2,), "end": (2,)}))

    assert "int output(const double *a_b, const double *int_2, const double *end, " in formula.code(
        "c"
    )
    assert "function output(a_b, int, end_2)" in formula.code("julia")
    assert "Function[{ab, int, end}," in formula.code("wolfram")


def test_an_unknown_language_is_told():
    with pytest.raises(SettingError) as error:
        formula_of(nd.SoftmaxLayer(Input=3)).code("numpi")
    assert error.value.facts["nearest"] == "numpy"


CONVOLUTION = nd.ConvolutionLayer(2, (3,), Stride=2, PaddingSize=1, Input=(3, "n"))
"""One of which an index may leave the array."""

GOLDEN = {
    ("wolfram", nd.LinearLayer(2, Input=3, Weights=[[1, 2, 3], [4, 5, 6]], Biases=None)): """\
Function[{input},
    Module[{weights, output},
        weights = {{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}};
        output = Table[Sum[input[[j]]*weights[[i, j]], {j, 3}], {i, 2}];
        output
    ]
]
""",
    ("julia", nd.LinearLayer(2, Input=3, Weights=[[1, 2, 3], [4, 5, 6]], Biases=None)): """\
function output(Input; Weights=permutedims(reshape([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 2), (2, 1)))
    Output = [sum(Input[j]*Weights[i, j] for j in 1:3) for i in 1:2]
    return Output
end
""",
    ("wolfram", nd.SoftmaxLayer(1, Input=("n", 3))): """\
Function[{input},
    Module[{n, x1, output},
        n = Dimensions[input][[1]];
        x1 = Table[Sum[Exp[input[[k, j]]], {k, n}], {j, 3}];
        output = Table[Exp[input[[i, j]]]/x1[[j]], {i, n}, {j, 3}];
        output
    ]
]
""",
    ("julia", CONVOLUTION): """\
function output(Input; Weights, Biases)
    n = size(Input, 2)
    at(a, i...) = checkbounds(Bool, a, i...) ? a[i...] : 0.0
    Output = [Biases[i] + sum(at(Input, k, 2*j + l - 3)*Weights[i, k, l] for k in 1:3, l in 1:3) \
for i in 1:2, j in 1:cld(n, 2)]
    return Output
end
""",
    ("c", nd.PoolingLayer(2, 2, Input=(1, 4, 6))): """\
#include <math.h>

/* Output of Input: arrays of doubles, row by row, and counts from 0.
   Returns 0, or 1 if there is no memory.
   Input: 1 x 4 x 6
   Output: 1 x 2 x 3 */
int output(const double *Input, double *Output)
{
    for (int i = 0; i < 1; ++i) {
        for (int j = 0; j < 2; ++j) {
            for (int k = 0; k < 3; ++k) {
                double largest1 = -INFINITY;
                for (int m = 0; m < 2; ++m) {
                    for (int l = 0; l < 2; ++l) {
                        largest1 = fmax(largest1, Input[(i*4 + 2*j + l)*6 + 2*k + m]);
                    }
                }
                Output[(i*2 + j)*3 + k] = largest1;
            }
        }
    }
    return 0;
}
""",
}


@pytest.mark.parametrize(("language", "layer"), GOLDEN, ids=str)
def test_the_text_is_the_known_one(language, layer):
    assert formula_of(layer).code(language) == GOLDEN[language, layer]
