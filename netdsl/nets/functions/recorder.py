"""Record what a function does with arrays: nets applied to them, expressions in their entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from netdsl import functions
from netdsl.dims import PortType, show_dims
from netdsl.errors import SettingError, ShapeError
from netdsl.nets.functions.reading import Reading
from netdsl.nets.functions.symbolic import is_kept
from netdsl.nets.functions.traced import Traced
from netdsl.spec import Net
from netdsl.spec.fields import short
from netdsl.symbols import Automatic

LOGIC = ("And", "Or", "If", "Which", "Piecewise")
"""The functions that take conditions; elsewhere a condition is the number 1 or 0."""
PAIRED = ("Clip", "Piecewise")
"""The functions whose lists are pairs, not arrays."""


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """A net applied to arrays, by the names of its inputs, or an expression in their entries."""

    sources: tuple[Any, ...]
    net: Net | None = None
    ports: tuple[str, ...] = ()
    expression: Any = None


@dataclass(frozen=True, eq=False, slots=True)
class Output:
    """An array of a function: an output of a step, or an argument where there is no step."""

    step: Step | None
    port: str
    kind: PortType


class Recorder:
    """The steps of one function, in order; each array is known by a symbol for its entries."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.outputs: dict[Any, Output] = {}
        self.copies: dict[Any, Any] = {}
        """Symbols that stand for an array a second time, with the symbol of that array."""
        self.uses_sizes = False
        self.varies = False
        """Whether a size may differ from example to example, and so will never be told."""
        self._known: dict[Any, Any] = {}

    def argument(self, name: str, kind: PortType) -> Traced:
        """Return the array that stands for an argument."""
        return self._array(Output(None, name, kind))

    def _array(self, output: Output) -> Traced:
        import sympy

        symbol = sympy.Symbol(f"a{len(self.outputs)}", real=True)
        self.outputs[symbol] = output
        return Traced(self, symbol, (symbol,), output.kind)

    def origin(self, symbol: Any) -> Any:
        """Return the symbol of the array for which a symbol stands."""
        return self.copies.get(symbol, symbol)

    def output(self, symbol: Any) -> Output:
        """Return the array for which a symbol stands."""
        return self.outputs[self.origin(symbol)]

    def copy(self, symbol: Any) -> Any:
        """Return another symbol for the same array, which expressions do not cancel with it."""
        import sympy

        made = sympy.Symbol(f"b{len(self.copies)}", real=True)
        self.copies[made] = self.origin(symbol)
        return made

    def array(self, value: Any) -> Traced:
        """Return what is used as an array: a condition as numbers, a constant as a layer's."""
        if not isinstance(value, Traced):
            return self._constant(value)
        if value.xp is not self:
            raise SettingError(
                "An array of another function is used.", expected="arrays of this function"
            )
        return self.settled(value) if value.is_condition else value

    def _constant(self, value: Any) -> Traced:
        from netdsl import layers
        from netdsl.spec.net_array import NetArray

        numbers: Any = value if isinstance(value, NetArray) else self._stacked(value)
        if isinstance(numbers, Traced):
            return numbers
        rates = Automatic if isinstance(value, NetArray) else 0
        layer = layers.NetArrayLayer(Array=numbers, LearningRateMultipliers=rates)
        return next(iter(self.applied(layer, []).values()))

    def _stacked(self, value: Any) -> Any:
        """Return numbers as an array; of a list in which arrays stand, the stack of its items."""
        if isinstance(value, list | tuple) and any_traced(value):
            return np.stack([self.array(item) for item in value])  # type: ignore[arg-type]
        try:
            numbers = np.asarray(value)
        except ValueError:
            numbers = np.asarray(None)
        if numbers.dtype.kind not in "biuf":
            raise SettingError(
                "A function of arrays meets what is no array.", expected="numbers", got=short(value)
            )
        if not numbers.size:
            raise SettingError(
                "A net has no empty arrays.", expected="at least one number", got=short(value)
            )
        return numbers

    # ---- entry by entry ----------------------------------------------------------------------

    def named(self, function: functions.Function, args: Sequence[Any]) -> Traced:
        """Return what a function of netdsl gives for arrays and numbers."""
        if function.name in ("Max", "Min") and len(args) == 1:
            return self.array(args[0]).aggregated(function.name, None)
        if function.name in ("And", "Or"):
            args = [self.condition(arg) for arg in args]
        return self.entrywise(
            function,
            args,
            takes_conditions=function.name in LOGIC,
            takes_pairs=function.name in PAIRED,
        )

    def condition(self, value: Any) -> Any:
        """Return a condition; of numbers, whether they differ from 0."""
        is_number = not isinstance(value, bool | np.bool_ | Traced) or (
            isinstance(value, Traced) and not value.is_condition
        )
        return functions.Unequal(value, 0) if is_number else value

    def negated(self, value: Any) -> Traced:
        """Return the condition that another one does not hold."""
        import sympy

        return self.entrywise(sympy.Not, [self.condition(value)], takes_conditions=True)

    def entrywise(
        self,
        function: Callable[..., Any],
        args: Sequence[Any],
        *,
        takes_conditions: bool = False,
        takes_pairs: bool = False,
    ) -> Traced:
        """Return what a function of expressions gives for the entries of arrays."""
        first = Reading(self, takes_conditions, takes_pairs)
        for reading in (first, first.apart(), first.apart(with_numbers=True)):
            expression = function(*(reading.entry(arg) for arg in args))
            if is_kept(expression, reading.operands, args):
                break
        kind = _broadcast(reading.kinds)
        found = Traced(self, expression, tuple(reading.operands), kind)
        return found if found.is_condition else self.settled(found)

    def settled(self, found: Traced) -> Traced:
        """Return an array of entries as a step of its own."""
        if found.entry in self.outputs:
            return found
        entry = functions.If(found.entry, 1, 0) if found.is_condition else found.entry
        step = Step(found.operands, expression=entry)
        self.steps.append(step)
        return self._array(Output(step, "Output", found.kind))

    # ---- nets --------------------------------------------------------------------------------

    def applied_once(self, net: Net, array: Any) -> Any:
        """Return what a layer gives that computes the same of the same array each time."""
        array = self.array(array)
        if (net, array.entry) not in self._known:
            self._known[net, array.entry] = self.apply(net, array)
        return self._known[net, array.entry].copied()

    def apply(self, net: Net, data: Any) -> Any:
        """Return what a net gives: an array, or a dict of them where it has several outputs."""
        if isinstance(data, Mapping):
            names = tuple(data)
            unknown = [name for name in names if name not in net.input_names]
            found = {} if unknown else self.applied(net, list(data.values()), names)
        else:
            is_list = net.takes_list and isinstance(data, list | tuple)
            found = self.applied(net, list(data) if is_list else [data])
        if not found:
            raise SettingError(
                "A net is applied to other inputs than it has.",
                layer=net.brief(),
                expected=", ".join(net.input_names),
                got=", ".join(map(str, data)),
            )
        return next(iter(found.values())) if len(found) == 1 else found

    def applied(
        self, net: Net, arrays: Sequence[Any], names: tuple[str, ...] | None = None
    ) -> dict[str, Traced]:
        """Return the outputs of a net that is applied to arrays, in the order of its inputs."""
        given_net, net = net, net.with_inputs(len(arrays))
        ports = net.input_names if names is None else names
        if len(ports) != len(arrays) or set(ports) != set(net.input_names):
            raise SettingError(
                "A net is applied to another number of arrays than it has inputs.",
                layer=net.brief(),
                expected=", ".join(net.input_names) or "none",
                got=len(arrays),
            )
        given = [self.array(array) for array in arrays]
        kinds = {name: _given(array.kind) for name, array in zip(ports, given, strict=True)}
        shapes = net.checked({name: kind for name, kind in kinds.items() if kind.dims is not None})
        step = Step(tuple(array.entry for array in given), given_net, ports)
        self.steps.append(step)
        return {
            name: self._array(Output(step, name, _given(shapes.port((), name))))
            for name in net.output_names
        }


