"""Make a program ready for numpy: operations replaced by those that compute it fastest."""

from __future__ import annotations

from netdsl.engine.loop import Loop, Part, is_result
from netdsl.engine.program import Program, Value
from netdsl.engine.scan_hoist import hoisted


def lowered(program: Program, wanted: list[Value]) -> list[Value]:
    """Return what is wanted, computed without operations that have an expansion of their own.

    What is new is appended to the program; equal operations on equal values are one there, so
    that expansions share what they have in common.
    """
    needed = program.needed(wanted)
    if not any(value.op is not None and _is_replaced(value) for value in needed):
        return wanted
    lowering = _Lowering(needed)
    return [lowering.settle(value) for value in wanted]


def _is_replaced(value: Value) -> bool:
    assert value.op is not None
    return value.op.lower is not None or value.op.name == "scan"


class _Lowering:
    """What each value has become; a value that stays as it is becomes itself."""

    def __init__(self, needed: list[Value]) -> None:
        self.found: dict[int, Value] = {}
        self._loops: dict[int, dict[tuple[Part, int], Value]] = {}
        self._used: dict[int, set[tuple[Part, int]]] = {}
        for value in needed:
            if is_result(value):
                part = (value.attrs["part"], value.attrs["at"])
                self._used.setdefault(value.inputs[0].number, set()).add(part)

    def settle(self, value: Value) -> Value:
        """Return what a value becomes, after all that it rests on."""
        for part in self._unsettled(value):
            if part.op is None:
                self.found[part.number] = part
                continue
            inputs = tuple(self.found[source.number] for source in part.inputs)
            result = part
            if part.op.name == "scan":
                self._scan(part, inputs)
            elif is_result(part) and part.inputs[0].number in self._loops:
                key = (part.attrs["part"], part.attrs["at"])
                result = self._loops[part.inputs[0].number][key]
            elif part.op.lower is not None:
                # An expansion may use operations that have expansions.
                result = self.settle(part.op.lower(part.xp, *inputs, **part.attrs))
            elif inputs != part.inputs:
                result = part.xp.record(part.op.name, inputs, part.attrs)
            self.found[part.number] = self.found[result.number] = result
        return self.found[value.number]

    def _scan(self, token: Value, inputs: tuple[Value, ...]) -> None:
        loop: Loop = token.attrs["loop"]
        if not loop.ready:
            used = self._used.get(token.number, set())
            self._loops[token.number] = hoisted(token.xp, loop, inputs, used, lowered)

    def _unsettled(self, value: Value) -> list[Value]:
        """Return what a value rests on and is not settled yet, in order, itself included."""
        found: dict[int, Value] = {}
        stack = [value]
        while stack:
            part = stack.pop()
            if part.number not in found and part.number not in self.found:
                found[part.number] = part
                stack.extend(part.inputs)
        return [found[number] for number in sorted(found)]
