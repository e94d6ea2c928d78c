"""What a layer whose shapes are solved is asked: a method whose parameters are sizes by name."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from netdsl.dims import PatternAtom
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.spec.layer import Layer

Sizes = Mapping[str, Sequence[Any] | None]
"""The dimensions of the ports and arrays of a layer by name, None where the rank is open."""


def asked(layer: Layer, method: str, sizes: Sizes, *, are_known: bool = False) -> Any:
    """Return what a method of a layer gives, its parameters bound as those of `relate` are.

    A name is a size, one with a star a list of sizes, one in the pattern of any number of inputs
    a list with an item for each. Automatic is returned where one is needed whose rank is open,
    and with `are_known` also where a size is.
    """
    names = parameters(type(layer), method)
    if not names:
        return getattr(layer, method)()
    if layer.is_open:
        return Automatic
    found = bound(layer, sizes)
    places, numbered = range(1, len(layer.input_names) + 1), layer.numbered_names
    given = {
        name: [found.get(f"{name}{at}", Automatic) for at in places]
        if name in numbered
        else found.get(name, Automatic)
        for name in names
    }
    depth = 2 if are_known else 1
    is_open = any(_is_open(value, depth + (name in numbered)) for name, value in given.items())
    return Automatic if is_open else getattr(layer, method)(**given)


def _is_open(value: Any, depth: int) -> bool:
    """Whether something is Automatic, or an item of it, so deep."""
    items: list[Any] = value if isinstance(value, list) and depth > 1 else []
    return value is Automatic or any(_is_open(item, depth - 1) for item in items)


@cache
def parameters(cls: type[Layer], method: str) -> tuple[str, ...]:
    """Return the names of the sizes that a method of a class of layers is about."""
    found = tuple(inspect.signature(getattr(cls, method)).parameters.values())[1:]
    return tuple(each.name for each in found if each.kind is not each.VAR_KEYWORD)


def bound(layer: Layer, sizes: Sizes) -> dict[str, Any]:
    """Return what the names in the patterns of a layer stand for; those of open rank are left out.

    A name that only a setting gives stands for that, if it is a number. One size that is open
    is Automatic.
    """
    forms = {name: field.pattern(layer) for name, field in layer.port_fields.items()}
    forms |= {name: field.pattern for name, field in layer.array_fields.items()}
    given = ((form.atoms, sizes.get(name)) for name, form in forms.items())
    todo = [(atoms, dims) for atoms, dims in given if dims is not None]
    found: dict[str, Any] = {}
    # A row beside another one is known once the other is.
    waiting = [(atoms, dims) for atoms, dims in todo if not _read(atoms, dims, found)]
    for atom in (atom for form in forms.values() for atom in form.atoms if atom.is_setting):
        value: Any = getattr(layer, atom.name)
        own: list[Any] = list(value) if isinstance(value, tuple) else [value]
        if atom.name not in found and all(isinstance(size, int) for size in own):
            found[atom.name] = own if atom.is_row else value
    for atoms, dims in waiting:
        _read(atoms, dims, found)
    return found


def _read(atoms: tuple[PatternAtom, ...], dims: Sequence[Any], found: dict[str, Any]) -> bool:
    """Bind the names in a pattern to dimensions; return whether all of them could be."""
    known = {atom: len(found[atom.name]) for atom in atoms if atom.is_row and atom.name in found}
    rows = [atom for atom in atoms if atom.is_row and atom not in known]
    if len(rows) > 1:
        return False
    rest = len(dims) - sum(not atom.is_row for atom in atoms) - sum(known.values())
    at = 0
    for atom in atoms:
        if atom.is_row:
            size = known.get(atom, rest)
            found[atom.name] = list(dims[at : at + size])
            at += size
        else:
            if found.get(atom.name, Automatic) is Automatic:
                found[atom.name] = dims[at]
            at += 1
    return True