def any_traced(items: Any) -> bool:
    """Whether an array that is being recorded stands in a list, or in one inside it."""
    return any(
        any_traced(item) if isinstance(item, list | tuple) else isinstance(item, Traced)
        for item in items
    )


def _given(kind: PortType) -> PortType:
    """Return a type with numbers and names of sizes alone; a length that varies is not known."""
    if kind.dims is None:
        return kind
    dims = tuple(
        dim if isinstance(dim, int) or (isinstance(dim, str) and dim != "Varying") else Automatic
        for dim in kind.dims
    )
    return PortType(dims, kind.element, kind.first, kind.last)


def _broadcast(kinds: Sequence[PortType]) -> PortType:
    """Return the shape of arrays that are joined entry by entry, as numpy has it."""
    dims = [kind.dims for kind in kinds if kind.dims is not None]
    if len(dims) < len(kinds):
        return PortType()
    found: list[Any] = []
    for sizes in zip_longest(*(row[::-1] for row in dims), fillvalue=1):
        numbers = {size for size in sizes if isinstance(size, int) and size != 1}
        if len(numbers) > 1:
            raise ShapeError(
                "Arrays of these sizes are not joined entry by entry.",
                expected="equal sizes, counted from the last, or 1",
                got=" and ".join(show_dims(row) for row in dims),
            )
        others = {size for size in sizes if not isinstance(size, int)}
        known = numbers or (others if len(others) == 1 else {Automatic} if others else {1})
        found.append(next(iter(known)))
    return PortType(tuple(reversed(found)))
