"""Make the layers and edges of a graph from what a function did, entry by entry steps joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from netdsl import functions as f
from netdsl.nets.functions.recorder import Recorder, Step
from netdsl.nets.functions.symbolic import as_read, joined
from netdsl.nets.netport import NetPort
from netdsl.spec import Net

MOST_PARTS = 60
MOST_INPUTS = 6
"""How large an expression may become by taking in others that only it uses."""

NAMED = (f.Plus, f.Times, f.Subtract, f.Divide, f.Power, f.Max, f.Min, f.Mod)
"""The functions of two numbers that are told by name."""


@dataclass
class Drawing:
    """The layers of a graph and its edges."""

    layers: list[Net] = field(default_factory=list[Net])
    edges: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])


def drawn(recorder: Recorder, outputs: Mapping[str, Any]) -> Drawing:
    """Return the graph of what the outputs, given by their symbols, rest on."""
    return _Drawer(recorder, outputs).drawing


class _Drawer:
    def __init__(self, recorder: Recorder, outputs: Mapping[str, Any]) -> None:
        self.recorder = recorder
        self.drawing = Drawing()
        steps = self._needed(outputs)
        origin = recorder.origin
        self.uses = Counter(origin(symbol) for step in steps for symbol in step.sources)
        self.uses.update(outputs.values())
        self.taken: dict[Any, tuple[Any, tuple[Any, ...]]] = {}
        self.sources: dict[Any, Any] = {
            symbol: NetPort(output.port)
            for symbol, output in recorder.outputs.items()
            if output.step is None
        }
        self.nets = _with_shared(steps)
        own = {output.step: symbol for symbol, output in recorder.outputs.items() if output.step}
        read_whole = {s for step in steps if step.net for s in step.sources} | {*outputs.values()}
        for step in steps:
            if step.net is not None:
                self._net(step)
            else:
                is_inner = self.uses[own[step]] == 1 and own[step] not in read_whole
                self._entries(step, own[step], is_inner)
        self._ends(outputs)

    def _needed(self, outputs: Mapping[str, Any]) -> list[Step]:
        found: set[int] = set()
        stack = list(outputs.values())
        while stack:
            step = self.recorder.output(stack.pop()).step
            if step is not None and id(step) not in found:
                found.add(id(step))
                stack.extend(step.sources)
        return [step for step in self.recorder.steps if id(step) in found]

    def _add(self, net: Net) -> int:
        self.drawing.layers.append(net)
        return len(self.drawing.layers)

    # ---- nets ----------------------------------------------------------------------------------

    def _net(self, step: Step) -> None:
        assert step.net is not None
        key = self._add(self.nets[id(step.net)])
        several = len(step.ports) > 1 and not step.net.takes_list
        for name, source in zip(step.ports, step.sources, strict=True):
            target = NetPort(key, name) if several else key
            self.drawing.edges.append((self.sources[source], target))
        for symbol, output in self.recorder.outputs.items():
            if output.step is not step:
                continue
            is_only = len(step.net.output_names) == 1
            self.sources[symbol] = key if is_only else NetPort(key, output.port)
            if not self.uses[symbol]:
                self.drawing.edges.append((self.sources[symbol], None))

    # ---- entry by entry ------------------------------------------------------------------------

    def _entries(self, step: Step, own: Any, is_inner: bool) -> None:
        entry, operands = self._joined(step)
        is_small = len(operands) <= MOST_INPUTS and len(str(entry)) <= MOST_PARTS
        if is_inner and is_small:
            self.taken[own] = entry, operands
        elif entry in operands and len(operands) == 1:
            self.sources[own] = self.sources[self.recorder.origin(entry)]
        else:
            self._place(own, entry, operands)

    def _joined(self, step: Step) -> tuple[Any, tuple[Any, ...]]:
        """Return the expression of a step with those taken in that only it uses."""
        entry, operands = step.expression, step.sources
        for symbol in operands:
            if symbol not in self.taken:
                continue
            inner, more = self.taken[symbol]
            whole = joined(entry, symbol, inner)
            if whole is None:
                self._place(symbol, *self.taken.pop(symbol))
                continue
            entry = whole
            operands = tuple(s for o in operands for s in (more if o is symbol else (o,)))
        return entry, tuple(dict.fromkeys(operands))

    def _place(self, own: Any, entry: Any, operands: tuple[Any, ...]) -> None:
        """Make an expression a layer of its own."""
        key = self._add(self._layer(entry, operands))
        self.drawing.edges.append((self._sources(operands), key))
        self.sources[own] = key

    def _sources(self, operands: tuple[Any, ...]) -> Any:
        found = [self.sources[self.recorder.origin(symbol)] for symbol in operands]
        return found[0] if len(found) == 1 else found

    def _layer(self, entry: Any, operands: tuple[Any, ...]) -> Net:
        import sympy

        from netdsl.layers import ElementwiseLayer, ThreadingLayer

        entry = as_read(entry)
        if len(operands) == 1 and entry.free_symbols:
            return ElementwiseLayer(sympy.Lambda(operands, entry))
        names = "xyzuvw" if len(operands) <= 6 else [f"x{i + 1}" for i in range(len(operands))]
        symbols = [sympy.Symbol(name, real=True) for name, _ in zip(names, operands, strict=False)]
        entry = entry.xreplace(dict(zip(operands, symbols, strict=True)))
        named = next((g for g in NAMED if len(symbols) == 2 and g(*symbols) == entry), None)
        function = sympy.Lambda(tuple(symbols), entry) if named is None else named
        ranks = {self.recorder.output(symbol).kind.rank for symbol in operands}
        is_even = len(ranks) == 1 and None not in ranks
        return ThreadingLayer(function) if is_even else ThreadingLayer(function, 1)

    # ---- ends ----------------------------------------------------------------------------------

    def _ends(self, outputs: Mapping[str, Any]) -> None:
        edges = self.drawing.edges
        edges += [(self.sources[symbol], NetPort(name)) for name, symbol in outputs.items()]
        if not self.drawing.layers:
            first, target = edges[0]
            edges[0] = (first, self._add(self._same()), target)
        for symbol, output in self.recorder.outputs.items():
            if output.step is None and not self.uses[symbol]:
                edges.append((self.sources[symbol], None))

    @staticmethod
    def _same() -> Net:
        from netdsl.layers import ElementwiseLayer

        return ElementwiseLayer(lambda x: x)


def _with_shared(steps: list[Step]) -> dict[int, Net]:
    """Return the nets of steps by their ids; the arrays of one used several times are shared."""
    uses = Counter(id(step.net) for step in steps)
    found = {id(step.net): step.net for step in steps if step.net is not None}
    number, own = 0, uuid4().hex[:8]  # no other layer has arrays of these names
    for key, net in found.items():
        if uses[key] > 1 and any(layer.array_fields for _, layer in net.leaves()):
            from netdsl.nets.shared import NetInsertSharedArrays

            number += 1
            found[key] = NetInsertSharedArrays(net, f"{own}/part{number}/")
    return found
