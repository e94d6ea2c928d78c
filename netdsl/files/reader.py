"""read_net: an expression in the notation, taken apart by Python's grammar and never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from netdsl.files.calls import NUMBERS, called, unknown
from netdsl.files.lambdas import ReadFunction
from netdsl.files.names import CONSTANTS, known
from netdsl.files.operators import compared, joined, see_that_it_compares_two, turned
from netdsl.files.text import LARGEST, NotationError, refuse_length
from netdsl.files.tree import INSTEAD, tree_of
from netdsl.spec.fields import short

DEEPEST: Final = 100
"""How deep calls and lists may be nested."""

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
            if each.arg is None:
                raise self.source.refused(
                    each.value, "What is given is written out, without stars."
                )
            if each.arg in named:
                raise self.source.refused(each, "A setting is given twice.", setting=each.arg)
            named[each.arg] = self.read(each.value, scope)
        return called(self.source, node, node.func, arguments, named)
