"""The named functions of the notation: Ramp, Tanh, GELU, Plus, If; Mean, Median and the like."""

from __future__ import annotations

from typing import Final

from netdsl.functions import kernels as k
from netdsl.functions.distributions import BernoulliDistribution as BernoulliDistribution
from netdsl.functions.distributions import BinomialDistribution as BinomialDistribution
from netdsl.functions.distributions import ChiDistribution as ChiDistribution
from netdsl.functions.distributions import ChiSquareDistribution as ChiSquareDistribution
from netdsl.functions.distributions import (
    DiscreteUniformDistribution as DiscreteUniformDistribution,
)
from netdsl.functions.distributions import Distribution as Distribution
from netdsl.functions.distributions import ErlangDistribution as ErlangDistribution
from netdsl.functions.distributions import ExpGammaDistribution as ExpGammaDistribution
from netdsl.functions.distributions import ExponentialDistribution as ExponentialDistribution
from netdsl.functions.distributions import GammaDistribution as GammaDistribution
from netdsl.functions.distributions import HalfNormalDistribution as HalfNormalDistribution
from netdsl.functions.distributions import InverseGammaDistribution as InverseGammaDistribution
from netdsl.functions.distributions import LogGammaDistribution as LogGammaDistribution
from netdsl.functions.distributions import MaxwellDistribution as MaxwellDistribution
from netdsl.functions.distributions import NakagamiDistribution as NakagamiDistribution
from netdsl.functions.distributions import (
    NegativeBinomialDistribution as NegativeBinomialDistribution,
)
from netdsl.functions.distributions import NormalDistribution as NormalDistribution
from netdsl.functions.distributions import PoissonDistribution as PoissonDistribution
from netdsl.functions.distributions import RayleighDistribution as RayleighDistribution
from netdsl.functions.distributions import UniformDistribution as UniformDistribution
from netdsl.functions.distributions import WeibullDistribution as WeibullDistribution
from netdsl.functions.distributions import distribution as distribution
from netdsl.functions.distributions import distribution_arity as distribution_arity
from netdsl.functions.function import Function as Function
from netdsl.functions.function import all_functions as all_functions
from netdsl.functions.function import arity as arity
from netdsl.functions.function import function_named as function_named
from netdsl.functions.function import one_number as one_number
from netdsl.functions.function import several_numbers as several_numbers
from netdsl.functions.function import stands_for_function as stands_for_function
from netdsl.functions.function import threads as threads
from netdsl.functions.statistics import AGGREGATIONS as AGGREGATIONS
from netdsl.functions.statistics import InterquartileRange as InterquartileRange
from netdsl.functions.statistics import Mean as Mean
from netdsl.functions.statistics import MeanDeviation as MeanDeviation
from netdsl.functions.statistics import Median as Median
from netdsl.functions.statistics import StandardDeviation as StandardDeviation
from netdsl.functions.statistics import Statistic as Statistic
from netdsl.functions.statistics import Total as Total
from netdsl.functions.statistics import Variance as Variance
from netdsl.functions.statistics import aggregation as aggregation

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "Abs",
    "And",
    "ArcCos",
    "ArcCosh",
    "ArcCot",
    "ArcCoth",
    "ArcCsc",
    "ArcCsch",
    "ArcSec",
    "ArcSech",
    "ArcSin",
    "ArcSinh",
    "ArcTan",
    "ArcTanh",
    "BernoulliDistribution",
    "BinomialDistribution",
    "Ceiling",
    "ChiDistribution",
    "ChiSquareDistribution",
    "Chop",
    "Clip",
    "Cos",
    "Cosh",
    "Cot",
    "Coth",
    "Csc",
    "Csch",
    "CubeRoot",
    "DiscreteUniformDistribution",
    "Divide",
    "Equal",
    "Erf",
    "Erfc",
    "ErlangDistribution",
    "Exp",
    "ExpGammaDistribution",
    "ExponentialDistribution",
    "Floor",
    "FractionalPart",
    "Gamma",
    "GammaDistribution",
    "Greater",
    "GreaterEqual",
    "Gudermannian",
    "HalfNormalDistribution",
    "HardSigmoid",
    "HardSwish",
    "HardTanh",
    "Haversine",
    "If",
    "IntegerPart",
    "InterquartileRange",
    "InverseErf",
    "InverseErfc",
    "InverseGammaDistribution",
    "InverseGudermannian",
    "InverseHaversine",
    "KroneckerDelta",
    "Less",
    "LessEqual",
    "Log",
    "LogGamma",
    "LogGammaDistribution",
    "LogisticSigmoid",
    "Max",
    "MaxwellDistribution",
    "Mean",
    "MeanDeviation",
    "Median",
    "Min",
    "Mish",
    "Mod",
    "NakagamiDistribution",
    "Negative",
    "NegativeBinomialDistribution",
    "NonNegative",
    "NonPositive",
    "NormalDistribution",
    "Or",
    "Piecewise",
    "Plus",
    "PoissonDistribution",
    "Positive",
    "PossibleZeroQ",
    "Power",
    "Ramp",
    "RayleighDistribution",
    "Round",
    "Sec",
    "Sech",
    "Sign",
    "Sin",
    "Sinh",
    "SoftPlus",
    "SoftSign",
    "Sqrt",
    "StandardDeviation",
    "Subtract",
    "Surd",
    "Swish",
    "Tan",
    "Tanh",
    "Threshold",
    "Times",
    "Total",
    "Unequal",
    "UniformDistribution",
    "Unitize",
    "Variance",
    "WeibullDistribution",
    "Which",
]

