"""What follows from equations between dimensions; knows terms and constraints, but no layer."""

from netdsl.infer.causes import Cause, Place
from netdsl.infer.rows import RankUnknown, Row
from netdsl.infer.solver import Solver
from netdsl.infer.terms import Term, Var, ceildiv, largest, product, smallest

__all__ = [
    "Cause",
    "Place",
    "RankUnknown",
    "Row",
    "Solver",
    "Term",
    "Var",
    "ceildiv",
    "largest",
    "product",
    "smallest",
]
