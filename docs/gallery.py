"""Plot every activation and its derivative from its formula."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy

import netdsl
from netdsl.formula.latex import latex
from netdsl.formula.notation import formula_of
from netdsl.formula.twin import Twin

X = sympy.Symbol("x", real=True)
STEP = 0.04
POINTS = [STEP * at for at in range(-175, 176)]
"""Where the curves are drawn."""
JUMP = 3
"""Where a curve changes by more than this times the step it jumps, and the line is broken."""

HALVES = """\
NetGraph(
    {
        "value": PartLayer(Span(1, 1)),
        "gate": PartLayer(Span(2, 2)),
        "sigmoid": LogisticSigmoid,
        "product": Times,
    },
    [
        (NetPort("Input"), "value"),
        (NetPort("Input"), "gate", "sigmoid"),
        (["value", "sigmoid"], "product"),
    ],
)"""

ACTIVATIONS = {
    "ReLU": "ElementwiseLayer(Ramp)",
    "ReLU6": "ElementwiseLayer(lambda x: Clip(x, (0, 6)))",
    "Leaky ReLU": "ElementwiseLayer(lambda x: Max(x, 0.01 * x))",
    "PReLU": "ParametricRampLayer((), Slope=0.25)",
    "ELU": 'ElementwiseLayer("ELU")',
    "ELU with alpha": "ElementwiseLayer(lambda x: If(x > 0, x, 0.5 * (Exp(x) - 1)))",
    "CELU": "ElementwiseLayer(lambda x: If(x > 0, x, 0.5 * (Exp(x / 0.5) - 1)))",
    "SELU": 'ElementwiseLayer("SELU")',
    "GELU": 'ElementwiseLayer("GELU")',
    "GELU by tanh": (
        "ElementwiseLayer(lambda x: x / 2 * (1 + Tanh(0.7978845608 * (x + 0.044715 * x**3))))"
    ),
    "Sigmoid": "ElementwiseLayer(LogisticSigmoid)",
    "Log sigmoid": "ElementwiseLayer(lambda x: Log(LogisticSigmoid(x)))",
    "Hard sigmoid": 'ElementwiseLayer("HardSigmoid")',
    "Hard sigmoid of slope 1/6": "ElementwiseLayer(lambda x: Clip(x / 6 + 1 / 2, (0, 1)))",
    "Tanh": "ElementwiseLayer(Tanh)",
    "Hard tanh": 'ElementwiseLayer("HardTanh")',
    "Softplus": 'ElementwiseLayer("SoftPlus")',
    "Softplus with beta": "ElementwiseLayer(lambda x: Log(1 + Exp(3 * x)) / 3)",
    "Soft sign": 'ElementwiseLayer("SoftSign")',
    "Swish, SiLU": 'ElementwiseLayer("Swish")',
    "Swish with beta": "ElementwiseLayer(lambda x: x * LogisticSigmoid(1.5 * x))",
    "Hard swish": 'ElementwiseLayer("HardSwish")',
    "Mish": 'ElementwiseLayer("Mish")',
    "Hard shrink": "ElementwiseLayer(lambda x: Threshold(x, 0.5))",
    "Soft shrink": "ElementwiseLayer(lambda x: x - Clip(x, (-0.5, 0.5)))",
    "Tanh shrink": "ElementwiseLayer(lambda x: x - Tanh(x))",
    "Threshold": "ElementwiseLayer(lambda x: If(x > 1, x, -2))",
    "Softmax": "SoftmaxLayer()",
    "Softmin": "NetChain([lambda x: -x, SoftmaxLayer()])",
    "Log softmax": "NetChain([SoftmaxLayer(), Log])",
    "GLU": HALVES,
    "A function of your own": "ElementwiseLayer(lambda x: x + Sin(x) ** 2)",
}
"""Each activation, and how it is written."""

OF_TWO = {"Softmax": (X, 0), "Softmin": (X, 0), "Log softmax": (X, 0), "GLU": (X, X)}
"""Activations of several numbers, and at which two of them they are drawn."""

NOTES = {
    "ELU with alpha": "Here alpha is 0.5.",
    "CELU": "Here alpha is 0.5.",
    "Softplus with beta": "Here beta is 3.",
    "Swish with beta": "Here beta is 1.5.",
    "Hard shrink": "Here lambda is 0.5.",
    "Soft shrink": "Here lambda is 0.5.",
    "Threshold": "Here the threshold is 1, and the value below it -2.",
}
"""The numbers that stand for parameters."""

DIGITS = 6
"""As many digits of a number are shown."""


@dataclass(frozen=True)
class Curve:
    """An activation as an expression in x, with its derivative."""

    name: str
    source: str
    value: Any
    slope: Any

    @property
    def file(self) -> str:
        """The name of its picture."""
        words = "".join(letter if letter.isalnum() else " " for letter in self.name).split()
        return f"{'-'.join(words).lower()}.svg"


def layer(name: str) -> Any:
    """Return the layer or net of an activation."""
    return eval(ACTIVATIONS[name], vars(netdsl).copy())  # noqa: S307, text of this file


def curve(name: str) -> Curve:
    """Return an activation as the formula of its layer or net gives it."""
    net = layer(name)
    numbers = OF_TWO.get(name)
    formula = formula_of(net.with_ports({"Input": () if numbers is None else 2}))
    entry = formula.entry.subs(dict.fromkeys(getattr(formula.output, "indices", ()), 0))
    entry = entry.doit()
    if numbers is None:
        entry = entry.subs(sympy.Symbol("Input", real=True), X)
    else:
        base: Any = sympy.IndexedBase("Input", real=True)
        entry = entry.subs({base[at]: number for at, number in enumerate(numbers)})
    entry = entry.subs(sympy.Symbol("Slope", real=True), getattr(net, "Slope", 0))
    return Curve(name, ACTIVATIONS[name], entry, slope_of(entry))


def slope_of(expression: Any) -> Any:
    """Return the derivative by x, in one piece for each stretch of x."""
    if expression.has(sympy.Max, sympy.Min):
        expression = sympy.piecewise_fold(expression.rewrite(sympy.Piecewise))
    slope = expression.diff(X)
    return sympy.simplify(slope) if slope.has(sympy.exp, sympy.Piecewise) else slope


def numbers(expression: Any) -> list[float]:
    """Return the values of an expression in x where the curves are drawn."""
    f: Callable[[float], Any] = sympy.lambdify(X, expression, "mpmath")
    return [float(f(point)) for point in POINTS]


def broken(values: list[float]) -> list[float]:
    """Return the values of a curve with a gap, one nan, where it jumps."""
    pairs = zip(values, [values[0], *values], strict=False)
    return [math.nan if abs(now - last) > JUMP * STEP else now for now, last in pairs]


def draw(one: Curve, path: Path) -> None:
    """Write a picture of an activation and its derivative."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": one.name, "font.size": 8}):
        figure = Figure((3.2, 2.2), layout="constrained")
        axes = figure.add_subplot()
        axes.axhline(0, color="0.8", linewidth=0.8)
        axes.axvline(0, color="0.8", linewidth=0.8)
        axes.plot(POINTS, broken(numbers(one.value)), label="f(x)")
        axes.plot(POINTS, broken(numbers(one.slope)), "--", label="f'(x)")
        axes.set_xlim(POINTS[0], POINTS[-1])
        axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None})