# ---- trigonometric and hyperbolic ------------------------------------------------------------

Sin: Final = Function("Sin", k.op("sin"), "Sine of an angle in radians.")
Cos: Final = Function("Cos", k.op("cos"), "Cosine of an angle in radians.")
Tan: Final = Function("Tan", k.op("tan"), "Tangent of an angle in radians.")
Cot: Final = Function("Cot", k.inverse_of("tan"), "Cotangent, 1/Tan(x).")
Sec: Final = Function("Sec", k.inverse_of("cos"), "Secant, 1/Cos(x).")
Csc: Final = Function("Csc", k.inverse_of("sin"), "Cosecant, 1/Sin(x).")
ArcSin: Final = Function("ArcSin", k.op("arcsin"), "Inverse sine, from -pi/2 to pi/2.")
ArcCos: Final = Function("ArcCos", k.op("arccos"), "Inverse cosine, from 0 to pi.")
ArcTan: Final = Function(
    "ArcTan", k.arctan, "Inverse tangent; of (x, y) the angle of that point, 0 at 0.", 1, 2
)
ArcCot: Final = Function("ArcCot", k.arccot, "ArcTan(1/x), and pi/2 at 0.")
ArcSec: Final = Function("ArcSec", k.at_inverse("arccos"), "ArcCos(1/x).")
ArcCsc: Final = Function("ArcCsc", k.at_inverse("arcsin"), "ArcSin(1/x).")
Sinh: Final = Function("Sinh", k.op("sinh"), "Hyperbolic sine.")
Cosh: Final = Function("Cosh", k.op("cosh"), "Hyperbolic cosine.")
Tanh: Final = Function("Tanh", k.op("tanh"), "Hyperbolic tangent.")
Coth: Final = Function("Coth", k.inverse_of("tanh"), "Hyperbolic cotangent, 1/Tanh(x).")
Sech: Final = Function("Sech", k.sech, "Hyperbolic secant, 1/Cosh(x).")
Csch: Final = Function("Csch", k.csch, "Hyperbolic cosecant, 1/Sinh(x).")
ArcSinh: Final = Function("ArcSinh", k.op("arcsinh"), "Inverse hyperbolic sine.")
ArcCosh: Final = Function("ArcCosh", k.op("arccosh"), "Inverse hyperbolic cosine.")
ArcTanh: Final = Function("ArcTanh", k.op("arctanh"), "Inverse hyperbolic tangent.")
ArcCoth: Final = Function("ArcCoth", k.at_inverse("arctanh"), "ArcTanh(1/x).")
ArcSech: Final = Function("ArcSech", k.at_inverse("arccosh"), "ArcCosh(1/x).")
ArcCsch: Final = Function("ArcCsch", k.at_inverse("arcsinh"), "ArcSinh(1/x).")
Haversine: Final = Function(
    "Haversine", lambda xp, x: xp.square(xp.sin(x / 2)), "Sin(x/2)**2, which is (1 - Cos(x))/2."
)
InverseHaversine: Final = Function(
    "InverseHaversine", lambda xp, x: 2 * xp.arcsin(xp.sqrt(x)), "2 ArcSin(Sqrt(x))."
)
Gudermannian: Final = Function(
    "Gudermannian", lambda xp, x: 2 * xp.arctan(xp.tanh(x / 2)), "2 ArcTan(Tanh(x/2))."
)
InverseGudermannian: Final = Function(
    "InverseGudermannian", lambda xp, x: 2 * xp.arctanh(xp.tan(x / 2)), "2 ArcTanh(Tan(x/2))."
)

