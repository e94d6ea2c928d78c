"""A program as a function in the Wolfram Language, with a Table for each array."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy
from sympy.printing.mathematica import MCodePrinter

from netdsl.formula.code.from_one import FromOne
from netdsl.formula.code.literals import literals
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import Names, letters_only

AT = (
    "at = Function[{array, place}, If[And @@ MapThread[1 <= #1 <= #2 &, "
    "{place, Dimensions[array]}], Extract[array, place], 0]];"
)
NAMES = {
    "LogisticSigmoid": "LogisticSigmoid",
    "Ramp": "Ramp",
    "erfinv": "InverseErf",
    "erf": "Erf",
    "erfc": "Erfc",
    "gamma": "Gamma",
    "loggamma": "LogGamma",
    "polygamma": "PolyGamma",
    "floor": "Floor",
    "ceiling": "Ceiling",
    "Floor": "Floor",
    "Ceiling": "Ceiling",
    "Round": "Round",
    "Mod": "Mod",
    "sign": "Sign",
    "Abs": "Abs",
    "Max": "Max",
    "Min": "Min",
}


class WolframWriter(FromOne, MCodePrinter):
    """Prints entries for the Wolfram Language."""

    SUMS = {"Sum": "Sum", "Product": "Times", "Largest": "Max"}  # noqa: RUF012

    def __init__(self, program: Program) -> None:
        super().__init__({"precision": 17})
        self.begin(program, Names(letters_only, {"at", "array", "place"}, join=""))
        self.used: set[str] = set()
        self.locals: list[str] = []

    def table(self, entry: str, indices: Iterable[str]) -> str:
        """Return a Table."""
        return f"Table[{entry}, {', '.join(indices)}]"

    def range(self, index: str, low: str, high: str) -> str:
        """Return what an index runs over."""
        return f"{{{index}, {high}}}" if low == "1" else f"{{{index}, {low}, {high}}}"

    def over(self, word: str, entry: str, ranges: list[str]) -> str:
        """Return a Sum, a product or a Max."""
        if word == "Sum":
            return f"Sum[{entry}, {', '.join(ranges)}]"
        table = self.table(entry, ranges)
        return f"Max[{table}]" if word == "Max" else f"(Times @@ Flatten[{table}])"

    def delta(self, left: str, right: str) -> str:
        """Return 1 where two numbers are equal, else 0."""
        return f"KroneckerDelta[{left}, {right}]"

    def part(self, name: str, at: list[str]) -> str:
        """Return an entry of an array."""
        return f"{name}[[{', '.join(at)}]]"

    def checked(self, name: str, at: list[str]) -> str:
        """Return an entry of an array, zero outside of it."""
        self.used.add("at")
        return f"at[{name}, {{{', '.join(at)}}}]"

    def rounded(self, text: str) -> str:
        """Return the whole number that a value is."""
        return f"Round[{text}]"

    def assign(self, left: str, right: str) -> None:
        """Write an assignment, and know what is assigned to."""
        if "[" not in left and left not in self.locals:
            self.locals.append(left)
        self.emit(f"{left} = {right};")

    def zeros(self, sizes: list[str]) -> str:
        """Return an array of zeros."""
        return f"ConstantArray[0, {{{', '.join(sizes)}}}]"

    def row(self, name: str, at: str, rank: int) -> str:
        """Return a row of an array."""
        return f"{name}[[{at}]]"

    def rest(self, name: str, rank: int) -> str:
        """Return an array without its first row."""
        return f"Rest[{name}]"

    def open(self, index: str, size: str) -> None:
        """Begin a loop."""
        self.emit("Do[")
        self.depth += 1

    def close(self, index: str, size: str) -> None:
        """End a loop, which says what it runs over."""
        self.lines[-1] = self.lines[-1].removesuffix(";") + ","
        self.emit(f"{{{index}, {size}}}")
        self.depth -= 1
        self.emit("];")

    # ---- functions -------------------------------------------------------------------------

    def _print_Function(self, expr: Any) -> str:
        name = NAMES.get(expr.func.__name__)
        if name is not None:
            is_any_order = expr.func in (sympy.Max, sympy.Min)
            args = sympy.ordered(expr.args) if is_any_order else expr.args
            return f"{name}[{', '.join(map(self._print, args))}]"
        return super()._print_Function(expr)

    _print_LogisticSigmoid = _print_Ramp = _print_Floor = _print_Ceiling = _print_Function
    _print_Round = _print_Mod = _print_Max = _print_Min = _print_floor = _print_Function

    def _print_LogGamma(self, expr: Any) -> str:
        return f"Log[Abs[Gamma[{self._print(expr.args[0])}]]]"

    def _print_expm1(self, expr: Any) -> str:
        return f"(Exp[{self._print(expr.args[0])}] - 1)"

    def _print_log1p(self, expr: Any) -> str:
        return f"Log[1 + {self._print(expr.args[0])}]"

    def _print_atan2(self, expr: Any) -> str:
        y, x = map(self._print, expr.args)
        return f"ArcTan[{x}, {y}]"

    def _print_Piecewise(self, expr: Any) -> str:
        *pairs, last = expr.args
        default = self._print(last.expr) if last.cond == sympy.true else "Indeterminate"
        shown = pairs if last.cond == sympy.true else expr.args
        inner = ", ".join(f"{{{self._print(value)}, {self._print(cond)}}}" for value, cond in shown)
        return f"Piecewise[{{{inner}}}, {default}]"

    def _print_Float(self, expr: Any) -> str:
        return number(float(expr))


def number(value: float) -> str:
    """Return a number as the Wolfram Language writes it.

    >>> number(1e-10), number(0.25)
    ('1.*^-10', '0.25')
    """
    mantissa, _, exponent = repr(value).partition("e")
    dotted = mantissa if "." in mantissa else f"{mantissa}."
    return f"{dotted}*^{int(exponent)}" if exponent else mantissa


def wolfram_code(program: Program, values: dict[str, Any]) -> str:
    """Return a Function of the inputs and of the arrays that are not written into it."""
    writer = WolframWriter(program)
    names = writer.names
    few = literals(program, values)
    arrays = [name for name in program.arrays if name not in few]
    heads = ", ".join(names.of("array", name) for name in (*program.inputs, *arrays))
    writer.depth = 2
    for size in program.sizes:
        name, axis = next(
            (name, axis)
            for name in (*program.inputs, *program.arrays)
            for axis, dim in enumerate(program.dims[name], start=1)
            if dim == size
        )
        writer.assign(writer.name(size), f"Dimensions[{names.of('array', name)}][[{axis}]]")
    for name, value in few.items():
        writer.assign(names.of("array", name), _literal(value))
    at = len(writer.lines)
    writer.blocks()
    if "at" in writer.used:
        writer.lines.insert(at, f"        {AT}")
        writer.locals.append("at")
    writer.emit(names.of("array", program.output.name))
    head = [f"Function[{{{heads}}},", f"    Module[{{{', '.join(writer.locals)}}},"]
    return "\n".join([*head, *writer.lines, "    ]", "]"]) + "\n"


def _literal(value: Any) -> str:
    if value.ndim == 0:
        return number(float(value))
    return f"{{{', '.join(map(_literal, value))}}}"
