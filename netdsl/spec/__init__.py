"""How a layer is declared: options, ports, arrays, equations; and what every net has."""

from netdsl.infer import RankUnknown, ceildiv, largest, product, smallest
from netdsl.infer.rows import assume, at_least, equal, fixed
from netdsl.spec.coder import Coder
from netdsl.spec.fields import (
    Array,
    ArrayField,
    By,
    PortField,
    array,
    by,
    option,
    port,
    state,
)
from netdsl.spec.inputs import inputs
from netdsl.spec.layer import Layer, registry
from netdsl.spec.net import Net
from netdsl.spec.relations import has_rank, largest_rank, repeated, same_rank
from netdsl.spec.shapes import Shapes
from netdsl.spec.sights import Sight, entrywise, standing
from netdsl.symbols import Auto, Automatic

__all__ = [
    "Array",
    "ArrayField",
    "Auto",
    "Automatic",
    "By",
    "Coder",
    "Layer",
    "Net",
    "PortField",
    "RankUnknown",
    "Shapes",
    "Sight",
    "array",
    "assume",
    "at_least",
    "by",
    "ceildiv",
    "entrywise",
    "equal",
    "fixed",
    "has_rank",
    "inputs",
    "largest",
    "largest_rank",
    "option",
    "port",
    "product",
    "registry",
    "repeated",
    "same_rank",
    "smallest",
    "standing",
    "state",
]
