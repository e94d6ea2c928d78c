"""A formula as it is shown: its equations, as text and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sympy

from netdsl.dims import PortType
from netdsl.formula.drawn import Drawn
from netdsl.formula.latex import decimal, latex, name_latex
from netdsl.formula.recurrence import Definition, name_of
from netdsl.formula.text import fitted, text
from netdsl.formula.twin import Twin
from netdsl.spec.net_array import NetArray
from netdsl.spec.shapes import Path
from netdsl.spec.terminal import terminal_width

if TYPE_CHECKING:
    from netdsl.formula.code.lambdify import NumpyFunction

DEEPER = "    "
"""What the definitions of sequences are indented by, and twice what a line goes on with."""
NARROW = 50
"""The width up to which it is only half of that."""


@dataclass(frozen=True)
class Formula:
    """One entry of an output, as an expression in the entries of inputs and arrays.

    `output` is what the formula gives, such as Output[i], `entry` the sympy expression. In
    it every array is zero outside its bounds, and indices count from 0. `rank` is that of the
    inputs where it was open: the formula is the one for the lowest rank that the net takes.
    `where` defines the sequences that occur in the entry, step by step; `inputs` are the names of
    the ports that are read. `sizes` are the dimensions of the output, `dims` those of the inputs
    and arrays, by their names in the formula, and `values` has the arrays that are set. `hidden`
    are those names in `where` that are outputs of layers inside, and `composition` says which
    layers feed which, as in Output = f_2(f_1(Input)). Numbers are shown with so many `digits`.
    `marks` has the word and the mark of each name that is made of both, as Weights_1 is; `places`
    has the names of inputs and arrays by position, those of shared arrays by their names as well;
    `types` are those of the inputs, which say where one takes integers.
    """

    output: Any
    entry: Any
    rank: int | None = None
    where: tuple[Definition, ...] = ()
    inputs: tuple[str, ...] = ()
    sizes: tuple[Any, ...] = ()
    dims: Mapping[str, tuple[Any, ...]] = field(
        default_factory=dict[str, tuple[Any, ...]], compare=False
    )
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False)
    hidden: tuple[str, ...] = ()
    composition: str = field(default="", compare=False)
    digits: int | None = None
    marks: Mapping[str, tuple[str, Path]] = field(
        default_factory=dict[str, tuple[str, Path]], compare=False
    )
    places: Mapping[Path | str, str] = field(default_factory=dict[Path | str, str], compare=False)
    types: Mapping[str, PortType] = field(default_factory=dict[str, PortType], compare=False)

    def name_at(self, position: Any) -> str | None:
        """Return the name of an input or an array that is given by position, name or NetArray."""
        if isinstance(position, str):
            found = [position, self.places.get((position,)), self.places.get(position)]
        else:
            key = position.Name if isinstance(position, NetArray) else position
            found = [self.places.get(tuple(key) if isinstance(key, list) else key)]
        return next((name for name in found if name in self.dims), None)

    def equations(self) -> Iterator[tuple[Any, Any]]:
        """Yield both sides of each equation: that of the output, then those of the sequences."""
        yield self.output, self.entry
        for definition in self.where:
            yield from definition.equations()

    def named(self) -> Iterator[tuple[Any, Any]]:
        """Yield both sides of what defines each function that is written by its name alone."""
        sides = [side for equation in self.equations() for side in equation]
        found = set[Any]().union(*(side.atoms(Twin) for side in sides))
        x = sympy.Symbol("x", real=True)
        calls = {twin.func(x, *twin.args[1:]) for twin in found if not twin.tex}
        for call in sorted(calls, key=str):
            yield call, decimal(call.definition(*call.args))

    def text(self, width: int | None = None) -> str:
        """Return the equations as text, in lines of at most `width` characters if it is given.

        Lines are broken between terms, factors and arguments, elsewhere only where they must be.
        """
        note = "" if self.rank is None else f"  (for inputs of rank {self.rank})"
        first, *rest = [
            f"{self._text(left)} {'~' if isinstance(right, Drawn) else '='} {self._text(right)}"
            for left, right in (*self.equations(), *self.named())
        ]
        deeper = DEEPER if width is None or width > NARROW else DEEPER[:2]
        lines = (fitted(line, width, deeper, 2 * deeper) for line in rest)
        return "\n".join((fitted(first + note, width, "", 2 * deeper), *lines))

    def __str__(self) -> str:
        return self.text(terminal_width())

    __repr__ = __str__

    def _text(self, side: Any) -> str:
        return text(self._shown(side), full_prec=False) if self.digits else text(side)

    def _shown(self, side: Any) -> Any:
        """Return a side with its numbers as they are shown."""
        if self.digits is None:
            return side
        found = side.atoms(sympy.Float)
        return side.xreplace({one: sympy.Float(f"{one:.{self.digits}g}") for one in found})

    def latex(self) -> str:
        """Return the formula as LaTeX, names of ports and arrays upright."""
        equations = [*self.equations(), *self.named()]
        sides = [self._shown(side) for equation in equations for side in equation]
        names = self._latex_names(sides)
        texts = [latex(side, names, (*self.inputs, *self.hidden)) for side in sides]
        note = "" if self.rank is None else rf"\quad\text{{(for inputs of rank {self.rank})}}"
        if len(equations) == 1:
            relation = r"\sim" if isinstance(self.entry, Drawn) else "="
            return f"{texts[0]} {relation} {texts[1]}{note}"
        rows = [f"{left} &= {right}" for left, right in zip(texts[::2], texts[1::2], strict=True)]
        body = " \\\\\n".join((rows[0] + note, *rows[1:]))
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"

    def _latex_names(self, sides: list[Any]) -> dict[Any, str]:
        """Return the LaTeX of each name that sympy would not set as one word."""
        atoms = set[Any]().union(*(s.atoms(sympy.Symbol, sympy.IndexedBase) for s in sides))
        parts = {name for one in atoms for name, _ in getattr(one, "parts", ())}  # of derivatives
        found = parts | {one for one in atoms if isinstance(one, sympy.Symbol)}
        known = {*self.dims, *(part.name for part in parts)}
        known |= {name_of(left) for left, _ in self.equations()}
        return {
            symbol: name_latex(symbol.name, self.marks)
            for symbol in found
            if len(symbol.name) > 2 or (len(symbol.name) == 2 and symbol.name in known)
        }

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def diff(self, name: Any) -> Formula:
        """Return the formula of the derivatives by the entries of an input or an array.

        >>> from netdsl import Information, LinearLayer
        >>> Information(LinearLayer(3, Input=2), "Formula").diff("Weights")
        dOutput[i]/dWeights[j, k] = KroneckerDelta(i, j)*Input[k]

        `name` is its name in the formula, or a position such as (1, "Weights"); a shared array is
        meant by each of its positions, by its name and as a NetArray. The dimensions of
        the array come after those of the output; a sequence has a derivative of its own, defined
        step by step. At a kink the slope is the one that the engine takes, and each of several
        entries that are the largest counts. An unknown name raises a SettingError; what chooses
        an entry, a number drawn at random and a Python function have no derivative, and raise a
        NetError. Source: Wolfram `D`.
        """
        from netdsl.formula.derivatives.derivative import derivative

        return derivative(self, name)

    def lambdify(self) -> NumpyFunction:
        """Return a function of the inputs, one example each, that runs on numpy alone.

        >>> from netdsl import Information, LinearLayer
        >>> function = Information(LinearLayer(2, Input=3), "Formula").lambdify()
        >>> function([1, 2, 3], Weights=[[1, 0, 0], [0, 1, 1]], Biases=[0, 10])
        array([ 1., 15.])

        Inputs come in order, by their names or in a dict, arrays without values by keyword, others
        too if they are to be replaced. Numbers are float64; one number that comes out is a float.
        `source` is the text of the function, that of `code("numpy")`. Wrong shapes, and integers
        that the net refuses, raise a DataError, arrays that are missing an UninitializedError; a
        formula with random numbers raises a NetError. Source: sympy `lambdify`.
        """
        from netdsl.formula.code.lambdify import NumpyFunction

        return NumpyFunction(self)

    def code(self, language: str) -> str:
        """Return the text of a whole function in "numpy", "c", "wolfram" or "julia".

        >>> from netdsl import Information, ParametricRampLayer
        >>> formula = Information(ParametricRampLayer(Input=3, Slope=[0.5, 0, 1]), "Formula")
        >>> print(formula.code("julia"))
        function output(Input; Slope=[0.5, 0.0, 1.0])
            Output = [((Input[i] >= 0) ? Input[i] : Input[i]*Slope[i]) for i in 1:3]
            return Output
        end
        <BLANKLINE>

        Arrays that are set stand in it as numbers if they have no more than 64 together, else
        they are arguments after the inputs; sizes with names are arguments of C. Nothing but the
        language's own library is needed. An unknown language raises a SettingError; what cannot
        be written in one, such as random numbers and Python functions, a NetError.
        """
        from netdsl.formula.code.lambdify import code

        return code(self, language)


def stacked(formulas: Iterable[Formula]) -> str:
    """Return formulas as LaTeX, one below the other."""
    rows = " \\\\\n".join(formula.latex() for formula in formulas)
    return f"\\begin{{gathered}}\n{rows}\n\\end{{gathered}}"
