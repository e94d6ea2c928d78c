"""What the calls of a text give: layers, nets, numbers, functions of numbers."""

from __future__ import annotations

import ast
from typing import Any, Final

from netdsl.errors import nearest
from netdsl.files.arithmetic import (
    FAR,
    are_quantities,
    is_whole,
    see_that_it_is_near,
)
from netdsl.files.compiled import see_that_it_is_numpys
from netdsl.files.names import known, makers, of_arrays, of_numbers
from netdsl.files.text import NotationError, Source
from netdsl.functions import Function
from netdsl.functions.distributions import Family
from netdsl.layers import CompiledLayer
from netdsl.nets.functions.recorder import PAIRED
from netdsl.spec.fields import short

NUMBERS: Final = {"float": 'float("inf")', "S": "S(2)", "range": "range(3, 0, -1)"}
"""What is called for a number, or for several, and how."""

ALIKE: Final = 0.65
"""How like a known name one must be to be taken for it."""


def called(
    source: Source, node: ast.Call, name: ast.Name, given: list[Any], named: dict[str, Any]
) -> Any:
    """Return what something known by its name gives for these arguments."""
    if name.id in NUMBERS:
        return _number(source, node, name.id, given, named)
    function = {**makers(), **of_numbers(), **of_arrays()}.get(name.id)
    if function is None and name.id not in known():
        raise unknown(source, name, (*makers(), *of_numbers(), *of_arrays()))
    if function is None:
        raise source.refused(name, "This is a word, which is not called.", got=name.id)

    def make() -> Any:
        _see_arguments(source, node, name.id, function, given)
        if function is CompiledLayer:
            see_that_it_is_numpys((*given, *named.values()))
        return function(*given, **named)

    return source.attempt(node, f"{name.id} does not take this.", make)


def unknown(source: Source, node: ast.Name, names: Any) -> NotationError:
    """Return the error about a name that nothing has; `names` are those it may be meant for."""
    return source.refused(
        node,
        "There is nothing of this name.",
        expected="a layer, a function or a word of the notation",
        got=short(node.id)[1:-1],
        nearest=nearest(node.id, names, ALIKE),
    )


def _see_arguments(
    source: Source, node: ast.Call, name: str, function: Any, given: list[Any]
) -> None:
    """See that a function of numbers is given such, and an array function an array."""
    if name in of_arrays() and not any(hasattr(each, "xp") for each in given):
        raise source.refused(
            node,
            "A function of arrays is called inside of a function.",
            expected=f"FunctionLayer({name}), or FunctionLayer(lambda x: {name}(x))",
        )
    if not isinstance(function, Function | Family) and name not in of_numbers():
        return
    for at, each in enumerate(given):
        if not are_quantities(each, deep=name in PAIRED or isinstance(function, Family)):
            raise source.refused(
                node.args[at],
                f"{name} is a function of numbers.",
                expected="a number or a symbol",
            )
        see_that_it_is_near(name, each)


def _number(source: Source, node: ast.Call, name: str, given: list[Any], named: Any) -> Any:
    """Return float("inf") and the like, or the exact number S(2)."""
    (value,) = given if len(given) == 1 and not named else (None,)
    if name == "range" and 1 <= len(given) <= 3 and not named and all(map(is_whole, given)):
        return _range(source, node, given)
    if name == "float" and value in ("inf", "-inf", "nan"):
        return float(value)
    if name == "S" and is_whole(value):
        import sympy

        return sympy.Integer(value)
    raise source.refused(node, "This is no number.", expected=NUMBERS[name])


def _range(source: Source, node: ast.Call, given: list[Any]) -> range:
    ends = (*given, 0) if len(given) == 1 else given
    if any(abs(end) > FAR for end in ends) or (len(given) == 3 and not given[2]):
        raise source.refused(node, "This is no range.", expected=f"up to {FAR:,}, by 1 or more")
    return range(*given)
