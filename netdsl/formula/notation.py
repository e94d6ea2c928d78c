"""Formulas of nets in index notation: the layers' formulas, as one or under names."""

from __future__ import annotations

from itertools import chain, count
from typing import Any

from netdsl.dims import PortType
from netdsl.errors import NetError, ShapeError
from netdsl.formula.composer import Composer
from netdsl.formula.composition import composition
from netdsl.formula.folding import Lines
from netdsl.formula.indices import ClashError, names_of_sizes, symbolic
from netdsl.formula.recurrence import Definition, entry_named, name_of, renamed, times_of
from netdsl.formula.result import Formula
from netdsl.formula.tidy import tidy
from netdsl.nets.container import Container
from netdsl.spec import Net
from netdsl.spec.shapes import Path, Shapes, dim_of
from netdsl.symbols import Automatic

LIMIT = 600
"""The most parts that an expanded formula may have: each use of an entry repeats what it is."""
READABLE = 100
"""The most parts that it has where the composed form is not asked for."""
DEEP = 100
"""How many expressions may be inside each other: Python has no room for many."""
HIDDEN = ("h", "y", "z")
"""What the outputs of layers inside are called, the first one that is no name yet."""


def formula_of(net: Net, port: str | None = None, form: Any = "Expanded") -> Formula:
    """Return the formula of one entry of an output, composed of the layers' formulas.

    >>> formula_of(ParametricRampLayer(Input=3))
    Output[i] = Piecewise((Input[i], Input[i] >= 0), (Input[i]*Slope[i], True))

    `port` is an output, or a state of a layer. Sizes that are open get names. "Expanded", the
    formula is in the entries of inputs and arrays alone, and raises a NetError where it would be
    too large; "Composed", it is in those of layers inside, which are defined in `where`.
    Automatic is the expanded one where it is short.
    """
    net = net.with_inputs(2)  # of any number, two show the rule
    shapes, rank = _with_names(net)
    composer, lines = _lines(net, shapes, port or net.output_names[0])
    size, depth = lines.expanded_size()
    is_one = not isinstance(net, Container)
    if form == "Expanded" and not is_one and (size > LIMIT or depth > DEEP):
        raise _too_large(net, f"{size} parts, {depth} inside each other")
    if form == "Expanded" or is_one or (form is Automatic and size <= READABLE and depth <= DEEP):
        lines.fold_all()
    else:
        lines.fold()
    return _formula(composer, lines, rank)


def _lines(net: Net, shapes: Shapes, name: str) -> tuple[Composer, Lines]:
    """Return the equations of a net, with a name for what each layer gives."""
    dims = symbolic(shapes.port((), name).dims)
    others = ((letter, False) for letter in chain(HIDDEN, (f"hidden{at}" for at in count(1))))
    for letter, has_own_names in chain(((letter, True) for letter in HIDDEN), others):
        try:
            composer = Composer(net, shapes, letter, has_own_names=has_own_names)
            at = composer.sp.indices(len(dims))
            output = Definition(entry_named(name, at), dims, composer.output(name, at))
            where = composer.definitions(output.entry)
        except ClashError:
            continue
        return composer, Lines(output, where, composer.hidden)
    raise AssertionError


def _too_large(net: Net, got: str) -> NetError:
    return NetError(
        "The expanded formula is too large.",
        layer=net.brief(),
        expected=f"at most {LIMIT} parts and {DEEP} inside each other; or what layers inside give "
        "by names: Formula(net, Form='Composed')",
        got=got,
    )


def _formula(composer: Composer, lines: Lines, rank: int | None) -> Formula:
    """Return equations as they are shown: tidy, with letters in order."""
    letters = composer.sp.letters()
    where = [one.tidied() for one in lines.where()]
    output, entry = lines.output.left, tidy(lines.output.entry)
    is_timed = any(one.first is not None for one in where)
    timed = (
        {one.name for one in where if one.name not in composer.hidden} if is_timed else set[str]()
    )
    function = "F" if any(one.name.startswith("f") for one in where) else "f"  # a gate is f, too
    letters_of_parts = function, composer.letter or HIDDEN[0]
    defined: list[Definition] = []
    for one in where:
        times = [one.indices[0]] if one.name in timed else times_of(one.indices, one.entry, timed)
        timed |= {one.name} if times[:1] == list(one.indices[:1]) else set()
        defined.append(one.renamed(letters, times))
    output, entry = renamed(output, entry, timed, letters)
    return Formula(
        output,
        entry,
        rank,
        tuple(defined),
        composer.net.input_names,
        lines.output.sizes,
        composer.in_order(composer.dims),
        composer.in_order(composer.values),
        tuple(one.name for one in defined if one.name in composer.hidden),
        composition(composer.wired, name_of(output), letters_of_parts),
        marks=composer.sp.marks,
        places=composer.places,
        types={name: composer.shapes.port((), name) for name in composer.net.input_names},
    )


def _with_names(net: Net) -> tuple[Shapes, int | None]:
    """Return the shapes of a net with a name for every size that is open.

    Where even the rank is open, the lowest one that the layer takes will do, and is returned.
    """
    taken = {name for kind in net.shapes.ports.values() for name in names_of_sizes(kind)}
    lengths = _lengths(net, taken | {*net.input_names, *net.output_names})
    is_open = any(net.port(name).dims is None for name in net.input_names)
    for rank in range(1, 5):
        names = (f"n{number}" for number in count(1) if f"n{number}" not in taken)
        types: dict[str, PortType] = {}
        for port in net.input_names:
            kind = net.port(port)
            dims = (Automatic,) * rank if kind.dims is None else kind.dims
            dims = tuple(
                lengths.get((port, axis)) or next(names) if dim in (Automatic, "Varying") else dim
                for axis, dim in enumerate(dims)
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


def _lengths(net: Net, taken: set[str]) -> dict[tuple[str, int], str]:
    """Return the names of the lengths that vary, as reports have them, by input and axis."""
    if not any("Varying" in (net.port(name).dims or ()) for name in net.input_names):
        return {}
    shapes = Shapes(net.describe)
    net.declare(shapes, ())
    slots = list(shapes.slots)
    shapes.solve()
    found: dict[tuple[str, int], str] = {}
    for slot in slots:
        for axis, size in enumerate(slot.row.root().known or ()):
            name = size.root().name
            if not slot.place.path and name and dim_of(size) == "Varying" and name not in taken:
                found[slot.place.name, axis] = str(name)
    return found


def _complete(shapes: Shapes, key: tuple[Path, str]) -> bool:
    dims = shapes.port(*key).dims
    return dims is not None and all(dim is not Automatic for dim in dims)