# ---- powers, logarithms, special functions ---------------------------------------------------

Exp: Final = Function("Exp", k.op("exp"), "e to the power x.")
Log: Final = Function(
    "Log", k.logarithm, "Natural logarithm; Log(b, x) is that to the base b.", 1, 2
)
Sqrt: Final = Function("Sqrt", k.op("sqrt"), "Square root.")
CubeRoot: Final = Function(
    "CubeRoot", lambda xp, x: k.surd(xp, x, 3), "Real cube root, negative for negative x."
)
Surd: Final = Function("Surd", k.surd, "Surd(x, n), the real n-th root, n an integer.", 2, 2)
Gamma: Final = Function("Gamma", k.op("gamma"), "Gamma function, (x - 1)! for integers.")
LogGamma: Final = Function("LogGamma", k.op("lgamma"), "Logarithm of Abs(Gamma(x)).")
Erf: Final = Function("Erf", k.erf, "Error function; Erf(x, y) is Erf(y) - Erf(x).", 1, 2)
Erfc: Final = Function("Erfc", k.op("erfc"), "1 - Erf(x), precise in the tail.")
InverseErf: Final = Function("InverseErf", k.op("erfinv"), "Where Erf is x.")
InverseErfc: Final = Function("InverseErfc", k.op("erfcinv"), "Where Erfc is x.")

# ---- steps and pieces; the gradient of a step is 0 -------------------------------------------

Abs: Final = Function("Abs", k.op("abs"), "Absolute value.")
Sign: Final = Function("Sign", k.op("sign"), "-1, 0 or 1.")
Round: Final = Function("Round", k.op("round"), "Nearest integer, the even one of two.")
Floor: Final = Function("Floor", k.op("floor"), "Greatest integer that is not above x.")
Ceiling: Final = Function("Ceiling", k.op("ceil"), "Least integer that is not below x.")
IntegerPart: Final = Function("IntegerPart", k.op("trunc"), "x rounded towards 0.")
FractionalPart: Final = Function(
    "FractionalPart", lambda xp, x: x - xp.trunc(x), "x - IntegerPart(x), with the sign of x."
)
Unitize: Final = Function(
    "Unitize", lambda xp, x: xp.where(xp.equal(x, 0.0), 0.0, 1.0), "0 at 0, else 1."
)
KroneckerDelta: Final = Function(
    "KroneckerDelta", k.delta, "1 at 0, else 0; of several numbers 1 if they are equal.", 1, None
)
Mod: Final = Function(
    "Mod", k.mod, "Mod(x, m), the remainder with the sign of m; Mod(x, m, d) lies from d on.", 2, 3
)
Clip: Final = Function(
    "Clip", k.clip, "Clip(x, (a, b)), within -1 and 1 by default; Clip(x, (a, b), (va, vb)).", 1, 3
)
Threshold: Final = Function("Threshold", k.threshold, "Threshold(x, d), 0 where Abs(x) <= d.", 2, 2)
Chop: Final = Function("Chop", k.chop, "Chop(x, d), 0 where Abs(x) < d, which is 1e-10.", 1, 2)

# ---- arithmetic ------------------------------------------------------------------------------

