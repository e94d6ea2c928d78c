"""What the operators of a text give: sums of numbers, edges between ports, comparisons."""

from __future__ import annotations

import ast
from typing import Any

from netdsl.files.arithmetic import BINARY, COMPARISONS, UNARY, is_quantity, see_that_it_ends
from netdsl.files.text import NotationError, Source
from netdsl.nets.netport import Edge, NetPort


def joined(source: Source, node: ast.BinOp, left: Any, right: Any) -> Any:
    """Return what an operator between two values gives."""
    if isinstance(node.op, ast.RShift):
        if not isinstance(left, NetPort | Edge) and not isinstance(right, NetPort | Edge):
            raise source.refused(
                node, "An edge has a NetPort at one end.", expected='NetPort("Input") >> "a"'
            )
        return left >> right
    operation = BINARY.get(type(node.op))
    if operation is None or not (is_quantity(left) and is_quantity(right)):
        raise _no_operation(source, node)
    return _computed(source, node, operation, left, right)


def turned(source: Source, node: ast.UnaryOp, value: Any) -> Any:
    """Return what an operator before a value gives."""
    operation = UNARY.get(type(node.op))
    if operation is None or not is_quantity(value):
        raise _no_operation(source, node)
    return _computed(source, node, operation, value)


def see_that_it_compares_two(source: Source, node: ast.Compare) -> None:
    """Refuse a comparison of more than two numbers, or by another operator than < <= > >=."""
    if len(node.ops) > 1 or type(node.ops[0]) not in COMPARISONS:
        raise source.refused(
            node,
            "This is no comparison of two numbers by < <= > >=.",
            expected="for instance (0 < x) & (x < 1), Equal(x, 1)",
        )


def compared(source: Source, node: ast.Compare, left: Any, right: Any) -> Any:
    """Return what the comparison of two values gives."""
    if not (is_quantity(left) and is_quantity(right)):
        raise _no_operation(source, node)
    return _computed(source, node, COMPARISONS[type(node.ops[0])], left, right)


def _no_operation(source: Source, node: ast.expr) -> NotationError:
    return source.refused(
        node,
        "The notation has no such operation.",
        expected="+ - * / // % ** @ of numbers, & | ~ of conditions, >> of ports",
    )


def _computed(source: Source, node: ast.expr, operation: Any, *operands: Any) -> Any:
    def compute() -> Any:
        if len(operands) == 2:
            see_that_it_ends(operation, *operands)
        return operation(*operands)

    return source.attempt(node, "This cannot be computed.", compute)
