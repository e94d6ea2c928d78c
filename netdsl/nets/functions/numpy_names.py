"""numpy's functions on arrays inside a function, each as the layers that do the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NoReturn

import numpy as np

from netdsl import functions as f
from netdsl.errors import SettingError, nearest
from netdsl.nets.functions.operators import added, differ, multiplied
from netdsl.nets.functions.reading import number_of
from netdsl.nets.functions.traced import Traced
from netdsl.spec.fields import short

UFUNCS: Final[dict[str, Callable[..., Any]]] = {
    "absolute": f.Abs, "fabs": f.Abs, "negative": lambda x: -x, "positive": lambda x: x,
    "add": added, "subtract": f.Subtract,
    "multiply": multiplied, "divide": f.Divide,
    "power": f.Power, "float_power": f.Power, "remainder": f.Mod,
    "floor_divide": lambda x, y: f.Floor(f.Divide(x, y)),
    "maximum": f.Max, "minimum": f.Min, "fmax": f.Max, "fmin": f.Min,
    "exp": f.Exp, "exp2": lambda x: 2**x, "expm1": lambda x: f.Exp(x) - 1,
    "log": f.Log, "log2": lambda x: f.Log(x) / math.log(2),
    "log10": lambda x: f.Log(x) / math.log(10), "log1p": lambda x: f.Log(1 + x),
    "logaddexp": lambda x, y: _log_of_sum(x, y),
    "sqrt": f.Sqrt, "cbrt": f.CubeRoot, "square": lambda x: x**2, "reciprocal": lambda x: 1 / x,
    "hypot": lambda x, y: f.Sqrt(f.Plus(f.Power(x, 2), f.Power(y, 2))),
    "sin": f.Sin, "cos": f.Cos, "tan": f.Tan, "sinh": f.Sinh, "cosh": f.Cosh, "tanh": f.Tanh,
    "arcsin": f.ArcSin, "arccos": f.ArcCos, "arctan": f.ArcTan, "arcsinh": f.ArcSinh,
    "arccosh": f.ArcCosh, "arctanh": f.ArcTanh, "arctan2": lambda y, x: f.ArcTan(x, y),
    "floor": f.Floor, "ceil": f.Ceiling, "rint": f.Round, "trunc": f.IntegerPart, "sign": f.Sign,
    "degrees": lambda x: x * (180 / math.pi), "radians": lambda x: x * (math.pi / 180),
    "rad2deg": lambda x: x * (180 / math.pi), "deg2rad": lambda x: x * (math.pi / 180),
    "greater": f.Greater, "greater_equal": f.GreaterEqual, "less": f.Less,
    "less_equal": f.LessEqual, "equal": f.Equal, "not_equal": f.Unequal,
    "logical_and": f.And, "logical_or": f.Or, "bitwise_and": f.And, "bitwise_or": f.Or,
    "logical_xor": differ, "bitwise_xor": differ,
    "logical_not": lambda x: x.xp.negated(x), "invert": lambda x: x.xp.negated(x),
    "heaviside": lambda x, y: f.Which(f.Less(x, 0), 0, f.Equal(x, 0), y, True, 1),
}  # fmt: skip
"""What numpy's functions of numbers are."""

REDUCED: Final[dict[Any, Callable[..., Any]]] = {}
"""What numpy's functions of two numbers are that go through an array."""

FUNCTIONS: Final[dict[Any, Callable[..., Any]]] = {}
"""What numpy's functions of arrays are."""


def ufunc_of(ufunc: Any, method: str, inputs: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return what a function of numbers gives for arrays."""
    if options and not (method == "reduce" and ufunc in REDUCED):
        refuse(f"np.{ufunc.__name__}", f"the setting {next(iter(options))}")
    if method == "reduce" and ufunc in REDUCED:
        return REDUCED[ufunc](inputs[0], **{"axis": 0, **options})
    if ufunc is np.matmul and method == "__call__":
        return FUNCTIONS[np.matmul](*inputs)
    known = UFUNCS.get(ufunc.__name__)
    if known is None or method != "__call__":
        refuse(f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}"))
    xp = next(item.xp for item in inputs if isinstance(item, Traced))
    return known(*(_read(xp, item) for item in inputs))


def _read(xp: Any, item: Any) -> Any:
    """Return one number as Python's, several as an array of the function."""
    number = number_of(item)
    if number is not None:
        return number
    return item if isinstance(item, Traced) or np.ndim(item) == 0 else xp.array(item)


def _log_of_sum(x: Any, y: Any) -> Any:
    """Return log(exp(x) + exp(y)), of two infinities too."""
    found = f.Plus(f.SoftPlus(f.Subtract(x, y)), y)
    if not (isinstance(x, Traced) and isinstance(y, Traced)):
        return found
    return f.If(f.Equal(x, y), (x + y) / 2 + math.log(2), found)


def function_of(function: Any, args: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """Return what a function of arrays gives."""
    known = FUNCTIONS.get(function)
    name = f"{function.__module__.replace('numpy', 'np')}.{function.__name__}"
    if known is None:
        refuse(name)
    try:
        return known(*args, **options)
    except TypeError as error:  # a setting of numpy's that has no layer
        raise SettingError(
            "A function of numpy is called with a setting that has no layer.",
            expected=f"{name} of an array and the usual settings",
            got=", ".join(map(short, args[1:])) + ", ".join(options),
            because=str(error),
        ) from None


def refuse(name: str, what: str | None = None) -> NoReturn:
    names = {**dict.fromkeys(UFUNCS), **{key.__name__: None for key in FUNCTIONS}}
    close = None if what else nearest(name.rpartition(".")[2], names)
    raise SettingError(
        "This has no layer.",
        expected="functions of netdsl, and those of numpy that are layers",
        got=name if what is None else f"{name} with {what}",
        nearest=None if close is None else f"np.{close}",
    )


def is_numpy(*known: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a function stand for numpy's."""

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.update(dict.fromkeys(known, function))
        return function

    return enter
