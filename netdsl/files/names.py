"""The names that a text may use: what it may call, and what stands for a value."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from netdsl import functions, layers
from netdsl.coders import NetDecoder, NetEncoder
from netdsl.functions import Function, Statistic
from netdsl.functions.distributions import Family
from netdsl.nets.chain import NetChain
from netdsl.nets.functions import arrays, lists
from netdsl.nets.functions.layer import FunctionLayer
from netdsl.nets.graph import NetGraph
from netdsl.nets.netport import NetPort, NetPortGradient
from netdsl.spec.fields import Real64
from netdsl.spec.net_array import NetArray
from netdsl.symbols import All, Automatic, Blank, Inherited, Restricted, Scaled, Span

WORDS: Final[dict[str, Any]] = {word.name: word for word in (All, Automatic, Blank, Inherited)}
"""What means itself."""

CONSTANTS: Final = ("pi", "E", "EulerGamma", "GoldenRatio", "Catalan", "TribonacciConstant")
"""The exact numbers that have names in sympy, and so in the text of a function."""

OF_ARRAYS: Final = (
    arrays.CosineDistance,
    arrays.Det,
    arrays.Dot,
    arrays.EuclideanDistance,
    arrays.HammingDistance,
    arrays.ManhattanDistance,
    arrays.SquaredEuclideanDistance,
    arrays.Tr,
    arrays.Transpose,
    lists.Drop,
    lists.First,
    lists.Flatten,
    lists.Join,
    lists.Last,
    lists.Most,
    lists.Part,
    lists.Rest,
    lists.Reverse,
    lists.Take,
)
"""Functions of arrays, for a FunctionLayer; those that repeat something are left out."""


@cache
def makers() -> dict[str, Any]:
    """Return what makes something that a net is made of: layers, nets, ports, arrays, coders."""
    made: tuple[Any, ...] = (NetChain, NetGraph, FunctionLayer, NetPort, NetPortGradient)
    made += (NetArray, NetEncoder, NetDecoder, Restricted, Scaled, Span, Real64)
    found = {one.__name__: one for one in made}
    public = {name: one for name, one in vars(layers).items() if name.endswith("Layer")}
    return {**found, "NetSharedArray": NetArray, **public}


@cache
def of_numbers() -> dict[str, Any]:
    """Return the functions of numbers, and the distributions and statistics, by name."""
    public = {name: getattr(functions, name) for name in functions.__all__}
    kinds = (Function, Family, Statistic)
    return {name: one for name, one in public.items() if isinstance(one, kinds)}


@cache
def of_arrays() -> dict[str, Any]:
    """Return the functions of arrays by name."""
    return {function.__name__: function for function in OF_ARRAYS}


@cache
def known() -> dict[str, Any]:
    """Return everything that has a name, by it."""
    return {**WORDS, **makers(), **of_numbers(), **of_arrays()}
