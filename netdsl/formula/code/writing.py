"""What the writers of all languages share: where a name stands for what, which index is safe."""

# sympy's printers find their methods by the names of the classes that they print.
# ruff: noqa: N802

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.printer import Printer

from netdsl.errors import NetError
from netdsl.formula.bounds import is_inside, is_never_negative, is_whole
from netdsl.formula.code.loops import Program
from netdsl.formula.code.naming import Names
from netdsl.formula.code.steps import Loop, Step
from netdsl.formula.tidy import positive_first
from netdsl.formula.twin import Twin


def over_one(expr: Any) -> tuple[Any, Any]:
    """Return the numerator and the denominator of an expression in indices."""
    return sympy.fraction(sympy.together(expr))


def read_before_start(program: Program) -> frozenset[str]:
    """Return the arrays whose entry before the start is, or may be, read outside of their loop."""
    loops = [block for block in program.blocks if isinstance(block, Loop)]
    own = {step.name: loop for loop in loops for step in loop.steps if step.first is not None}
    found = set[str]()
    for step in program.steps():
        for part in (entry for one in step.parts() for entry in one.atoms(sympy.Indexed)):
            name = str(part.base.label)
            if name in own and step not in own[name].steps:
                is_after = is_never_negative(part.indices[0], step.ranges())
                found |= set() if is_after else {name}
    return frozenset(found)


class Writer(Printer):
    """A printer of sympy's that writes a program, of which `lines` are the text so far.

    Mixed in before a printer. `ranges` are the ends of the indices that are open, `looking_back`
    the arrays which have a row more, that before the start: those of the loop that is being
    written, and those whose start is read elsewhere, too.
    """

    AND, OR = "&&", "||"

    def begin(self, program: Program, names: Names) -> None:
        """Take a program and the names that its arguments have."""
        # What objects say of themselves does not count: our functions have steadier code here.
        self.printmethod = ""
        self.program = program
        self.names = names
        self.lines: list[str] = []
        self.depth = 1
        self.ranges: dict[Any, tuple[Any, Any]] = {}
        self.kept = read_before_start(program)
        self.looking_back = set(self.kept)
        for name in (*program.inputs, *program.arrays):
            names.of("array", name)
        for size in program.sizes:
            names.of("size", size.name)

    def emit(self, line: str = "") -> None:
        """Add a line at the depth where the writer is."""
        self.lines.append("    " * self.depth + line if line else "")

    def name(self, symbol: Any) -> str:
        """Return the name of an array, an index or a size in the language."""
        if not symbol.is_integer:
            return self.names.of("array", symbol.name)
        kind = "size" if symbol in self.program.sizes else "index"
        return self.names.of(kind, symbol.name)

    def place(self, entry: Any) -> tuple[str, list[tuple[Any, Any]]]:
        """Return the name of the array of an entry, and each index with the size of its axis."""
        name = str(entry.base.label)
        indices, sizes = list(entry.indices), list(self.program.dims[name])
        if name in self.looking_back:
            indices[0], sizes[0] = indices[0] + 1, sizes[0] + 1
        return self.names.of("array", name), list(zip(indices, sizes, strict=True))

    def is_inside(self, position: Any, size: Any) -> bool:
        """Whether an index cannot leave its axis."""
        return is_whole(position) and is_inside(position, size, self.ranges)

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        return positive_first(super()._as_ordered_terms(expr, order))

    def blocks(self) -> None:
        """Write every block of the program."""
        for block in self.program.blocks:
            if isinstance(block, Loop):
                self.looking_back |= {step.name for step in block.steps if step.first is not None}
                self.loop(block)
                self.looking_back = set(self.kept)
            elif block.host is not None:
                self.host(block)
            else:
                self.ranges = block.ranges()
                self.step(block)

    def _print(self, expr: Any, **settings: Any) -> str:
        name = type(expr).__name__
        if isinstance(expr, Twin) and not hasattr(self, f"_print_{name}"):
            return self.unfolded(expr, **settings)
        return super()._print(expr, **settings)

    def unfolded(self, expr: Any, **settings: Any) -> str:
        """Return the text of what a function is, in brackets: it stands where a function may."""
        definition = sympy.sympify(expr.definition(*expr.args))
        text = self._print(definition, **settings)
        return text if precedence(definition) >= PRECEDENCE["Func"] else f"({text})"

    def _print_And(self, expr: Any) -> str:
        return self._joined(self.AND, expr)

    def _print_Or(self, expr: Any) -> str:
        return self._joined(self.OR, expr)

    def _joined(self, sign: str, expr: Any) -> str:
        return "(" + f" {sign} ".join(map(self._print, sympy.ordered(expr.args))) + ")"

    def step(self, step: Step) -> None:
        """Write a step that stands alone."""
        raise NotImplementedError

    def loop(self, loop: Loop) -> None:
        """Write a loop over t."""
        raise NotImplementedError

    def without_start(self, loop: Loop) -> Iterator[Step]:
        """Yield the steps of a loop of which the row before the start is done with."""
        for step in loop.steps:
            if step.first is not None and step.name not in self.kept:
                yield step

    def host(self, step: Step) -> None:
        """Write the call of a Python function."""
        raise NetError(
            "A Python function cannot be written in another language.",
            setting=step.host.host.name,
            expected='code("numpy")',
        )
