"""The formulas of the layers of a net, each in terms of those before it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import sympy

from netdsl.formula.indices import At, ClashError, Entries, Notation, label, symbolic
from netdsl.formula.recurrence import Definition, Sequence, entry_named, name_of
from netdsl.nets.layered import Port, layered
from netdsl.spec import Layer, Net
from netdsl.spec.classes import arrays
from netdsl.spec.net_array import value_of
from netdsl.spec.shapes import Path, Shapes
from netdsl.symbols import Automatic


class Composer:
    """Takes the formula of each layer, in the entries of those before.

    What a layer gives is a sequence, whose name is a letter and the mark of the layer.
    """

    def __init__(
        self, net: Net, shapes: Shapes, letter: str, *, has_own_names: bool = True
    ) -> None:
        self.net, self.shapes, self.letter = net, shapes, letter
        self.wired = layered(net)
        self.sp = Notation(shapes)
        self.first = shapes.first_places()
        self.names = {place: name for name, at in shapes.shared.items() for place in at}
        self.dims: dict[str, At] = {
            name: symbolic(shapes.port((), name).dims) for name in net.input_names
        }
        self.values: dict[str, Any] = {}
        self.places: dict[Path | str, str] = {(name,): name for name in net.input_names}
        self.own: dict[Path, str] = {}
        self.own = self._own_names() if has_own_names else {}
        self.sp.own |= set(self.own.values())
        self.sp.taken |= self.sp.own
        self.hidden = set[str]()
        if self._names_with(letter) & self._names_given():
            raise ClashError

    def output(self, port: str, at: At) -> Any:
        """Return the entry of an output of the net."""
        return self._entries(self.wired.outputs[port])[at]

    def definitions(self, entry: Any) -> list[Definition]:
        """Return what defines the sequences that an expression rests on, in the layers' order."""
        found: dict[str, Definition] = {}
        open_ones = [entry]
        while open_ones:
            for part in sorted(named_parts(open_ones.pop()), key=str):
                name = name_of(part)
                if name in self.sp.sequences and name not in found:
                    self.sp.path, sequence = self.sp.sequences[name]
                    definition = found[name] = sequence.definition(self.sp.indices)
                    open_ones += definition.parts()
        paths = {path: place for place, path in enumerate(self.wired.layers)}
        known = {name: place for place, name in enumerate(self.sp.sequences)}

        def place(name: str) -> tuple[int, bool, int]:
            return paths[self.sp.sequences[name][0]], name in self.hidden, known[name]

        return [found[name] for name in sorted(found, key=place)]

    def in_order(self, known: dict[str, Any]) -> dict[str, Any]:
        """Return what is known of inputs and arrays in their order in the net."""
        layers = self.wired.layers.items()
        marks = (
            self._array_label(path, name) for path, one in layers for name in arrays(type(one))
        )
        return {name: known[name] for name in (*self.net.input_names, *marks) if name in known}

    def _entry(self, path: Path, port: str, *at: Any) -> Any:
        """Return the entry of an output of a layer."""
        layer = self.wired.layers[path]
        given: dict[str, Any] = dict.fromkeys(layer.state_names)
        given |= {name: self._entries(source) for name, source in self.wired.feeds[path].items()}
        before, self.sp.path = self.sp.path, path
        result: Any = layer.formula(self.sp, at, **layer.packed(given | self._arrays(layer, path)))
        self.sp.path = before
        return sympy.sympify(result[port] if isinstance(result, dict) else result)

    def _entries(self, source: Port) -> Entries:
        """Return what a port gives, as the layers that read it see it."""
        path, port = source
        if path is None:
            return Entries(self.dims[port], lambda at: entry_named(port, at))
        dims = symbolic(self.shapes.port(path, port).dims)
        name = self.sp.marked(self.letter, path if port == "Output" else (*path, port))
        self.hidden.add(name)
        before, self.sp.path = self.sp.path, path
        rule = functools.partial(self._entry, path, port)
        sequence = self.sp.named(Sequence(name, dims, rule, is_output=True))
        self.sp.path = before
        return Entries(dims, sequence.__getitem__)

    def _arrays(self, layer: Layer, path: Path) -> dict[str, Entries | None]:
        found: dict[str, Entries | None] = {}
        for name in arrays(type(layer)):
            if getattr(layer, name) is None:
                found[name] = None
            else:
                dims = symbolic(self.shapes.array(path, name))
                mark = self._array_label(path, name)
                found[name] = Entries(dims, lambda at, mark=mark: entry_named(mark, at))
                self.dims[mark] = dims
                self.places[*path, name] = mark
                if shared := self.names.get((*path, name)):
                    self.places[shared] = mark
                if (value := value_of(getattr(layer, name))) is not Automatic:
                    self.values[mark] = value
        return found

    def _array_label(self, path: Path, name: str) -> str:
        place = self.first.get((*path, name), (*path, name))
        *inner, own = place
        return self.own.get(place) or self.sp.marked(str(own), tuple(inner))

    def _own_names(self) -> dict[Path, str]:
        """Return the names of shared arrays that are names of nothing else, by their first places.

        A name that is no word, such as "tower/1/Weights", would not be read as one.
        """
        others = self._names_given()
        found = {at[0]: name for name, at in self.shapes.shared.items() if name.isidentifier()}
        return {place: name for place, name in found.items() if name not in others}

    def _names_with(self, letter: str) -> set[str]:
        return {letter, *(label(letter, path) for path in self.wired.layers)}

    def _names_given(self) -> set[str]:
        """Return the names of sizes, ports and arrays."""
        layers = self.wired.layers.items()
        return self.sp.taken.union(
            *({self._array_label(path, name) for name in arrays(type(one))} for path, one in layers)
        )


def named_parts(expr: Any) -> Iterator[Any]:
    """Yield the entries and the symbols in an expression."""
    yield from expr.atoms(sympy.Indexed, sympy.Symbol)
