"""Make a program ready for numpy: operations replaced by those that compute it fastest."""

from __future__ import annotations

from netdsl.engine.program import Program, Value


def lowered(program: Program, wanted: list[Value]) -> list[Value]:
    """Return what is wanted, computed without operations that have an expansion of their own.

    What is new is appended to the program; equal operations on equal values are one there, so
    that expansions share what they have in common.
    """
    if not any(value.op is not None and value.op.lower for value in program.values):
        return wanted
    lowering = _Lowering()
    return [lowering.settle(value) for value in wanted]


class _Lowering:
    """What each value has become; a value that stays as it is becomes itself."""

    def __init__(self) -> None:
        self.found: dict[int, Value] = {}

    def settle(self, value: Value) -> Value:
        """Return what a value becomes, after all that it rests on."""
        for part in self._unsettled(value):
            if part.op is None:
                self.found[part.number] = part
                continue
            inputs = tuple(self.found[source.number] for source in part.inputs)
            result = part
            if part.op.lower is not None:
                # An expansion may use operations that have expansions.
                result = self.settle(part.op.lower(part.xp, *inputs, **part.attrs))
            elif inputs != part.inputs:
                result = part.xp.record(part.op.name, inputs, part.attrs)
            self.found[part.number] = self.found[result.number] = result
        return self.found[value.number]

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
