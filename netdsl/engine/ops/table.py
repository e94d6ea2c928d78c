"""The table of operations, and the shapes and kinds that many of them share."""

from __future__ import annotations

from typing import Any

import numpy as np

from netdsl.engine.program import Kind, Op, Shape

OPS: dict[str, Op] = {}
"""Every operation by its name, which is its name on `xp`."""


def define(op: Op) -> Op:
    """Add an operation to the table."""
    assert op.name not in OPS
    OPS[op.name] = op
    return op


def broadcast(*shapes: Shape, **_: Any) -> Shape:
    """Return the shape of an operation entry by entry."""
    return np.broadcast_shapes(*shapes)


def arithmetic(*kinds: Kind) -> Kind:
    """Return what the elements of a result are: integers only if all are."""
    return "int" if all(kind == "int" for kind in kinds) else "real"


def real(*_: Kind) -> Kind:
    """Return that the elements of a result are reals."""
    return "real"


def logical(*_: Kind) -> Kind:
    """Return that the elements of a result are truth values."""
    return "bool"


def first(*kinds: Kind) -> Kind:
    """Return that the elements of a result are those of the first input."""
    return kinds[0]