Plus: Final = Function("Plus", k.fold("add"), "Sum.", 1, None)
Subtract: Final = Function("Subtract", k.op("subtract"), "x - y.", 2, 2)
Times: Final = Function("Times", k.fold("multiply"), "Product.", 1, None)
Divide: Final = Function("Divide", k.op("divide"), "x/y.", 2, 2)
Power: Final = Function("Power", k.op("power"), "x**y.", 2, 2)
Min: Final = Function("Min", k.fold("minimum"), "Least of some numbers.", 1, None)
Max: Final = Function("Max", k.fold("maximum"), "Greatest of some numbers.", 1, None)

# ---- comparisons and choices -----------------------------------------------------------------

Equal: Final = Function("Equal", k.chain("equal"), "x = y.", 2, None, "truth")
Unequal: Final = Function("Unequal", k.unequal, "No two are equal.", 2, None, "truth")
Greater: Final = Function("Greater", k.chain("greater"), "x > y.", 2, None, "truth")
GreaterEqual: Final = Function(
    "GreaterEqual", k.chain("greater_equal"), "x >= y.", 2, None, "truth"
)
Less: Final = Function("Less", k.chain("less"), "x < y.", 2, None, "truth")
LessEqual: Final = Function("LessEqual", k.chain("less_equal"), "x <= y.", 2, None, "truth")
Positive: Final = Function("Positive", k.with_zero("greater"), "x > 0.", gives="truth")
NonNegative: Final = Function("NonNegative", k.with_zero("greater_equal"), "x >= 0.", gives="truth")
Negative: Final = Function("Negative", k.with_zero("less"), "x < 0.", gives="truth")
NonPositive: Final = Function("NonPositive", k.with_zero("less_equal"), "x <= 0.", gives="truth")
PossibleZeroQ: Final = Function("PossibleZeroQ", k.with_zero("equal"), "x = 0.", gives="truth")
And: Final = Function("And", k.every, "Whether all conditions hold.", 1, None, "truth")
Or: Final = Function("Or", k.some, "Whether one of the conditions holds.", 1, None, "truth")
If: Final = Function("If", k.choose, "If(condition, then, otherwise).", 3, 3, "choice")
Which: Final = Function(
    "Which",
    k.which,
    "Which(c1, v1, c2, v2, ...), the value of the first true c.",
    2,
    None,
    "choice",
)
Piecewise: Final = Function(
    "Piecewise",
    k.piecewise,
    "Piecewise([(v1, c1), ...], 0), or as sympy has it Piecewise((v1, c1), ...).",
    1,
    None,
    "choice",
)

# ---- units -----------------------------------------------------------------------------------

Ramp: Final = Function("Ramp", k.with_zero("maximum"), "Max(x, 0).")
LogisticSigmoid: Final = Function("LogisticSigmoid", k.op("sigmoid"), "1/(1 + Exp(-x)).")
ELU: Final = Function("ELU", k.elu, "x, or Exp(x) - 1 below 0.")
SELU: Final = Function("SELU", k.selu, "1.0507 x, or 1.758099340847161 (Exp(x) - 1) below 0.")
GELU: Final = Function(
    "GELU", lambda xp, x: 0.5 * x * (1 + xp.erf(x * 2**-0.5)), "x/2 (1 + Erf(x/Sqrt(2)))."
)
Swish: Final = Function("Swish", lambda xp, x: x * xp.sigmoid(x), "x LogisticSigmoid(x).")
HardSwish: Final = Function(
    "HardSwish", lambda xp, x: x * k.clip(xp, x + 3, (0.0, 6.0)) / 6, "x Clip(x + 3, (0, 6))/6."
)
Mish: Final = Function(
    "Mish", lambda xp, x: x * xp.tanh(xp.softplus(x)), "x Tanh(Log(1 + Exp(x)))."
)
SoftSign: Final = Function("SoftSign", lambda xp, x: x / (1 + xp.abs(x)), "x/(1 + Abs(x)).")
SoftPlus: Final = Function("SoftPlus", k.op("softplus"), "Log(1 + Exp(x)).")
HardTanh: Final = Function("HardTanh", k.clip, "Clip(x, (-1, 1)).")
HardSigmoid: Final = Function(
    "HardSigmoid", lambda xp, x: k.clip(xp, (x + 1) / 2, (0.0, 1.0)), "Clip((x + 1)/2, (0, 1))."
)
