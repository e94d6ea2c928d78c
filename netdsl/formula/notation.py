"""Formulas in index notation: what a layer's `formula` is given, and what is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

import sympy

from netdsl.dims import PortType
from netdsl.errors import NetError, ShapeError
from netdsl.formula.drawn import Drawn
from netdsl.formula.largest import Largest
from netdsl.formula.recurrence import Definition, Sequence, renamed
from netdsl.formula.result import Formula
from netdsl.formula.tidy import tidy
from netdsl.nets.container import Container
from netdsl.spec import Layer, Net
from netdsl.spec.classes import arrays
from netdsl.spec.net_array import value_of
from netdsl.spec.shapes import Path, Shapes
from netdsl.symbols import Automatic

LETTERS = "ijklmnpqrstuvw"
LIMIT = 600
"""The most parts that a composed formula may have: each use of an entry repeats what it is."""

At = tuple[Any, ...]


@dataclass(frozen=True)
class Entries:
    """An array in a formula: `x[i, j]` is one entry, `x.shape` its dimensions."""

    shape: tuple[Any, ...]
    entry: Callable[[At], Any]

    def __getitem__(self, at: Any) -> Any:
        return self.entry(at if isinstance(at, tuple) else (at,))


class Notation:
    """The `sp` of a formula: sympy's names, fresh indices, positions in flattened arrays."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.path: Path = ()
        self.sequences: dict[Any, tuple[Path, Sequence]] = {}
        taken = {name for _, name in shapes.ports}
        for dims in (*shapes.ports.values(), *shapes.arrays.values()):
            taken |= set(_names(dims))
        self._taken = taken
        self._letters = (letter for letter in _letters() if letter not in taken)

    def __getattr__(self, name: str) -> Any:
        return getattr(sympy, name)

    def indices(self, number: int) -> tuple[Any, ...]:
        """Return indices that occur nowhere else."""
        return tuple(sympy.Symbol(next(self._letters), integer=True) for _ in range(number))

    def sequence(self, name: str, sizes: At, rule: Callable[..., Any]) -> Sequence:
        """Return a sequence of these sizes, of which `rule(t, ...)` gives the entry at indices."""
        return self._sequence(name, sizes, rule)

    def recurrence(
        self, name: str, sizes: At, start: Entries | None, rule: Callable[..., Any]
    ) -> Sequence:
        """Return a sequence whose rule looks back at it, to `start` before t = 0, None for zeros.

        `s = sp.recurrence("s", sizes, State, lambda t, u: s[t - 1, u] / 2)`.
        """
        return self._sequence(name, sizes, rule, looks_back=True, start=start)

    def _sequence(self, name: str, sizes: At, rule: Callable[..., Any], **more: Any) -> Sequence:
        base: Any = sympy.IndexedBase(_label(name, self.path), real=True)
        return self.sequences.setdefault(
            base, (self.path, Sequence(base, tuple(sizes), rule, **more))
        )[1]

    @staticmethod
    def largest(entry: Any, *ranges: tuple[Any, Any, Any]) -> Any:
        """Return the largest of an entry over ranges (index, low, high), as Sum is the total."""
        return Largest(entry, *ranges)

    @staticmethod
    def drawn(distribution: Any, at: At, entries: list[Any]) -> Any:
        """Return a number drawn at random, for the numbers that its parameters depend on."""
        known = distribution.at(entries) if entries else distribution
        return Drawn.entry(known, at)

    def letters(self) -> list[str]:
        """Return letters that are names neither of sizes nor of sequences."""
        taken = self._taken | {str(base.label) for base in self.sequences}
        return list(islice((letter for letter in _letters() if letter not in taken), LIMIT))

    def sizes(self, port: str) -> tuple[Any, ...]:
        """Return the dimensions of a port of the layer whose formula is asked for."""
        return symbolic(self.shapes.port(self.path, port).dims)

    @staticmethod
    def ravel(at: At, sizes: tuple[Any, ...]) -> Any:
        """Return the position of an entry in the array flattened row by row."""
        position = sympy.Integer(0)
        for index, size in zip(at, sizes, strict=True):
            position = position * size + index
        return position

    @staticmethod
    def unravel(position: Any, sizes: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the indices of the entry at a position of the flattened array."""
        if not sizes:
            return ()
        found: list[Any] = []
        step = sympy.Integer(1)
        for size in reversed(sizes[1:]):
            found.append(sympy.Mod(sympy.floor(position / step), size))
            step *= size
        # What is beyond the end has a first index beyond its size, and is zero.
        return (sympy.floor(position / step), *reversed(found))


def _names(kind: Any) -> Iterator[str]:
    """Yield the names of sizes in the dimensions of a port or an array."""
    for dim in (kind.dims if isinstance(kind, PortType) else kind) or ():
        if isinstance(dim, str):
            yield dim
        else:
            yield from (symbol.name for symbol in getattr(dim, "free_symbols", ()))


def _letters() -> Iterator[str]:
    yield from LETTERS
    for number in count(1):
        yield f"i{number}"


def symbolic(dims: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Return dimensions as sympy numbers, symbols and expressions."""
    assert dims is not None
    return tuple(
        sympy.Symbol(dim, integer=True, positive=True)
        if isinstance(dim, str)
        else sympy.sympify(dim)
        for dim in dims
    )


def formula_of(net: Net, port: str | None = None) -> Formula:
    """Return the formula of one entry of an output, composed of the layers' formulas.

    >>> formula_of(ParametricRampLayer(Input=3))
    Output[i] = Piecewise((Input[i], Input[i] >= 0), (Input[i]*Slope[i], True))

    `port` is an output, or a state of a layer. Sizes that are open get names. A composed
    formula that would be too large raises a NetError, which offers the formulas of the layers.
    """
    net = net.with_inputs(2)  # of any number, two show the rule
    shapes, rank = _with_names(net)
    name = port or net.output_names[0]
    dims = symbolic(shapes.port((), name).dims)
    composer = _Composer(shapes)
    at = composer.sp.indices(len(dims))
    inputs = {
        port: Entries(symbolic(shapes.port((), port).dims), _symbol(port))
        for port in net.input_names
    }
    try:
        entry = composer.entry(net, (), name, at, inputs)
        where = composer.definitions(net, entry)
        str(entry)  # what is too deep to print is of no use
    except RecursionError:
        raise _too_large(net, "layers in a row") from None
    letters = composer.sp.letters()
    entry, where = tidy(entry), [one.tidied() for one in where]
    timed = any(one.first is not None for one in where)
    sequences = set(composer.sp.sequences) if timed else set[Any]()
    output, entry = renamed(_symbol(name)(at), entry, sequences, letters)
    defined = tuple(one.renamed(letters, timed) for one in where)
    known = {name: entries.shape for name, entries in inputs.items()}
    return Formula(
        output,
        entry,
        rank,
        defined,
        net.input_names,
        dims,
        known | composer.dims,
        composer.values,
    )


def _symbol(name: str) -> Callable[[At], Any]:
    def entry(at: At) -> Any:
        base: Any = sympy.IndexedBase(name, real=True)
        return base[at] if at else sympy.Symbol(name, real=True)

    return entry


def _label(name: str, path: Path) -> str:
    """Return the name of an array or a sequence of the layer at a path."""
    mark = ".".join(str(key) for key in path)
    return f"{name}_{mark}" if mark else name


def _too_large(net: Net, got: str) -> NetError:
    return NetError(
        "The composed formula is too large.",
        layer=net.brief(),
        expected="the formula of a layer: Information(NetExtract(net, 1), 'Formula')",
        got=got,
    )


@dataclass
class _Composer:
    """Puts the formula of each layer into those that read from it."""

    shapes: Shapes

    def __post_init__(self) -> None:
        self.sp = Notation(self.shapes)
        self.sizes: dict[Any, int] = {}
        self.first = self.shapes.first_places()
        self.dims: dict[str, At] = {}
        self.values: dict[str, Any] = {}

    def entry(self, net: Net, path: Path, port: str, at: At, inputs: dict[str, Entries]) -> Any:
        if isinstance(net, Container):
            key, name = net.wiring.outputs[port]
            return self._source(net, path, key, name, inputs)[at]
        assert isinstance(net, Layer)
        given = {**dict.fromkeys(net.state_names), **inputs, **self._arrays(net, path)}
        before, self.sp.path = self.sp.path, path
        result: Any = net.formula(self.sp, at, **net.packed(given))
        self.sp.path = before
        found = sympy.sympify(result[port] if isinstance(result, dict) else result)
        if self._size(found) > LIMIT:
            raise _too_large(net, f"more than {LIMIT} parts")
        return found

    def definitions(self, net: Net, entry: Any) -> list[Definition]:
        """Return what defines the sequences that an expression rests on, in the layers' order."""
        found: dict[Any, Definition] = {}
        open_ones = [entry]
        while open_ones:
            for part in sorted(open_ones.pop().atoms(sympy.Indexed), key=str):
                if part.base in self.sp.sequences and part.base not in found:
                    self.sp.path, sequence = self.sp.sequences[part.base]
                    definition = found[part.base] = sequence.definition(self.sp.indices)
                    open_ones += definition.parts()
        paths = [path for path, _ in net.leaves()]
        known = list(self.sp.sequences)

        def place(base: Any) -> tuple[int, int]:
            return paths.index(self.sp.sequences[base][0]), known.index(base)

        return [found[base] for base in sorted(found, key=place)]

    def _size(self, expr: Any) -> int:
        """Return how many parts an expression has, written out."""
        if expr not in self.sizes:
            self.sizes[expr] = 1 + sum(self._size(part) for part in expr.args)
        return self.sizes[expr]

    def _arrays(self, layer: Layer, path: Path) -> dict[str, Entries | None]:
        found: dict[str, Entries | None] = {}
        for name in arrays(type(layer)):
            if getattr(layer, name) is None:
                found[name] = None
            else:
                dims = symbolic(self.shapes.array(path, name))
                *inner, own = self.first.get((*path, name), (*path, name))
                label = _label(str(own), tuple(inner))
                found[name] = Entries(dims, _symbol(label))
                self.dims[label] = dims
                if (value := value_of(getattr(layer, name))) is not Automatic:
                    self.values[label] = value
        return found

    def _source(
        self, net: Container, path: Path, key: Any, port: str, inputs: dict[str, Entries]
    ) -> Entries:
        if key is None:
            return inputs[port]
        part = net.nodes[key]
        given = {
            name: self._source(net, path, *net.wiring.feeds[key, name], inputs)
            for name in net.wiring.fed(key, part)
        }
        dims = symbolic(self.shapes.port((*path, key), port).dims)
        return Entries(dims, lambda at: self.entry(part, (*path, key), port, at, given))


def _with_names(net: Net) -> tuple[Shapes, int | None]:
    """Return the shapes of a net with a name for every size that is open.

    Where even the rank is open, the lowest one that the layer takes will do, and is returned.
    """
    taken = {name for kind in net.shapes.ports.values() for name in _names(kind)}
    is_open = any(net.port(name).dims is None for name in net.input_names)
    for rank in range(1, 5):
        names = (f"n{number}" for number in count(1) if f"n{number}" not in taken)
        types: dict[str, PortType] = {}
        for port in net.input_names:
            kind = net.port(port)
            dims = (Automatic,) * rank if kind.dims is None else kind.dims
            dims = tuple(
                next(names) if dim is Automatic or dim == "Varying" else dim for dim in dims
            )
            types[port] = PortType(dims, kind.element, kind.first, kind.last)
        try:
            shapes = net.solved(types)
        except ShapeError:
            continue
        if all(_complete(shapes, key) for key in shapes.ports):
            return shapes, rank if is_open else None
    raise NetError(
        "The shapes are too open for a formula.",
        layer=net.brief(),
        expected="a net whose ranks are known, for instance with Input=(3, 4)",
        got="ports of open rank",
    )


def _complete(shapes: Shapes, key: tuple[Path, str]) -> bool:
    dims = shapes.port(*key).dims
    return dims is not None and all(dim is not Automatic for dim in dims)
