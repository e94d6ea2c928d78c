"""A program as a function on numpy alone, whole arrays at a time."""

# sympy's printer finds its methods by the names of the classes that they print.
# ruff: noqa: N802, N815

from __future__ import annotations

import builtins
import keyword
from typing import Any

import sympy
from sympy.printing.numpy import NumPyPrinter

from netdsl.formula.bounds import is_whole
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import Names, plain
from netdsl.formula.code.numpy_helpers import HELPERS, RESTS_ON
from netdsl.formula.code.numpy_sums import Sums
from netdsl.formula.code.steps import Loop, Step
from netdsl.formula.code.writing import Writer, over_one

RESERVED = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist, "np", "math", "numpy", *HELPERS}


class NumpyWriter(Sums, Writer, NumPyPrinter):
    """Prints an expression for whole arrays: each open index is an axis, in the order of `scope`.

    What does not depend on an index has one entry along its axis, or lacks the axis where it is
    among the first; so nothing is computed more often than its indices ask for.
    """

    AND, OR = "&", "|"

    def __init__(self, program: Program) -> None:
        super().__init__({"precision": 17})
        self.begin(program, Names(plain, RESERVED))
        self.scope: list[Any] = []
        self.used: set[str] = {"shaped"}
        self.counters: dict[Any, str] = {}
        self.top: list[str] = []

    # ---- statements ------------------------------------------------------------------------

    def step(self, step: Step) -> None:
        """Write a step as an assignment of a whole array."""
        self.scope = list(step.indices)
        text = self.whole(step.entry, step.sizes)
        self.emit(f"{self.names.of('array', step.name)} = {text}")

    def whole(self, entry: Any, sizes: Any) -> str:
        """Return the text of an array that has all axes of the scope."""
        text = self._print(entry)
        if set(self.scope) <= entry.free_symbols:
            return text
        return f"np.broadcast_to({text}, {self.sizes(sizes)})"

    def sizes(self, sizes: Any) -> str:
        """Return dimensions as a tuple."""
        shown = ", ".join(map(self.exact, sizes))
        return f"({shown},)" if len(sizes) == 1 else f"({shown})"

    def loop(self, loop: Loop) -> None:
        """Write a loop in Python over steps on whole arrays."""
        for step in loop.steps:
            name = self.names.of("array", step.name)
            more = int(step.first is not None)
            self.emit(f"{name} = np.zeros({self.sizes((step.sizes[0] + more, *step.sizes[1:]))})")
            if step.first is not None:
                self.ranges, self.scope = step.ranges(), list(step.indices[1:])
                self.emit(f"{name}[0] = {self._print(step.first)}")
        self.emit(f"for {self.name(loop.time)} in range({self.exact(loop.size)}):")
        self.depth += 1
        for step in loop.steps:
            self.ranges, self.scope = step.ranges(), list(step.indices[1:])
            at = self.exact(loop.time + int(step.first is not None))
            self.emit(f"{self.names.of('array', step.name)}[{at}] = {self._print(step.entry)}")
        self.depth -= 1
        for step in self.without_start(loop):
            name = self.names.of("array", step.name)
            self.emit(f"{name} = {name}[1:]")

    def host(self, step: Step) -> None:
        """Write the call of a Python function, which is an argument."""
        name = self.names.of("array", step.name)
        given = self._print(step.entry)
        function = self.called(step.host)
        text = f"{function}({given}[None])[0]" if step.host.is_batch else f"{function}({given})"
        self.emit(f"{name} = np.asarray({text}, dtype=float)")

    def called(self, entry: Any) -> str:
        """Return the name of the argument that a Python function is."""
        return self.names.of(f"function {id(entry.host.call)}", entry.host.name)

    # ---- indices ---------------------------------------------------------------------------

    def exact(self, expr: Any) -> str:
        """Return the text of a whole number, computed without fractions."""
        above, below = over_one(expr)
        return self._print(above) if below == 1 else self.quotient(above, below)

    def quotient(self, above: Any, below: Any) -> str:
        """Return the text of the quotient of whole numbers, rounded down."""
        return f"({self.atom(above)} // {self.atom(below)})"

    def atom(self, expr: Any) -> str:
        """Return the text of an expression, in parentheses where it has parts."""
        return self._print(expr) if expr.is_Atom else f"({self._print(expr)})"

    def counter(self, index: Any) -> str:
        """Return the name of an array of the values that an index takes."""
        low, high = self.ranges[index]
        if (low, high) not in self.counters:
            number = len(self.counters)
            name = self.names.of("counter", index.name)
            ends = ([low] if low != 0 else []) + [high + 1]
            if name in self.counters.values():
                name = self.names.of("counter", f"{index.name}{number}")
            self.counters[low, high] = name
            self.top.append(f"    {name} = np.arange({', '.join(map(self.exact, ends))})")
        return self.counters[low, high]

    def _print_Symbol(self, expr: Any) -> str:
        if expr not in self.scope:
            return self.name(expr)
        behind = len(self.scope) - 1 - self.scope.index(expr)
        return self.counter(expr) + (f"[:{', None' * behind}]" if behind else "")

    def _print_floor(self, expr: Any) -> str:
        (arg,) = expr.args
        if not is_whole(arg):
            return f"np.floor({self._print(arg)})"
        return self.quotient(*over_one(arg))

    def _print_ceiling(self, expr: Any) -> str:
        (arg,) = expr.args
        if not is_whole(arg):
            return f"np.ceil({self._print(arg)})"
        return f"(-{self.quotient(*over_one(-arg))})"

    def _print_Mod(self, expr: Any) -> str:
        value, divisor = expr.args
        return f"({self.atom(value)} % {self.atom(divisor)})"

    # ---- entries ---------------------------------------------------------------------------

    def _print_Indexed(self, expr: Any) -> str:
        found = self.sliced(expr)
        if found is not None:
            return self.aligned(*found)
        axes = [index for index in self.scope if index in expr.free_symbols]
        name, pairs = self.place(expr)
        outside, self.scope = self.scope, axes
        at = [self.position(position) for position, _ in pairs]
        self.scope = outside
        if all(self.is_inside(position, size) for position, size in pairs):
            return self.aligned(f"{name}[{', '.join(at)}]", axes)
        self.used.add("entries")
        return self.aligned(f"entries({name}, {', '.join(at)})", axes)

    def position(self, position: Any) -> str:
        """Return the text of whole numbers that pick entries."""
        if is_whole(position):
            return self.exact(position)
        return f"np.rint({self._print(position)}).astype(int)"

    def sliced(self, entry: Any) -> tuple[str, list[Any]] | None:
        """Return entries as a slice of an array, and its axes; None where slices do not do it."""
        name, pairs = self.place(entry)
        parts = [self._slice(position, size) for position, size in pairs]
        axes = [part[1] for part in parts if part is not None and part[1] is not None]
        if None in parts or len({*axes}) < len(axes):
            return None
        texts = [part[0] for part in parts if part is not None]
        while texts and texts[-1] == ":":
            texts.pop()
        return f"{name}[{', '.join(texts)}]" if texts else name, axes

    def _slice(self, position: Any, size: Any) -> tuple[str, Any] | None:
        """Return what takes these entries of an axis, and the index that runs along it."""
        axes = [index for index in self.scope if index in position.free_symbols]
        if len(axes) > 1 or not self.is_inside(position, size):
            return None
        if not axes:
            return self.exact(position), None
        (index,) = axes
        step = position.coeff(index)
        start = sympy.expand(position - step * index)
        if index in start.free_symbols or not (step.is_Integer and step > 0):
            return None
        low, high = (start + step * end for end in self.ranges[index])
        if (low, high, step) == (0, size - 1, 1):
            return ":", index
        return self._from_to(low, high + 1, size, step), index

    def _from_to(self, low: Any, end: Any, size: Any, step: Any) -> str:
        first = "" if low == 0 else self.exact(low)
        last = "" if end == size else self.exact(end)
        return f"{first}:{last}" + (f":{step}" if step != 1 else "")

    def aligned(self, text: str, axes: list[Any]) -> str:
        """Return the text of an array with these axes, with those of the scope."""
        order = sorted(axes, key=self.scope.index)
        if order != axes:
            text = f"{text}.transpose({', '.join(str(axes.index(index)) for index in order)})"
        places = [":" if index in axes else "None" for index in self.scope]
        while places and places[0] == "None":
            places.pop(0)
        return f"{text}[{', '.join(places)}]" if "None" in places else text

    # ---- functions -------------------------------------------------------------------------

    def _module_format(self, fqn: str, register: bool = True) -> str:
        return fqn.replace("numpy.", "np.")

    def helper(self, name: str, *args: Any) -> str:
        """Return a call of a function that the source carries with it."""
        self.used |= {name, RESTS_ON.get(name, name)}
        return f"{name}({', '.join(map(self._print, args))})"

    def _print_Function(self, expr: Any) -> str:
        name = OWN.get(expr.func.__name__)
        if name is not None:
            return self.helper(name, *expr.args)
        inverse = INVERSE.get(expr.func.__name__)
        if inverse is not None:
            return f"(1/np.{inverse}({self._print(expr.args[0])}))"
        if expr.func.__name__ in OF_INVERSE:
            return f"np.{OF_INVERSE[expr.func.__name__]}(1/({self._print(expr.args[0])}))"
        return super()._print_Function(expr)

    _print_LogisticSigmoid = _print_SoftPlus = _print_ELU = _print_SELU = _print_Function
    _print_erf = _print_erfc = _print_gamma = _print_loggamma = _print_erfinv = _print_Function
    _print_sec = _print_csc = _print_cot = _print_coth = _print_sech = _print_csch = _print_Function
    _print_asec = _print_acsc = _print_acot = _print_asech = _print_acsch = _print_Function
    _print_acoth = _print_LogGamma = _print_Function

    def _print_polygamma(self, expr: Any) -> str:
        assert expr.args[0] == 0, expr
        return self.helper("digamma", expr.args[1])

    def _print_Max(self, expr: Any) -> str:
        return self._folded("np.maximum", expr.args)

    def _print_Min(self, expr: Any) -> str:
        return self._folded("np.minimum", expr.args)

    def _folded(self, name: str, args: Any) -> str:
        first, *rest = sorted(args, key=lambda arg: (bool(arg.free_symbols), str(arg)))
        text = self._print(first)
        for arg in rest:
            text = f"{name}({text}, {self._print(arg)})"
        return text

    def _print_Piecewise(self, expr: Any) -> str:
        *pairs, (value, condition) = expr.args
        text = self._print(value)
        if condition != sympy.true:
            text = f"np.where({self._print(condition)}, {text}, np.nan)"
        for value, condition in reversed(pairs):
            text = f"np.where({self._print(condition)}, {self._print(value)}, {text})"
        return text

    def _print_ITE(self, expr: Any) -> str:
        return f"np.where({', '.join(map(self._print, expr.args))})"

    def _print_Relational(self, expr: Any) -> str:
        return f"({self._print(expr.lhs)} {expr.rel_op} {self._print(expr.rhs)})"

    def _print_KroneckerDelta(self, expr: Any) -> str:
        return f"(1.0*({' == '.join(map(self._print, expr.args))}))"

    def _print_Not(self, expr: Any) -> str:
        return f"np.logical_not({self._print(expr.args[0])})"

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))


OWN = {name: name for name in HELPERS} | {"loggamma": "lgamma", "LogGamma": "lgamma"}
INVERSE = {"sec": "cos", "csc": "sin", "cot": "tan", "coth": "tanh"}
OF_INVERSE = {"asec": "arccos", "acsc": "arcsin", "asech": "arccosh", "acsch": "arcsinh"}
OF_INVERSE |= {"acot": "arctan", "acoth": "arctanh"}
