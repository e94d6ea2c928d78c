"""A formula as a program: arrays one after the other, and loops over t where they look back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits

from netdsl.dims import PortType
from netdsl.errors import NetError
from netdsl.formula.bounds import Ranges, inner_ranges, ranges_of
from netdsl.formula.code.narrowing import narrowed
from netdsl.formula.code.steady import steady
from netdsl.formula.code.steps import At, Loop, Step, groups, names_in, ordered
from netdsl.formula.drawn import Drawn
from netdsl.formula.host import HostEntry
from netdsl.formula.recurrence import entry_named, name_of
from netdsl.formula.twin import Twin, has_cases

if TYPE_CHECKING:
    from netdsl.formula.result import Formula


@dataclass(frozen=True)
class Program:
    """What a function in some language does: its arguments, and arrays up to the output.

    `inputs` and `arrays` are the names of the arguments, `dims` has the dimensions of these and
    of every array that is made, `sizes` are the dimensions that have names, `integers` the types
    of the inputs that take nothing else.
    """

    inputs: tuple[str, ...]
    arrays: tuple[str, ...]
    dims: Mapping[str, At]
    sizes: At
    blocks: tuple[Step | Loop, ...]
    integers: Mapping[str, PortType] = field(default_factory=dict[str, PortType])

    @property
    def output(self) -> Step:
        """The step that makes the output, which is the last one."""
        last = self.blocks[-1]
        assert isinstance(last, Step)
        return last

    def steps(self) -> Iterator[Step]:
        """Yield every step in order."""
        for block in self.blocks:
            yield from block.steps if isinstance(block, Loop) else (block,)


def program_of(formula: Formula, *, is_steady: bool = True) -> Program:
    """Return the program that computes a formula.

    No sum stands within another one, nor in an entry that has more indices than the sum: such a
    sum becomes an array of its own, equal ones the same. With `is_steady` what would overflow as
    it is written, such as a quotient of exponentials, is written so that it does not.
    """
    output = _step(formula.output, formula.sizes, formula.entry)
    given = [_step(one.left, one.sizes, one.entry, one.first) for one in formula.where]
    if any(part.has(Drawn) for step in (output, *given) for part in step.parts()):
        raise NetError(
            "A random number is no function of the inputs.",
            port=output.name,
            expected="a formula without distributions",
            got=str(formula.entry),
        )
    given_dims = _dims(formula)
    shapes = given_dims | {step.name: step.sizes for step in given if step.first is None}
    lifting = _Lifting([*given, output], is_steady, shapes)
    steps = [step for one in (*given, output) for step in lifting.step(one)]
    blocks = ordered(steps, output.name)
    needed = {name for step in steps for part in step.parts() for name in names_in(part)}
    arrays = tuple(name for name in given_dims if name in needed - {*formula.inputs})
    dims = {name: given_dims[name] for name in (*formula.inputs, *arrays)}
    sizes = {size for one in dims.values() for dim in one for size in dim.free_symbols}
    dims |= {step.name: step.sizes for step in steps}
    named = tuple(sorted(sizes, key=str))
    integers = {name: kind for name, kind in formula.types.items() if kind.element == "Integer"}
    return Program(tuple(formula.inputs), arrays, dims, named, blocks, integers)


def _dims(formula: Formula) -> dict[str, At]:
    """Return the dimensions of inputs and arrays, in the order of the net.

    Those of an array whose numbers the formula has are those of its value.
    """
    missing = {
        name: np.shape(one) for name, one in formula.values.items() if name not in formula.dims
    }
    shapes = {name: tuple(map(sympy.Integer, shape)) for name, shape in missing.items()}
    return {**formula.dims, **shapes}


def _step(left: Any, sizes: At, entry: Any, first: Any = None) -> Step:
    at = () if left.is_Symbol else left.indices
    return Step(name_of(left), at, tuple(sizes), sympy.sympify(entry), first)


# ---- sums become arrays ------------------------------------------------------------------------


class _Lifting:
    """Takes sums out of the entries they stand in, and gives each a name."""

    def __init__(self, steps: list[Step], is_steady: bool, dims: Mapping[str, At]) -> None:
        self.is_steady, self.dims = is_steady, dims
        self.taken = {step.name for step in steps}
        self.taken |= {name for step in steps for part in step.parts() for name in names_in(part)}
        self.known: dict[Any, str] = {}
        self.made: list[Step] = []
        self.group = groups(steps)

    def step(self, step: Step) -> list[Step]:
        """Return the steps that come first, and the step."""
        self.made = []
        walk = _Walk(self, step, self.group.get(step.name, set[str]()))
        parts = [steady(part) if self.is_steady else part for part in step.parts()]
        parts = [narrowed(part, self.dims) for part in parts]
        parts = [walk.of(part, step.ranges(), False) for part in parts]
        # What is left stands in no other sum; it may be equal to one that did, or to another.
        walk.counts = Counter(
            walk.key(node)
            for part in parts
            for node in sympy.preorder_traversal(part)
            if isinstance(node, ExprWithLimits)
        )
        parts = [walk.of(part, step.ranges(), False) for part in parts]
        made, self.made = self.made, []
        return [*made, replace(step, entry=parts[0], first=(*parts, None)[1])]

    def named(self, expr: Any, axes: list[Any], ranges: Ranges) -> Any:
        """Return an entry of the array that this expression becomes."""
        key, at, sizes = _canonical(expr, axes, ranges)
        if key not in self.known:
            name = self.known[key] = self._fresh()
            self.made.append(Step(name, tuple(axes), sizes, _from_zero(expr, axes, ranges)))
        return entry_named(self.known[key], at)

    def host(self, expr: Any, ranges: Ranges) -> Any:
        """Return an entry of the array that a Python function gives."""
        entry, indices = expr.inner
        inner = ranges_of(indices, expr.args[1].args)
        array = entry if expr._is_plain() else self.named(entry, list(indices), inner)
        base: Any = array.base if isinstance(array, sympy.Indexed) else None
        source = array if base is None else base.label
        at = expr.args[2].args
        sizes = tuple(ranges[i][1] + 1 if i in ranges else sympy.oo for i in at)
        name, given = self._fresh(), sympy.Symbol(source.name, real=True)
        self.made.append(Step(name, tuple(at), sizes, given, host=expr))
        return entry_named(name, at)

    def _fresh(self) -> str:
        """Return a name that nothing has."""
        name = next(name for m in count(1) if (name := f"x{m}") not in self.taken)
        self.taken.add(name)
        return name


@dataclass
class _Walk:
    """The way through the parts of one step."""

    lifting: _Lifting
    step: Step
    group: set[str]
    counts: Counter[Any] = field(default_factory=Counter[Any])

    def of(self, expr: Any, ranges: Ranges, within: bool) -> Any:
        """Return an expression with names for the sums in it."""
        if isinstance(expr, HostEntry):
            return self.lifting.host(expr, ranges)
        if not expr.has(ExprWithLimits, HostEntry, Twin):
            return expr
        if has_cases(expr) and any(arg.has(sympy.Piecewise) for arg in expr.args):
            return expr.func(*(self._settled(arg, ranges) for arg in expr.args))
        if not isinstance(expr, ExprWithLimits):
            args = tuple(self.of(arg, ranges, within) for arg in expr.args)
            return expr if args == expr.args else expr.func(*args)
        inner = self.of(expr.function, inner_ranges(expr.limits, ranges), True)
        found = expr.func(inner, *expr.limits)
        axes = [i for i in ranges if i in found.free_symbols]
        return (
            self.lifting.named(found, axes, ranges) if self._apart(found, axes, within) else found
        )

    def _settled(self, arg: Any, ranges: Ranges) -> Any:
        """Return an argument without a choice, which becomes an array of its own.

        Where it stood in a condition, sympy would take it out of sums whose index it depends on.
        """
        found = self.of(arg, ranges, True)
        if not found.has(sympy.Piecewise):
            return found
        return self.lifting.named(found, [i for i in ranges if i in found.free_symbols], ranges)

    def _apart(self, found: Any, axes: list[Any], within: bool) -> bool:
        """Whether a sum becomes an array of its own."""
        if within or set(axes) != set(self.step.indices):
            return True
        is_before = bool(self.group) and not names_in(found) & self.group
        key = self.key(found)
        return is_before or self.counts[key] > 1 or key in self.lifting.known

    def key(self, total: Any) -> Any:
        """Return what is the same for equal sums."""
        axes = [index for index in self.step.indices if index in total.free_symbols]
        return _canonical(total, axes, self.step.ranges())[0]


def _canonical(expr: Any, axes: list[Any], ranges: Ranges) -> tuple[Any, At, At]:
    """Return the expression with other letters, the same for equal ones, indices and sizes."""
    nodes: list[Any] = [
        node for node in sympy.preorder_traversal(expr) if isinstance(node, ExprWithLimits)
    ]
    bound = dict.fromkeys(limit[0] for node in nodes for limit in node.limits)
    names = {index: sympy.Symbol(f"_{m}", integer=True) for m, index in enumerate((*axes, *bound))}
    whole = [i for i in axes if i in ranges]
    sizes = tuple(ranges[i][1] - ranges[i][0] + 1 for i in whole)
    moved = {i: i + ranges[i][0] for i in whole if ranges[i][0] != 0}
    at = tuple(i - ranges[i][0] for i in whole)
    return (expr.xreplace(moved).xreplace(names), sizes), at, sizes


def _from_zero(expr: Any, axes: list[Any], ranges: Ranges) -> Any:
    return expr.xreplace({i: i + ranges[i][0] for i in axes if ranges[i][0] != 0})
