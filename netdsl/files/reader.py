"""read_net: an expression in the notation, taken apart by Python's grammar and never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from netdsl.files.arithmetic import BITS, FAR, TOO_LARGE
from netdsl.files.bodies import see_that_it_is_short
from netdsl.files.calls import NUMBERS, called, unknown
from netdsl.files.lambdas import ReadFunction
from netdsl.files.names import CONSTANTS, known
from netdsl.files.operators import compared, joined, see_that_it_compares_two, turned
from netdsl.files.text import LARGEST, NotationError, refuse_length
from netdsl.files.tree import INSTEAD, tree_of
from netdsl.functions.host import tried_up_to
from netdsl.spec.fields import short

DEEPEST: Final = 100
"""How deep calls and lists may be nested."""

TRIED: Final = (1_000_000, 100_000)
"""How many entries an array has at most on which a function of a text is tried; a slow one."""

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
        with tried_up_to(*TRIED):
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
        self.ranges: dict[ast.Call, int] = {}

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
                return turned(self.source, node, self.read(node.operand, scope))
            case ast.Compare():
                return self._comparison(node, scope)
            case ast.Lambda():
                return self._lambda(node, scope)
            case _:
                sentence, expected = INSTEAD.get(type(node), ("This is not in the notation.", None))
                raise self.source.refused(node, sentence, expected=expected)

    # ---- values ----------------------------------------------------------------------------

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, int) and node.value.bit_length() > BITS:
            raise self.source.refused(node, TOO_LARGE, expected=f"up to {BITS} bits")
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
        raise unknown(self.source, node, (*scope, *known()))

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
        see_that_it_is_short(self.source, node)
        return ReadFunction(names, self.source.text(node), compute)

    def _see_names(self, body: ast.expr, names: set[str]) -> None:
        """See that a function names nothing unknown: a call of it would find that late."""
        inner = {part.arg for part in ast.walk(body) if isinstance(part, ast.arg)}
        there = {*names, *inner, *self.lists, *known(), *CONSTANTS, *NUMBERS}
        for part in ast.walk(body):
            if isinstance(part, ast.Name) and part.id not in there:
                raise unknown(self.source, part, (*names, *known()))

    # ---- operators -------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp, scope: Mapping[str, Any]) -> Any:
        # Sums are as deep as they are long, so they are taken from the left without descending.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        value = self.read(chain[-1].left, scope)
        for step in reversed(chain):
            value = joined(self.source, step, value, self.read(step.right, scope))
        return value

    def _comparison(self, node: ast.Compare, scope: Mapping[str, Any]) -> Any:
        see_that_it_compares_two(self.source, node)
        left, right = self.read(node.left, scope), self.read(node.comparators[0], scope)
        return compared(self.source, node, left, right)

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
            value = self.read(each.value, scope)
            for name, setting in self._settings(each, value):
                if name in named:
                    raise self.source.refused(each, "A setting is given twice.", setting=name)
                named[name] = setting
        found = called(self.source, node, node.func, arguments, named)
        if isinstance(found, range):
            self._see_that_ranges_end(node, found)
        return found

    def _settings(self, node: ast.keyword, value: Any) -> Iterable[tuple[str, Any]]:
        """Return what an argument with a name gives: one setting, or those of a dict after **."""
        if node.arg is not None:
            return ((node.arg, value),)
        if not isinstance(node.value, ast.Dict) or not all(isinstance(name, str) for name in value):
            raise self.source.refused(
                node.value,
                "What is given is written out, without stars.",
                expected='or **{"name of a port": ...}, where a name is none in Python',
            )
        return value.items()

    def _see_that_ranges_end(self, node: ast.Call, found: range) -> None:
        """See that the ranges of the text are short together, since each may become an array."""
        self.ranges[node] = len(found)
        if sum(self.ranges.values()) > FAR:
            raise self.source.refused(
                node, "The ranges of a text are too long.", expected=f"{FAR:,} numbers in all"
            )
