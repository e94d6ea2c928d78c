"""A function of numbers that is known by its name; there is one of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from netdsl.errors import SettingError, nearest
from netdsl.functions.named import Named

ALIASES: Final[dict[str, str]] = {
    "RectifiedLinearUnit": "Ramp",
    "ReLU": "Ramp",
    "ExponentialLinearUnit": "ELU",
    "ScaledExponentialLinearUnit": "SELU",
    "GaussianErrorLinearUnit": "GELU",
    "Sigmoid": "LogisticSigmoid",
}
"""Other names of the named units."""


LAYERS: Final[dict[str, str]] = {
    "leakyrelu": "ParametricRampLayer()",
    "leaky_relu": "ParametricRampLayer()",
    "prelu": "ParametricRampLayer()",
    "softmax": "SoftmaxLayer()",
}
"""The layers that other libraries have as functions of a number."""


@dataclass(frozen=True, eq=False, repr=False)
class Function(Named):
    """A function such as Tanh. Called on sympy expressions it gives an expression.

    On Python numbers it gives a number, inside a trace of the engine it records operations; to
    map it over an array make an ElementwiseLayer of it. `kernel(xp, *arrays)` computes it through
    the engine's `xp`. It takes `least` to `most` arguments (None: any number), and what it `gives`
    is a number, a truth value, or one of its arguments by choice. Copies are the same one.
    """

    kernel: Callable[..., Any]
    doc: str
    least: int = 1
    most: int | None = 1
    gives: Literal["number", "truth", "choice"] = "number"

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """Return the value at numbers, or the expression at symbolic arguments."""
        if settings:
            raise SettingError(
                "A function takes no settings.",
                expected=f"{self.name} of {self.arity}, without names",
                got=", ".join(settings),
                nearest=f"ElementwiseLayer({self.name}, ...)" if self._is_unit else None,
            )
        if len(args) < self.least or (self.most is not None and len(args) > self.most):
            raise SettingError(
                "A function has another number of arguments.",
                expected=f"{self.name} of {self.arity}",
                got=len(args),
            )
        xp = _xp_of(args)
        if xp is not None:
            named = getattr(xp, "named", None)  # what keeps functions by their names
            return self.kernel(xp, *args) if named is None else named(self, args)
        from netdsl.formula import call  # sympy, which numbers need not wait for

        return call(self, args)

    @property
    def _is_unit(self) -> bool:
        return self.least == self.most == 1 and self.gives == "number"

    @property
    def arity(self) -> str:
        """How many arguments it takes, in words."""
        if self.most is None:
            return f"at least {self.least}"
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


def _xp_of(args: Any) -> Any:
    """Return the `xp` of a traced array among the arguments, None where there is none."""
    for arg in args:
        xp = _xp_of(arg) if isinstance(arg, list | tuple) else getattr(arg, "xp", None)
        if xp is not None:
            return xp
    return None


def function_named(name: str) -> Function:
    """Return the function of a name, which may be that of a unit such as "ReLU" or "SoftPlus".

    >>> function_named("ExponentialLinearUnit")
    ELU

    An unknown name raises a SettingError that offers the nearest one.
    """
    found = Function.known.get(ALIASES.get(name, name))
    if found is None:
        raise SettingError(
            "There is no function of this name.",
            expected='a name such as "Ramp", "Tanh" or "GELU"',
            got=repr(name),
            nearest=LAYERS.get(name.lower()) or nearest(name, (*Function.known, *ALIASES), 0.65),
        )
    return found


def all_functions() -> tuple[Function, ...]:
    """Return every function that there is."""
    return tuple(Function.known.values())


def stands_for_function(part: Any) -> bool:
    """Whether ElementwiseLayer takes `part`: a Function, a name, an expression or a callable."""
    known = isinstance(part, Function | str) or callable(part)
    return known or bool(getattr(part, "free_symbols", None))


def one_number(f: Any) -> Any:
    """Read a function of one number: a name, a Function, an expression or a callable."""
    f = function_named(f) if isinstance(f, str) else f
    if not isinstance(f, Function):
        from netdsl.formula import read_function  # sympy, which plain functions do without

        return read_function(f)
    if f.least > 1 or f.gives != "number":
        raise SettingError(
            "A function of one number is needed.",
            expected="for instance Tanh, or lambda x: If(x > 0, 1, 0)",
            got=f"{f!r}: {f.doc}",
        )
    return f


def several_numbers(f: Any) -> Any:
    """Read a function of any number of numbers: a name, a Function, an expression, a callable."""
    f = function_named(f) if isinstance(f, str) else f
    if not isinstance(f, Function):
        from netdsl.formula import to_lambda  # sympy, which plain functions do without

        return to_lambda(f, arity=None)
    if f.gives != "number":
        raise SettingError(
            "A function of numbers that gives a number is needed.",
            expected="for instance Plus, or lambda x, y: If(x > y, 1, 0)",
            got=f"{f!r}: {f.doc}",
        )
    return f


def arity(f: Any) -> tuple[int, int | None]:
    """Return the least and the largest number of numbers that a function takes, None for any."""
    if not isinstance(f, Function):
        return len(f.variables), len(f.variables)
    return (1, 1) if f.name == "Clip" else (f.least, f.most)  # its others are pairs


def threads(f: Any) -> bool:
    """Whether `f` is a Function of several numbers, or its name: it stands for a ThreadingLayer."""
    f = Function.known.get(f) if isinstance(f, str) else f
    return isinstance(f, Function) and f.gives == "number" and (f.most is None or f.least > 1)
