"""The sympy counterpart of each function: sympy's own where it is the same, else one of ours."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any, Final

import sympy
from sympy import (
    Abs,
    And,
    Eq,
    Ge,
    Gt,
    Le,
    Lt,
    Max,
    Min,
    Ne,
    Or,
    Piecewise,
    Rational,
    S,
    asin,
    atan,
    atanh,
    erf,
    erfinv,
    exp,
    floor,
    log,
    pi,
    sign,
    sin,
    sqrt,
    tan,
    tanh,
)

from netdsl.errors import SettingError
from netdsl.formula.twin import twin
from netdsl.functions.kernels import pairs_of

# ---- steps and pieces; sympy's floor, ceiling and Mod cannot be differentiated -----------------

Floor = twin("Floor", floor, tex=r"\left\lfloor #1\right\rfloor", is_step=True)
Ceiling = twin("Ceiling", sympy.ceiling, tex=r"\left\lceil #1\right\rceil", is_step=True)
Round = twin(
    "Round",
    lambda x: Piecewise(
        (2 * Floor((2 * x + 1) / 4), Eq(x - Floor(x), Rational(1, 2))),
        (Floor(x + Rational(1, 2)), True),
    ),
    tex=r"\left\lfloor #1\right\rceil",
    is_step=True,
)
IntegerPart = twin("IntegerPart", lambda x: sign(x) * Floor(Abs(x)), is_step=True)
FractionalPart = twin("FractionalPart", lambda x: x - IntegerPart(x), lambda x: 1)
Unitize = twin("Unitize", lambda x: Piecewise((0, Eq(x, 0)), (1, True)), is_step=True)
Mod = twin("Mod", lambda x, m: x - m * Floor(x / m), lambda x, m: 1, tex=r"\left(#1\bmod #2\right)")
Threshold = twin(
    "Threshold",
    lambda x, width: Piecewise((0, Abs(x) <= width), (x, True)),
    lambda x, width: Piecewise((0, Abs(x) <= width), (1, True)),
)
_TINY = Rational(1, 10**10)
Chop = twin(
    "Chop",
    lambda x, below=_TINY: Piecewise((0, Abs(x) < below), (x, True)),
    lambda x, below=_TINY: Piecewise((0, Abs(x) < below), (1, True)),
)

# ---- elementary and special functions ----------------------------------------------------------

Haversine = twin(
    "Haversine",
    lambda x: sin(x / 2) ** 2,
    lambda x: sin(x) / 2,
    tex=r"\operatorname{hav}\left(#1\right)",
)
InverseHaversine = twin(
    "InverseHaversine",
    lambda x: 2 * asin(sqrt(x)),
    lambda x: 1 / sqrt(x * (1 - x)),
    tex=r"\operatorname{hav}^{-1}\left(#1\right)",
)
Gudermannian = twin(
    "Gudermannian",
    lambda x: 2 * atan(tanh(x / 2)),
    sympy.sech,
    tex=r"\operatorname{gd}\left(#1\right)",
)
InverseGudermannian = twin(
    "InverseGudermannian",
    lambda x: 2 * atanh(tan(x / 2)),
    sympy.sec,
    tex=r"\operatorname{gd}^{-1}\left(#1\right)",
)
CubeRoot = twin(
    "CubeRoot",
    lambda x: sign(x) * Abs(x) ** Rational(1, 3),
    lambda x: 1 / (3 * CubeRoot(x) ** 2),
    tex=r"\sqrt[3]{#1}",
)


def _surd(x: Any, n: Any) -> Any:
    odd, even = sign(x) * Abs(x) ** (1 / n), x ** (1 / n)
    return Piecewise((even, Eq(n, 2 * Floor(n / 2))), (odd, True))


Surd = twin("Surd", _surd, lambda x, n: Surd(x, n) / (n * x), tex=r"\sqrt[#2]{#1}")
LogGamma = twin(
    "LogGamma",
    lambda x: log(Abs(sympy.gamma(x))),
    lambda x: sympy.polygamma(0, x),
    tex=r"\log\left|\Gamma\left(#1\right)\right|",
)
InverseErfc = twin(
    "InverseErfc",
    lambda x: erfinv(1 - x),
    lambda x: -sqrt(pi) / 2 * exp(InverseErfc(x) ** 2),
    tex=r"\operatorname{erfc}^{-1}\left(#1\right)",
)

# ---- units -----------------------------------------------------------------------------------

Ramp = twin(
    "Ramp",
    lambda x: Max(x, 0),
    lambda x: Piecewise((1, x > 0), (0, True)),
    tex=r"\max\left(0, #1\right)",
)
LogisticSigmoid = twin(
    "LogisticSigmoid",
    lambda x: 1 / (1 + exp(-x)),
    lambda x: LogisticSigmoid(x) * (1 - LogisticSigmoid(x)),
    tex=r"\sigma\left(#1\right)",
)
ELU = twin(
    "ELU",
    lambda x: Piecewise((x, x >= 0), (exp(x) - 1, True)),
    lambda x: Piecewise((1, x >= 0), (exp(x), True)),
)
_UP, _DOWN = Rational("1.0507"), Rational("1.758099340847161")
SELU = twin(
    "SELU",
    lambda x: Piecewise((_UP * x, x >= 0), (_DOWN * (exp(x) - 1), True)),
    lambda x: Piecewise((_UP, x > 0), (_DOWN * exp(x), True)),
)
GELU = twin(
    "GELU",
    lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    lambda x: (1 + erf(x / sqrt(2))) / 2 + x * exp(-(x**2) / 2) / sqrt(2 * pi),
)
Swish = twin(
    "Swish",
    lambda x: x * LogisticSigmoid(x),
    lambda x: LogisticSigmoid(x) * (1 + x * (1 - LogisticSigmoid(x))),
)
HardSwish = twin(
    "HardSwish",
    lambda x: x * Min(Max(x + 3, 0), 6) / 6,
    lambda x: Piecewise((0, x <= -3), ((2 * x + 3) / 6, x <= 3), (1, True)),
)
Mish = twin(
    "Mish",
    lambda x: x * tanh(SoftPlus(x)),
    lambda x: tanh(SoftPlus(x)) + x * LogisticSigmoid(x) * (1 - tanh(SoftPlus(x)) ** 2),
)
SoftSign = twin(
    "SoftSign",
    lambda x: x / (1 + Abs(x)),
    lambda x: 1 / (1 + Abs(x)) ** 2,
    tex=r"\frac{#1}{1 + \left|#1\right|}",
)
SoftPlus = twin(
    "SoftPlus",
    lambda x: log(1 + exp(x)),
    LogisticSigmoid,
    tex=r"\log\left(1 + e^{#1}\right)",
)
HardTanh = twin(
    "HardTanh",
    lambda x: Min(Max(x, -1), 1),
    lambda x: Piecewise((0, Abs(x) >= 1), (1, True)),
    tex=r"\min\left(1, \max\left(-1, #1\right)\right)",
)
HardSigmoid = twin(
    "HardSigmoid",
    lambda x: Min(Max((x + 1) / 2, 0), 1),
    lambda x: Piecewise((0, Abs(x) >= 1), (Rational(1, 2), True)),
    tex=r"\min\left(1, \max\left(0, \frac{#1 + 1}{2}\right)\right)",
)

# ---- functions that are expressions of others --------------------------------------------------


def _clip(x: Any, limits: Any = (-1, 1), values: Any = None) -> Any:
    low, high = limits
    if values is None:
        return Min(Max(x, low), high)
    return Piecewise((values[0], x < low), (values[1], x > high), (x, True))


def _piecewise(*args: Any) -> Any:
    pairs, default = pairs_of(args)
    return Piecewise(*pairs, *([] if default is None else [(default, True)]))


def _which(*args: Any) -> Any:
    if len(args) % 2:
        raise SettingError(
            "Which takes conditions and values in turn.", expected="an even number", got=len(args)
        )
    return Piecewise(*zip(args[1::2], args[::2], strict=True))


def _delta(*args: Any) -> Any:
    args = args if len(args) > 1 else (*args, S.Zero)
    return Piecewise((1, _chain(Eq)(*args)), (0, True))


def _chain(relation: Any) -> Callable[..., Any]:
    def relations(*args: Any) -> Any:
        return And(*(relation(a, b) for a, b in pairwise(args)))

    return relations


def _unequal(*args: Any) -> Any:
    pairs: Any = [Ne(a, b) for a, b in combinations(args, 2)]
    return And(*pairs)


# ---- the table -----------------------------------------------------------------------------

_CIRCULAR = [end + h for end in ("sin", "cos", "tan", "cot", "sec", "csc") for h in ("", "h")]

TWINS: Final[dict[str, Callable[..., Any]]] = {
    **{name.capitalize(): getattr(sympy, name) for name in _CIRCULAR},
    **{f"Arc{name.capitalize()}": getattr(sympy, f"a{name}") for name in _CIRCULAR},
    "ArcTan": lambda x, y=None: atan(x) if y is None else sympy.atan2(y, x),
    "Haversine": Haversine,
    "InverseHaversine": InverseHaversine,
    "Gudermannian": Gudermannian,
    "InverseGudermannian": InverseGudermannian,
    "Exp": exp,
    "Log": lambda x, value=None: log(x) if value is None else log(value) / log(x),
    "Sqrt": sqrt,
    "CubeRoot": CubeRoot,
    "Surd": Surd,
    "Gamma": sympy.gamma,
    "LogGamma": LogGamma,
    "Erf": lambda x, end=None: erf(x) if end is None else erf(end) - erf(x),
    "Erfc": sympy.erfc,
    "InverseErf": erfinv,
    "InverseErfc": InverseErfc,
    "Abs": Abs,
    "Sign": sign,
    "Round": Round,
    "Floor": Floor,
    "Ceiling": Ceiling,
    "IntegerPart": IntegerPart,
    "FractionalPart": FractionalPart,
    "Unitize": Unitize,
    "KroneckerDelta": _delta,
    "Mod": lambda x, m, first=0: Mod(x - first, m) + first,
    "Clip": _clip,
    "Threshold": Threshold,
    "Chop": Chop,
    "Plus": sympy.Add,
    "Subtract": lambda x, y: x - y,
    "Times": sympy.Mul,
    "Divide": lambda x, y: x / y,
    "Power": sympy.Pow,
    "Min": Min,
    "Max": Max,
    "Equal": _chain(Eq),
    "Unequal": _unequal,
    "Greater": _chain(Gt),
    "GreaterEqual": _chain(Ge),
    "Less": _chain(Lt),
    "LessEqual": _chain(Le),
    "Positive": lambda x: Gt(x, 0),
    "NonNegative": lambda x: Ge(x, 0),
    "Negative": lambda x: Lt(x, 0),
    "NonPositive": lambda x: Le(x, 0),
    "PossibleZeroQ": lambda x: Eq(x, 0),
    "And": And,
    "Or": Or,
    "If": lambda condition, then, otherwise: Piecewise((then, condition), (otherwise, True)),
    "Which": _which,
    "Piecewise": _piecewise,
    **{kind.__name__: kind for kind in (Ramp, LogisticSigmoid, ELU, SELU, GELU, Swish, HardSwish)},
    **{kind.__name__: kind for kind in (Mish, SoftSign, SoftPlus, HardTanh, HardSigmoid)},
}
"""What each function is on sympy expressions."""

NAMES: Final[dict[Any, str]] = {
    **{kind: name for name, kind in TWINS.items() if isinstance(kind, sympy.FunctionClass)},
    Eq: "Equal",
    Ne: "Unequal",
    Gt: "Greater",
    Ge: "GreaterEqual",
    Lt: "Less",
    Le: "LessEqual",
    sympy.Add: "Plus",
    sympy.Mul: "Times",
    sympy.Pow: "Power",
    Piecewise: "Piecewise",
    log: "Log",
    atan: "ArcTan",
    sympy.atan2: "ArcTan",  # with its arguments the other way round
    erf: "Erf",
    Mod: "Mod",
}
"""The name of the function that each class of expressions stands for."""
