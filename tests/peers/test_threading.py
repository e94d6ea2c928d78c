"""Functions of several arrays, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

from netdsl import Automatic
from tests.peers.harness import Twin, call, compare, each

SAME = [
    ["Real", "Real"],
    [4, 4],
    [(2, 3), (2, 3)],
    [(3, 1, 2), (3, 1, 2)],
]
REPEATED = [
    [1, 5],
    [(2, 3), (1, 3)],
    [(2, 1), (1, 4)],
    [(3, 2), (3, 1)],
    [(2, 1, 4), (1, 3, 1)],
    [(1, 1, 1), (2, 3, 4)],
    [(2, 3, 1, 2), (2, 1, 4, 1)],
]
SHAPES = [*SAME, *REPEATED]


def calls(name, *more):
    """Calls of a function with inputs of one rank."""
    return [call(name, *more, InputPorts=shapes) for shapes in SHAPES]


def threaded(function):
    """A function that repeats along sizes of 1, as libraries do."""
    return lambda library, layer, Input1, Input2: function(library, Input1, Input2)


def elsewhere(jax=None, onnx=None, torch=None):
    """The function by its names in jax.numpy, among ONNX's operators and in PyTorch."""
    return [
        jax and threaded(lambda library, x, y: getattr(library.numpy, jax)(x, y)),
        onnx and threaded(lambda run, x, y: run(onnx, x, y)),
        torch and threaded(lambda library, x, y: getattr(library, torch)(x, y)),
    ]


POSITIVE = {"Input1": (0.2, 3.0), "Input2": (-2.0, 2.0)}
DIVISORS = {"Input2": (0.3, 2.0)}
NAMED = [
    Twin("ThreadingLayer", calls("Plus"), *elsewhere("add", "Add", "add")),
    Twin("ThreadingLayer", calls("Subtract"), *elsewhere("subtract", "Sub", "sub")),
    Twin("ThreadingLayer", calls("Times"), *elsewhere("multiply", "Mul", "mul")),
    Twin("ThreadingLayer", calls("Divide"), *elsewhere("divide", "Div", "div"), ranges=DIVISORS),
    Twin("ThreadingLayer", calls("Power"), *elsewhere("power", "Pow", "pow"), ranges=POSITIVE),
    Twin("ThreadingLayer", calls("Min"), *elsewhere("minimum", "Min", "minimum")),
    Twin("ThreadingLayer", calls("Max"), *elsewhere("maximum", "Max", "maximum")),
    Twin("ThreadingLayer", calls("Mod"), *elsewhere("mod", None, "remainder"), ranges=DIVISORS),
]


def arctan(jax, layer, Input1, Input2):
    """The angle of a point, given x first."""
    return jax.numpy.arctan2(Input2, Input1)


def arctan_torch(torch, layer, Input1, Input2):
    return torch.atan2(Input2, Input1)


def erf(jax, layer, Input1, Input2):
    return jax.scipy.special.erf(Input2) - jax.scipy.special.erf(Input1)


def formula(x, y, z):
    """A function of three numbers, ours and theirs."""
    return x * y - z**2


THREE = [
    call(formula, Automatic, InputPorts=[3, 3, 3]),
    call(formula, Automatic, InputPorts=[(2, 1), (1, 3), (2, 3)]),
    call(formula, -1, InputPorts=[2, (2, 3), (2, 3, 4)]),
    call(formula, 1, InputPorts=[(2, 4), 4, (3, 2, 4)]),
]
INSERTED = [
    call("Times", -1, InputPorts=[2, (2, 3)]),
    call("Times", 1, InputPorts=[3, (2, 3)]),
    call("Times", 2, InputPorts=[(2, 4), (2, 3, 4)]),
    call("Times", -2, InputPorts=[(3, 2), (3, 4, 2)]),
    call("Times", 1, InputPorts=["Real", (4, 2)]),
    call("Times", 2, InputPorts=[(2, 3, 1, 4), (2, 4)]),
]


def inserted(function):
    """A function of arrays to which the levels that lack are added where Broadcasting says."""

    def twin(jax, layer, **inputs):
        rank = max(array.ndim for array in inputs.values()) - 1

        def one(*arrays):
            wide = []
            for array in arrays:
                lacking, at = rank - array.ndim, layer.Broadcasting
                if lacking and at is not Automatic:
                    start = at - 1 if at > 0 else array.ndim + at + 1
                    array = jax.numpy.expand_dims(array, range(start, start + lacking))
                wide.append(array)
            return function(*wide)

        return jax.vmap(one)(*inputs.values())

    return twin


# ---- TotalLayer --------------------------------------------------------------------------------

TOTALS = [
    call(InputPorts=[shape] * count)
    for shape, count in [
        ("Real", 2),
        (3, 2),
        (1, 3),
        ((2, 3), 2),
        ((4, 1), 4),
        ((3, 2, 2), 3),
        ((1, 5, 2), 2),
        ((2, 1, 3, 2), 5),
        (30, 2),
        ((6, 7), 3),
        ((2, 2), 1),
    ]
]


def total(jax, layer, **inputs):
    return sum(inputs.values())


def total_onnx(run, layer, **inputs):
    return run("Sum", *inputs.values())


TWINS = [
    *NAMED,
    Twin("ThreadingLayer", calls("ArcTan"), arctan, torch=arctan_torch),
    Twin("ThreadingLayer", calls("Erf"), erf),
    Twin("ThreadingLayer", THREE, inserted(formula)),
    Twin("ThreadingLayer", INSERTED, inserted(lambda x, y: x * y)),
    Twin("TotalLayer", TOTALS, total, total_onnx),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
