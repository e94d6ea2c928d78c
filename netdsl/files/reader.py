"""read_net: an expression in the notation, taken apart by Python's grammar and never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from netdsl.errors import NetError, nearest
from netdsl.files.arithmetic import (
    BINARY,
    COMPARISONS,
    FAR,
    UNARY,
    are_quantities,
    is_quantity,
    is_whole,
    see_that_it_ends,
    see_that_it_is_near,
)
from netdsl.files.compiled import see_that_it_is_numpys
from netdsl.files.lambdas import ReadFunction
from netdsl.files.names import CONSTANTS, known, makers, of_arrays, of_numbers
from netdsl.files.text import LARGEST, NotationError, refuse_length
from netdsl.files.tree import INSTEAD, tree_of
from netdsl.functions import Function
from netdsl.functions.distributions import Family
from netdsl.layers import CompiledLayer
from netdsl.nets.functions.recorder import PAIRED
from netdsl.nets.netport import Edge, NetPort
from netdsl.spec.fields import short

DEEPEST: Final = 100
"""How deep calls and lists may be nested."""

NUMBERS: Final = {"float": 'float("inf")', "S": "S(2)", "range": "range(3, 0, -1)"}
"""What is called for a number, or for several, and how."""

ALIKE: Final = 0.65
"""How like a known name one must be to be taken for it."""

FAILURES = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
"""What a maker may raise on arguments that nobody thought of."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


def read_net(text: str) -> Any:
    """Return the net that a text describes, as repr and Information(net, "InputForm") write it.

    >>> read_net("NetChain([LinearLayer(3), Tanh], Input=2)")
    NetChain([LinearLayer(3), ElementwiseLayer(Tanh)], Input=2)

    A coder, a class of layers or a list that stands for a net comes as such. Nothing in the text
    is run: what is not in the notation raises a NotationError with the place, and what does not
    fit the error that it raises in Python.
    """
    if len(text) > LARGEST:
        refuse_length()
    try:
        return _Reader(text).read_all()
    except (RecursionError, MemoryError):
        raise NotationError(
            "The text is nested too deeply, or too large.", expected=f"up to {DEEPEST} levels"
        ) from None


