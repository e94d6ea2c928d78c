"""The symbolic side: sympy counterparts of the functions, and expressions that are computed.

Nothing imports this room before a formula is asked for, since it loads sympy.
"""

from netdsl.formula.calling import call as call
from netdsl.formula.compute import compute as compute
from netdsl.formula.drawn import read_distribution as read_distribution
from netdsl.formula.expression import PureFunction as PureFunction
from netdsl.formula.expression import read_function as read_function
from netdsl.formula.expression import to_lambda as to_lambda
from netdsl.formula.functions import NAMES as NAMES
from netdsl.formula.functions import TWINS as TWINS
from netdsl.formula.result import Formula as Formula
