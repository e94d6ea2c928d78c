"""Every operation that a program may have, one record each, in the table OPS."""

from netdsl.engine.ops import arrays as arrays
from netdsl.engine.ops import convolution as convolution
from netdsl.engine.ops import crops as crops
from netdsl.engine.ops import ctc as ctc
from netdsl.engine.ops import draws as draws
from netdsl.engine.ops import entrywise as entrywise
from netdsl.engine.ops import gather as gather
from netdsl.engine.ops import host as host
from netdsl.engine.ops import ordering as ordering
from netdsl.engine.ops import padded as padded
from netdsl.engine.ops import parts as parts
from netdsl.engine.ops import pooling as pooling
from netdsl.engine.ops import ramps as ramps
from netdsl.engine.ops import resampling as resampling
from netdsl.engine.ops import rows as rows
from netdsl.engine.ops import sampling as sampling
from netdsl.engine.ops import sequence as sequence
from netdsl.engine.ops import standardize as standardize
from netdsl.engine.ops.table import OPS

__all__ = ["OPS"]
