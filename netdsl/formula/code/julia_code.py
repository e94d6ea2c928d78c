"""A program as a function in Julia, with a comprehension for each array."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import sympy
from sympy.printing.julia import JuliaCodePrinter

from netdsl.formula.bounds import is_whole
from netdsl.formula.code.from_one import FromOne
from netdsl.formula.code.literals import literals
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import Names, function_word, plain
from netdsl.formula.code.writing import over_one

AT = "    at(a, i...) = checkbounds(Bool, a, i...) ? a[i...] : 0.0"
SIGMOID = "    LogisticSigmoid(x) = (x < 0 ? exp(x) : 1.0) / (1 + exp(-abs(x)))"
SOFTPLUS = "    SoftPlus(x) = max(x, 0) + log1p(exp(-abs(x)))"
HELPERS: Final[dict[str, str]] = {"at": AT, "LogisticSigmoid": SIGMOID, "SoftPlus": SOFTPLUS}
SPECIAL: Final[dict[str, str]] = {
    "erf": "erf",
    "erfc": "erfc",
    "erfinv": "erfinv",
    "gamma": "gamma",
    "loggamma": "loggamma",
    "LogGamma": "loggamma",
}
"""Functions of the package SpecialFunctions."""

WORDS = """baremodule begin break catch const continue do else elseif end export false finally for
function global if import in isa let local macro module quote return struct true try using while
where abs acos acosh acot acsc asec asin asinh atan atanh cbrt ceil checkbounds cld cos cosh cot
csc csch digamma exp expm1 fld floor log log1p max maximum min mod ones permutedims pi prod reshape
round sec sech sign sin sinh size sqrt sum tan tanh throw zeros Bool DimensionMismatch Inf Int NaN
erf erfc erfinv gamma loggamma im"""


class JuliaWriter(FromOne, JuliaCodePrinter):
    """Prints entries for Julia, number by number."""

    SUMS = {"Sum": "sum", "Product": "prod", "Largest": "maximum"}  # noqa: RUF012

    def __init__(self, program: Program) -> None:
        super().__init__({"precision": 17})
        self.begin(program, Names(plain, {*WORDS.split(), *HELPERS}))
        self.used: set[str] = set()

    def table(self, entry: str, indices: Iterable[str]) -> str:
        """Return a comprehension."""
        return f"[{entry} for {', '.join(indices)}]"

    def range(self, index: str, low: str, high: str) -> str:
        """Return what an index runs over."""
        return f"{index} in {low}:{high}"

    def over(self, word: str, entry: str, ranges: list[str]) -> str:
        """Return a reduction of a generator."""
        return f"{word}({entry} for {', '.join(ranges)})"

    def delta(self, left: str, right: str) -> str:
        """Return 1 where two numbers are equal, else 0."""
        return f"({left} == {right})"

    def part(self, name: str, at: list[str]) -> str:
        """Return an entry of an array."""
        return f"{name}[{', '.join(at)}]"

    def checked(self, name: str, at: list[str]) -> str:
        """Return an entry of an array, zero outside of it."""
        self.used.add("at")
        return f"at({name}, {', '.join(at)})"

    def rounded(self, text: str) -> str:
        """Return the whole number that a value is."""
        return f"round(Int, {text})"

    def assign(self, left: str, right: str) -> None:
        """Write an assignment."""
        self.emit(f"{left} = {right}")

    def zeros(self, sizes: list[str]) -> str:
        """Return an array of zeros."""
        return f"zeros({', '.join(sizes)})"

    def row(self, name: str, at: str, rank: int) -> str:
        """Return a row of an array."""
        return f"{name}[{', '.join([at, *[':'] * rank])}]"

    def rest(self, name: str, rank: int) -> str:
        """Return an array without its first row."""
        return self.row(name, "2:end", rank)

    def open(self, index: str, size: str) -> None:
        """Begin a loop."""
        self.emit(f"for {index} in 1:{size}")
        self.depth += 1

    def close(self, index: str, size: str) -> None:
        """End a loop."""
        self.depth -= 1
        self.emit("end")

    # ---- functions -------------------------------------------------------------------------

    def whole(self, expr: Any) -> str:
        """Return the text of a whole number, computed without fractions."""
        above, below = over_one(expr)
        return self._print(expr) if below == 1 else self._call("fld", above, below)

    def _call(self, name: str, *args: Any) -> str:
        return f"{name}({', '.join(map(self._print, args))})"

    def _print_floor(self, expr: Any) -> str:
        (arg,) = expr.args
        return self._call("fld", *over_one(arg)) if is_whole(arg) else self._call("floor", arg)

    def _print_ceiling(self, expr: Any) -> str:
        (arg,) = expr.args
        return self._call("cld", *over_one(arg)) if is_whole(arg) else self._call("ceil", arg)

    def _print_Mod(self, expr: Any) -> str:
        return self._call("mod", *expr.args)

    def _print_Max(self, expr: Any) -> str:
        return self._call("max", *sympy.ordered(expr.args))

    def _print_Min(self, expr: Any) -> str:
        return self._call("min", *sympy.ordered(expr.args))

    def _print_Mul(self, expr: Any) -> str:
        text = super()._print_Mul(expr)
        return (
            text.replace(" .* ", "*").replace(" ./ ", "/").replace(" * ", "*").replace(" / ", "/")
        )

    def _print_Pow(self, expr: Any) -> str:
        return (
            super()._print_Pow(expr).replace(" .^ ", "^").replace(" ^ ", "^").replace(" ./ ", "/")
        )

    def _print_Rational(self, expr: Any) -> str:
        return f"{expr.p}/{expr.q}"

    def _print_Piecewise(self, expr: Any) -> str:
        *pairs, (value, condition) = expr.args
        text = self._print(value)
        if condition != sympy.true:
            text = f"{self._print(condition)} ? {text} : NaN"
        for value, condition in reversed(pairs):
            text = f"{self._print(condition)} ? {self._print(value)} : {text}"
        return f"({text})"

    def _print_Function(self, expr: Any) -> str:
        name = expr.func.__name__
        if name in HELPERS:
            self.used.add(name)
            return self._call(name, *expr.args)
        if name in SPECIAL:
            self.used.add(SPECIAL[name])
            return self._call(SPECIAL[name], *expr.args)
        return super()._print_Function(expr)

    _print_LogisticSigmoid = _print_SoftPlus = _print_LogGamma = _print_erf = _print_Function
    _print_erfc = _print_erfinv = _print_gamma = _print_loggamma = _print_Function

    def _print_expm1(self, expr: Any) -> str:
        return self._call("expm1", *expr.args)

    def _print_log1p(self, expr: Any) -> str:
        return self._call("log1p", *expr.args)

    def _print_atan2(self, expr: Any) -> str:
        return self._call("atan", *expr.args)

    def _print_polygamma(self, expr: Any) -> str:
        assert expr.args[0] == 0, expr
        self.used.add("digamma")
        return self._call("digamma", expr.args[1])

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))


def julia_code(program: Program, values: dict[str, Any]) -> str:
    """Return a function in Julia; arrays without values are keyword arguments."""
    writer = JuliaWriter(program)
    names = writer.names
    function = names.of("function of", function_word(program.output.name))
    few = literals(program, values)
    words = [names.of("array", name) for name in program.inputs]
    more = [
        names.of("array", name) + (f"={_literal(few[name])}" if name in few else "")
        for name in program.arrays
    ]
    sizes = _sizes(writer)
    writer.blocks()
    head = f"function {function}({', '.join(words)}{'; ' * bool(more)}{', '.join(more)})"
    helpers = [text for name, text in HELPERS.items() if name in writer.used]
    special = sorted({*SPECIAL.values(), "digamma"} & writer.used)
    using = [f"using SpecialFunctions: {', '.join(special)}", ""] if special else []
    output = f"    return {names.of('array', program.output.name)}"
    return "\n".join([*using, head, *sizes, *helpers, *writer.lines, output, "end"]) + "\n"


def _sizes(writer: JuliaWriter) -> list[str]:
    """Return the lines that take sizes from the arguments."""
    lines, known = list[str](), set[Any]()
    program = writer.program
    for name in (*program.inputs, *program.arrays):
        for axis, dim in enumerate(program.dims[name], start=1):
            if dim.is_Symbol and dim not in known:
                known.add(dim)
                array = writer.names.of("array", name)
                lines.append(f"    {writer.name(dim)} = size({array}, {axis})")
    return lines


def _literal(value: Any) -> str:
    """Return the text of an array: row by row, and the axes turned round."""
    numbers = ", ".join(repr(float(number)) for number in value.ravel())
    if value.ndim == 0:
        return numbers
    if value.ndim == 1:
        return f"[{numbers}]"
    sizes = ", ".join(map(str, reversed(value.shape)))
    axes = ", ".join(map(str, range(value.ndim, 0, -1)))
    return f"permutedims(reshape([{numbers}], {sizes}), ({axes}))"
