"""A program as a function in C99, with loops over the entries of each array."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

from typing import Any

import sympy
from sympy.printing.c import C99CodePrinter

from netdsl.formula.bounds import inner_ranges, is_never_negative, is_whole
from netdsl.formula.code.c_helpers import HELPERS, RESTS_ON, REWRITTEN, WORDS
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import Names, plain
from netdsl.formula.code.steps import Loop, Step
from netdsl.formula.code.writing import Writer, over_one

START = {"Sum": "0.0", "Product": "1.0", "Largest": "-INFINITY"}
MORE = {"Sum": "{0} += {1};", "Product": "{0} *= {1};", "Largest": "{0} = fmax({0}, {1});"}


class CWriter(Writer, C99CodePrinter):
    """Prints the entry of an array; a sum becomes a loop in front of what it is used in.

    Where an expression is made of indices alone and must be exact, it is one in `int`.
    """

    def __init__(self, program: Program) -> None:
        super().__init__({"precision": 17, "math_macros": {}})
        self.begin(program, Names(plain, WORDS))
        self.used: set[str] = set()
        self.in_int = False
        self.made = 0
        steps = (step for step in program.steps() if step is not program.output)
        self.scalars = {step.name for step in steps if not step.sizes}

    # ---- statements ------------------------------------------------------------------------

    def step(self, step: Step) -> None:
        """Write a step as loops around one assignment."""
        self._filled(step, step.indices, step.entry, list(step.indices))

    def _filled(self, step: Step, indices: Any, entry: Any, at: list[Any]) -> None:
        for index in indices:
            self._for(index, step.ranges()[index])
        self.ranges = step.ranges()
        text = self._print(entry)
        name = self.names.of("array", step.name)
        if step.name in self.scalars:
            self.emit(f"const double {name} = {text};")
            return
        sizes = [*step.sizes]
        spot = self.offset([self.whole(index) for index in at], sizes)
        self.emit(f"{name}[{spot}] = {text};")
        self._close(len(indices))

    def _for(self, index: Any, range_: Any) -> None:
        name = self.name(index)
        low, high = range_
        self.emit(
            f"for (int {name} = {self.whole(low)}; {name} < {self.whole(high + 1)}; ++{name}) {{"
        )
        self.depth += 1

    def _close(self, count: int) -> None:
        for _ in range(count):
            self.depth -= 1
            self.emit("}")

    def loop(self, loop: Loop) -> None:
        """Write a loop over t around those of the steps."""
        for step in loop.steps:
            if step.first is not None:
                self._filled(step, step.indices[1:], step.first, [sympy.S.Zero, *step.indices[1:]])
        self._for(loop.time, (sympy.S.Zero, loop.size - 1))
        for step in loop.steps:
            more = int(step.first is not None)
            at = [loop.time + more, *step.indices[1:]]
            self._filled(step, step.indices[1:], step.entry, at)
        self._close(1)
        for step in self.without_start(loop):
            row = sympy.Mul(*step.sizes[1:])
            name = self.names.of("array", step.name)
            self.emit(f"{name} += {self.whole(row)};  /* without the start */")

    # ---- whole numbers ---------------------------------------------------------------------

    def whole(self, expr: Any) -> str:
        """Return the text of an expression in indices, exact and an `int`."""
        before, self.in_int = self.in_int, True
        above, below = over_one(expr)
        text = self._print(above) if below == 1 else self.quotient(above, below)
        self.in_int = before
        return text

    def quotient(self, above: Any, below: Any) -> str:
        """Return the text of the quotient of whole numbers, rounded down."""
        if is_never_negative(above, self.ranges):
            return f"({self.atom(above)}/{self.atom(below)})"
        return self.helper("floor_div", above, below)

    def atom(self, expr: Any) -> str:
        """Return the text of an expression, in parentheses where it has parts."""
        return self._print(expr) if expr.is_Atom else f"({self._print(expr)})"

    def helper(self, name: str, *args: Any) -> str:
        """Return a call of a function that the text carries with it."""
        self.used |= {name, *RESTS_ON.get(name, ())}
        return f"{name}({', '.join(map(self._print, args))})"

    def _print_floor(self, expr: Any) -> str:
        return self._floor(expr.args[0])

    def _floor(self, arg: Any) -> str:
        if not is_whole(arg):
            return f"floor({self._print(arg)})"
        before, self.in_int = self.in_int, True
        text = self.quotient(*over_one(arg))
        self.in_int = before
        return text

    def _print_ceiling(self, expr: Any) -> str:
        (arg,) = expr.args
        return f"(-{self._floor(-arg)})" if is_whole(arg) else f"ceil({self._print(arg)})"

    def _print_Mod(self, expr: Any) -> str:
        if not (is_whole(expr) and expr.args[0].is_integer and expr.args[1].is_integer):
            return self.helper("modulo", *expr.args)
        before, self.in_int = self.in_int, True
        value, divisor = map(self.atom, expr.args)
        safe = is_never_negative(expr.args[0], self.ranges)
        text = f"({value} % {divisor})" if safe else self.helper("floor_mod", *expr.args)
        self.in_int = before
        return text

    def _print_Max(self, expr: Any) -> str:
        return self._folded("larger" if self.in_int else "fmax", expr)

    def _print_Min(self, expr: Any) -> str:
        return self._folded("smaller" if self.in_int else "fmin", expr)

    def _folded(self, name: str, expr: Any) -> str:
        self.used |= {name}
        first, *rest = sorted(expr.args, key=lambda arg: (bool(arg.free_symbols), str(arg)))
        text = self._print(first)
        for arg in rest:
            text = f"{name}({text}, {self._print(arg)})"
        return text

    def _print_Abs(self, expr: Any) -> str:
        (arg,) = expr.args
        if self.in_int or (is_whole(arg) and arg.is_integer):
            self.used.add("abs")
            return f"abs({self.whole(arg)})"
        return f"fabs({self._print(arg)})"

    def _print_Relational(self, expr: Any) -> str:
        if not is_whole(expr):
            return f"({self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)})"
        _, below = over_one(expr.lhs - expr.rhs)
        sides = (expr.lhs, expr.rhs) if below == 1 else (expr.lhs * below, expr.rhs * below)
        left, right = (self.whole(sympy.expand(side) if below != 1 else side) for side in sides)
        return f"({left} {expr.rel_op} {right})"

    def _print_KroneckerDelta(self, expr: Any) -> str:
        return f"({self._print_Relational(sympy.Eq(*expr.args, evaluate=False))} ? 1.0 : 0.0)"

    # ---- entries ---------------------------------------------------------------------------

    def _print_Symbol(self, expr: Any) -> str:
        name = self.name(expr)
        is_array = not expr.is_integer and expr.name in self.program.dims
        return f"{name}[0]" if is_array and expr.name not in self.scalars else name

    def _print_Indexed(self, expr: Any) -> str:
        name, pairs = self.place(expr)
        at = [self._spot(position) for position, _ in pairs]
        checks = [
            self._check(text, position, size)
            for text, (position, size) in zip(at, pairs, strict=True)
            if not self.is_inside(position, size)
        ]
        entry = f"{name}[{self.offset(at, [size for _, size in pairs])}]"
        return f"({' && '.join(checks)} ? {entry} : 0.0)" if checks else entry

    def _spot(self, position: Any) -> str:
        return self.whole(position) if is_whole(position) else self._rounded(position)

    def _rounded(self, position: Any) -> str:
        """Declare a whole number that is a value in an array, and return its name."""
        name = self._new("at")
        before, self.in_int = self.in_int, False
        text = self._print(position)
        self.in_int = before
        self.emit(f"const int {name} = (int)floor({text} + 0.5);")
        return name

    def _check(self, text: str, position: Any, size: Any) -> str:
        parts, whole = list[str](), is_whole(position)
        if not (whole and is_never_negative(position, self.ranges)):
            parts.append(f"{text} >= 0")
        if not (whole and is_never_negative(size - 1 - position, self.ranges)):
            parts.append(f"{text} < {self.whole(size)}")
        return " && ".join(parts)

    def offset(self, at: list[str], sizes: list[Any]) -> str:
        """Return the text of the position of an entry, row by row."""
        text = ""
        for index, size in zip(at, sizes, strict=True):
            if text and size != 1:
                text = f"{_inner(text)}*{_inner(self.whole(size))}"
            text = " + ".join(part for part in (text, index) if part not in ("", "0"))
        return text or "0"

    def _new(self, word: str) -> str:
        """Return a name that nothing has."""
        self.made += 1
        return self.names.of("made", f"{word}{self.made}")

    # ---- sums ------------------------------------------------------------------------------

    def _print_Sum(self, expr: Any) -> str:
        kind = type(expr).__name__
        name = self._new(kind.lower())
        before, was_int = self.ranges, self.in_int
        self.in_int = False
        self.emit(f"double {name} = {START[kind]};")
        opened = inner_ranges(expr.limits, self.ranges)
        for index, low, high in reversed(expr.limits):
            self._for(index, (low, high))
        self.ranges = opened
        text = self._print(expr.function)
        self.emit(MORE[kind].format(name, text))
        self._close(len(expr.limits))
        self.ranges, self.in_int = before, was_int
        return name

    _print_Largest = _print_Product = _print_Sum

    # ---- functions -------------------------------------------------------------------------

    def _print_Piecewise(self, expr: Any) -> str:
        text = ""
        for value, condition in expr.args:
            if condition == sympy.true:
                return f"({text}{self._print(value)})"
            text += f"{self._print(condition)} ? {self._print(value)} : "
        return f"({text}NAN)"

    def _print_Function(self, expr: Any) -> str:
        name = expr.func.__name__
        own = {"loggamma": "lgamma", "LogGamma": "lgamma", "gamma": "tgamma"}.get(name, name)
        if own in HELPERS:
            return self.helper(own, *expr.args)
        if own in ("lgamma", "tgamma"):
            return f"{own}({self._print(expr.args[0])})"
        rule = REWRITTEN.get(name)
        return (
            super()._print_Function(expr)
            if rule is None
            else f"({self._print(rule(expr.args[0]))})"
        )

    _print_LogisticSigmoid = _print_SoftPlus = _print_ELU = _print_SELU = _print_Function
    _print_erfinv = _print_gamma = _print_loggamma = _print_LogGamma = _print_Function
    _print_sec = _print_csc = _print_cot = _print_coth = _print_sech = _print_csch = _print_Function
    _print_asec = _print_acsc = _print_acot = _print_asech = _print_acsch = _print_Function
    _print_acoth = _print_Function

    def _print_polygamma(self, expr: Any) -> str:
        assert expr.args[0] == 0, expr
        return self.helper("digamma", expr.args[1])

    def _print_Mul(self, expr: Any) -> str:
        text = super()._print_Mul(expr)
        # A quotient of two of type int would be cut off.
        is_cut = not self.in_int and is_whole(expr) and sympy.denom(expr).free_symbols
        return f"1.0*{text}" if is_cut else text

    def _print_Rational(self, expr: Any) -> str:
        return f"{expr.p}.0/{expr.q}.0"

    def _print_Half(self, expr: Any) -> str:
        return "0.5"

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))

    def _print_NumberSymbol(self, expr: Any) -> str:
        return repr(float(expr))

    def _print_Infinity(self, expr: Any) -> str:
        return "INFINITY"

    def _print_NegativeInfinity(self, expr: Any) -> str:
        return "-INFINITY"


def _inner(text: str) -> str:
    return text if text.isalnum() else f"({text})"