class _Reader:
    """Walks over the tree of one text; a scope holds the arguments of the functions around."""

    def __init__(self, text: str) -> None:
        self.tree, self.lists, self.source = tree_of(text)
        self.depth = 0

    def read_all(self) -> Any:
        """Return what the whole text stands for."""
        return self.read(self.tree, NOTHING)

    def read(self, node: ast.expr, scope: Mapping[str, Any]) -> Any:
        """Return what a part of the tree stands for."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.source.refused(
                node, "The text is nested too deeply.", expected=f"up to {DEEPEST} levels"
            )
        try:
            return self._read(node, scope)
        finally:
            self.depth -= 1

    def _read(self, node: ast.expr, scope: Mapping[str, Any]) -> Any:
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._named(node, scope)
            case ast.List(elts=[ast.Name(id=name)]) if name in self.lists:
                return self.lists[name]
            case ast.List() | ast.Tuple():
                items = [self.read(item, scope) for item in node.elts]
                return items if isinstance(node, ast.List) else tuple(items)
            case ast.Dict():
                return self._dict(node, scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.BinOp():
                return self._binary(node, scope)
            case ast.UnaryOp():
                return self._unary(node, scope)
            case ast.Compare():
                return self._comparison(node, scope)
            case ast.Lambda():
                return self._lambda(node, scope)
            case _:
                sentence, expected = INSTEAD.get(type(node), ("This is not in the notation.", None))
                raise self.source.refused(node, sentence, expected=expected)

    # ---- values ----------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Any:
        if node.value is None or isinstance(node.value, bool | int | float | str):
            return node.value
        raise self.source.refused(
            node, "A value is a number, a text, True, False or None.", got=short(node.value)
        )

    def _named(self, node: ast.Name, scope: Mapping[str, Any]) -> Any:
        name = node.id
        if name in scope:
            return scope[name]
        if name in known():
            return known()[name]
        if name in CONSTANTS:
            import sympy

            return getattr(sympy, name)
        raise self._unknown(node, (*scope, *known()))

    def _unknown(self, node: ast.Name, names: Any) -> NotationError:
        return self.source.refused(
            node,
            "There is nothing of this name.",
            expected="a layer, a function or a word of the notation",
            got=short(node.id)[1:-1],
            nearest=nearest(node.id, names, ALIKE),
        )

    def _dict(self, node: ast.Dict, scope: Mapping[str, Any]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                raise self.source.refused(value, "What is given is written out, without stars.")
            name = self.read(key, scope)
            try:
                is_twice = name in found
            except TypeError:
                raise self.source.refused(
                    key, "This is no key of a dict.", expected="a text, a number or a tuple"
                ) from None
            if is_twice:
                raise self.source.refused(key, "A key is given twice.", got=short(name))
            found[name] = self.read(value, scope)
        return found

    def _lambda(self, node: ast.Lambda, scope: Mapping[str, Any]) -> ReadFunction:
        given = node.args
        if given.vararg or given.kwarg or given.kwonlyargs or given.defaults or given.kw_defaults:
            raise self.source.refused(
                node,
                "A function has arguments without defaults and stars.",
                expected="lambda x: ...",
            )
        names = tuple(each.arg for each in (*given.posonlyargs, *given.args))
        if len(set(names)) < len(names):
            raise self.source.refused(node, "Two arguments have one name.")

        def compute(*values: Any) -> Any:
            return self.read(node.body, {**scope, **dict(zip(names, values, strict=True))})

        self._see_names(node.body, {*scope, *names})
        return ReadFunction(names, self.source.text(node), compute)

    def _see_names(self, body: ast.expr, names: set[str]) -> None:
        """See that a function names nothing unknown: a call of it would find that late."""
        inner = {part.arg for part in ast.walk(body) if isinstance(part, ast.arg)}
        there = {*names, *inner, *self.lists, *known(), *CONSTANTS, *NUMBERS}
        for part in ast.walk(body):
            if isinstance(part, ast.Name) and part.id not in there:
                raise self._unknown(part, (*names, *known()))

    # ---- operators -------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp, scope: Mapping[str, Any]) -> Any:
        # Sums are as deep as they are long, so they are taken from the left without descending.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self.read(chain[-1].left, scope)
        for step in reversed(chain):
            value = self._joined(step, value, self.read(step.right, scope))
        return value

    def _joined(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        if isinstance(node.op, ast.RShift):
            if not isinstance(left, NetPort | Edge) and not isinstance(right, NetPort | Edge):
                raise self.source.refused(
                    node, "An edge has a NetPort at one end.", expected='NetPort("Input") >> "a"'
                )
            return left >> right
        operation = BINARY.get(type(node.op))
        if operation is None or not (is_quantity(left) and is_quantity(right)):
            raise self._no_operation(node)
        return self._computed(node, operation, left, right)

    def _unary(self, node: ast.UnaryOp, scope: Mapping[str, Any]) -> Any:
        value, operation = self.read(node.operand, scope), UNARY.get(type(node.op))
        if operation is None or not is_quantity(value):
            raise self._no_operation(node)
        return self._computed(node, operation, value)

    def _no_operation(self, node: ast.expr) -> NotationError:
        return self.source.refused(
            node,
            "The notation has no such operation.",
            expected="+ - * / // % ** @ of numbers, & | ~ of conditions, >> of ports",
        )

    def _comparison(self, node: ast.Compare, scope: Mapping[str, Any]) -> Any:
        operation = COMPARISONS.get(type(node.ops[0]))
        if len(node.ops) > 1 or operation is None:
            raise self.source.refused(
                node,
                "This is no comparison of two numbers by < <= > >=.",
                expected="for instance (0 < x) & (x < 1), Equal(x, 1)",
            )
        left, right = self.read(node.left, scope), self.read(node.comparators[0], scope)
        if not (is_quantity(left) and is_quantity(right)):
            raise self._no_operation(node)
        return self._computed(node, operation, left, right)

    def _computed(self, node: ast.expr, operation: Any, *operands: Any) -> Any:
        try:
            if len(operands) == 2:
                see_that_it_ends(operation, *operands)
            return operation(*operands)
        except NetError as error:
            raise self._with_place(error, node) from None
        except FAILURES as error:
            raise self.source.refused(
                node, "This cannot be computed.", because=short(str(error))[1:-1]
            ) from None

    # ---- calls -----------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Mapping[str, Any]) -> Any:
        if not isinstance(node.func, ast.Name) or node.func.id in scope:
            raise self.source.refused(
                node.func,
                "Layers and functions are called by their names.",
                expected="LinearLayer(...)",
            )
        arguments = [self.read(each, scope) for each in node.args]
        named: dict[str, Any] = {}
        for each in node.keywords:
            if each.arg is None:
                raise self.source.refused(
                    each.value, "What is given is written out, without stars."
                )
            if each.arg in named:
                raise self.source.refused(each, "A setting is given twice.", setting=each.arg)
            named[each.arg] = self.read(each.value, scope)
        return self._called(node, node.func, arguments, named)

    def _called(self, node: ast.Call, name: ast.Name, given: list[Any], named: Any) -> Any:
        if name.id in NUMBERS:
            return self._number(node, name.id, given, named)
        function = {**makers(), **of_numbers(), **of_arrays()}.get(name.id)
        if function is None and name.id not in known():
            raise self._unknown(name, (*makers(), *of_numbers(), *of_arrays()))
        if function is None:
            raise self.source.refused(name, "This is a word, which is not called.", got=name.id)
        try:
            self._see_arguments(node, name.id, function, given)
            if function is CompiledLayer:
                see_that_it_is_numpys((*given, *named.values()))
            return function(*given, **named)
        except NetError as error:
            raise self._with_place(error, node) from None
        except FAILURES as error:
            raise self.source.refused(
                node, f"{name.id} does not take this.", because=short(str(error))[1:-1]
            ) from None

    def _see_arguments(self, node: ast.Call, name: str, function: Any, given: list[Any]) -> None:
        """See that a function of numbers is given such, and an array function an array."""
        if name in of_arrays() and not any(hasattr(each, "xp") for each in given):
            raise self.source.refused(
                node,
                "A function of arrays is called inside of a function.",
                expected=f"FunctionLayer({name}), or FunctionLayer(lambda x: {name}(x))",
            )
        if not isinstance(function, Function | Family) and name not in of_numbers():
            return
        for at, each in enumerate(given):
            if not are_quantities(each, deep=name in PAIRED or isinstance(function, Family)):
                raise self.source.refused(
                    node.args[at],
                    f"{name} is a function of numbers.",
                    expected="a number or a symbol",
                )
            see_that_it_is_near(name, each)

    def _number(self, node: ast.Call, name: str, given: list[Any], named: Any) -> Any:
        """Return float("inf") and the like, or the exact number S(2)."""
        (value,) = given if len(given) == 1 and not named else (None,)
        if name == "range" and 1 <= len(given) <= 3 and not named and all(map(is_whole, given)):
            return self._range(node, given)
        if name == "float" and value in ("inf", "-inf", "nan"):
            return float(value)
        if name == "S" and is_whole(value):
            import sympy

            return sympy.Integer(value)
        raise self.source.refused(node, "This is no number.", expected=NUMBERS[name])

    def _range(self, node: ast.Call, given: list[Any]) -> range:
        ends = (*given, 0) if len(given) == 1 else given
        if any(abs(end) > FAR for end in ends) or (len(given) == 3 and not given[2]):
            raise self.source.refused(
                node, "This is no range.", expected=f"up to {FAR:,}, by 1 or more"
            )
        return range(*given)

    def _with_place(self, error: NetError, node: ast.expr) -> NetError:
        """Return the error of a part with its line, where the text has several."""
        return error.having(line=node.lineno) if len(self.source.lines) > 1 else error