def written(expression: Any) -> str:
    """Return LaTeX for an expression, functions of a name written out, numbers rounded."""
    named = [twin for twin in expression.atoms(Twin) if not twin.tex]
    expression = expression.xreplace({twin: twin.definition(*twin.args) for twin in named})
    return re.sub(r"\d+\.\d+", _rounded, latex(expression))


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.{DIGITS}g}"


def section(one: Curve) -> str:
    """Return what the page says about an activation."""
    where = OF_TWO.get(one.name)
    note = f"The first entry for the input [{where[0]}, {where[1]}]." if where else ""
    note = NOTES.get(one.name, note)
    note = f"\n{note}\n" if note else ""
    return f"""\
## {one.name}

![{one.name} and its derivative](gallery/{one.file})

```python
{one.source}
```
{note}
```math
f(x) = {written(one.value)} \\qquad f'(x) = {written(one.slope)}
```
"""


def build(folder: Path) -> None:
    """Write gallery.md and its pictures into a folder."""
    (folder / "gallery").mkdir(exist_ok=True)
    curves = [curve(name) for name in ACTIVATIONS]
    for one in curves:
        draw(one, folder / "gallery" / one.file)
    head = """\
# Gallery of activations

Each activation and its derivative, drawn from the formula that its layer gives.
[Activations](activations.md) says how they behave. Numbers are rounded to six digits.
This page is written by `python -m docs.build`.

"""
    (folder / "gallery.md").write_text(head + "\n".join(map(section, curves)), encoding="utf-8")
