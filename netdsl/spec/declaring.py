"""A layer states what it knows of its shapes: patterns are bound, equations related."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from netdsl.dims import Pattern, PatternAtom, PortType
from netdsl.infer import Cause, Place, Row, Var
from netdsl.infer.elements import Element
from netdsl.spec.fields import PortField
from netdsl.spec.net_array import NetArray, dims_of_array
from netdsl.spec.shapes import Given, Path, Shapes, Slot, element_of
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.spec.layer import Layer


class Declaration:
    """One layer, stated to a solver; `sources` are what feeds its inputs."""

    __slots__ = ("binding", "later", "layer", "place", "shapes", "sources")

    def __init__(
        self, layer: Layer, shapes: Shapes, path: Path, sources: Mapping[str, Slot]
    ) -> None:
        self.layer, self.shapes, self.sources = layer, shapes, sources
        self.place = Place(path, "layer", type(layer).__name__)
        self.binding = Binding(shapes, path, lambda name: getattr(layer, name))
        self.later: list[tuple[Slot, Pattern, Any]] = []

    def state(self) -> dict[str, Slot]:
        """State the ports, the arrays and the equations, and conclude from them."""
        layer, shapes, solver = self.layer, self.shapes, self.shapes.solver
        shapes.begin(self.place, self.sources)
        own: dict[str, Slot] = {}
        for name, port in layer.port_fields.items():
            own[name] = self._port(name, port)
        for name, array in layer.array_fields.items():
            value = getattr(layer, name)
            given = PortType(dims_of_array(value))
            slot = shapes.slot(Place(self.place.path, "array", name), given, None)
            if isinstance(value, NetArray):
                shapes.share(value.Name, slot)
            self._bind(slot, array.pattern, Declared(name, array.shape, ""))
        # What is open takes part in the equations, and follows from them.
        atoms = [self.binding.atoms(form) for _, form, _ in self.later]
        self._relate()
        for (slot, _, said), found in zip(self.later, atoms, strict=True):
            self.binding.write(found, slot.row, said, slot.place)
        solver.run()
        if solver.varying:
            for slot, _, _ in self.later:
                if slot.place.role == "array":
                    shapes.see_that_it_is_fixed(slot)
        return own

    def _port(self, name: str, field: PortField) -> Slot:
        source, setting = self.sources.get(name), self.layer.port_setting(name)
        slot = self.shapes.port_slot(self.place.path, name, setting, source)
        form = field.pattern(self.layer)
        own = self.binding.element(form)
        # A kind that ports share is passed on, not computed: limits go through it backwards.
        is_given = not field.is_output and not field.is_state
        own.computed = not is_given and form.element in ("Real", "Integer")
        given, solver = slot.element, self.shapes.solver
        is_shared = source is not None and given is source.element
        if is_shared or given.name is None:
            slot.element = own
        else:
            solver.element(*((own, given) if field.is_output else (given, own)), slot.place)
        if source is not None:
            solver.element(source.element, slot.element, slot.place)
        solver.ports.append((name, slot.row))
        self._bind(slot, form, Declared(name, form.text, field.doc))
        return slot

    def _bind(self, slot: Slot, form: Pattern, said: Declared) -> None:
        if slot.row.root().known is None:
            self.later.append((slot, form, said))
        else:
            self.binding.read(form, slot.row, said, slot.place)

    def _relate(self) -> None:
        layer, solver = self.layer, self.shapes.solver
        wanted = _relate_names(type(layer))
        if wanted and not layer.is_open:
            found = self._bound(wanted)
            each = [one for v in found.values() for one in (v if isinstance(v, list) else (v,))]
            rows = [value for value in each if isinstance(value, Row)]
            rule = Rule(layer, self.place.path, self.shapes.describe)
            solver.relate(lambda: layer.relate(**found), rule, self.place, rows)
        solver.run()

    def _bound(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return what names in the patterns stand for, lists for any number of inputs."""
        found, numbered = self.binding.found, self.layer.numbered_names
        if not numbered:
            return {name: found.get(name) for name in names}
        places = range(1, len(self.layer.input_names) + 1)
        return {
            name: [found[f"{name}{at}"] for at in places] if name in numbered else found.get(name)
            for name in names
        }


@cache
def _relate_names(cls: type[Layer]) -> tuple[str, ...]:
    """Return the names that the equations of a class of layers are about; none without any."""
    names = tuple(inspect.signature(cls.relate).parameters.values())[1:]
    return tuple(each.name for each in names if each.kind is not each.VAR_KEYWORD)


# ---- statements ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class Declared:
    """The statement that a port or an array has its declared shape."""

    name: str
    shape: str
    doc: str

    def __str__(self) -> str:
        return f"{self.name} is {self.doc}" if self.doc else ""


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """The statement that a layer's equations hold."""

    layer: Layer
    path: Path
    describe: Callable[[Path], str]

    def __str__(self) -> str:
        return self.describe(self.path)

    def setting(self, name: str) -> str:
        """Return a setting of the layer as text; nothing where it is the default."""
        return self.layer.show_setting(name)


# ---- the names in the patterns of one layer -------------------------------------------------


@dataclass(eq=False, slots=True)
class Binding:
    """The names in a layer's patterns, each one dimension, row or element kind."""

    shapes: Shapes
    path: Path
    setting: Callable[[str], Any]
    found: dict[str, Any] = field(default_factory=dict[str, Any])
    elements: dict[str, Element] = field(default_factory=dict[str, Element])

    def atoms(self, shape: Pattern) -> tuple[Any, ...]:
        """Return what the pattern stands for, the same name always for the same thing."""
        found = tuple([self._atom(atom) for atom in shape.atoms])
        if len(found) > 1:
            rows = [atom for atom in found if isinstance(atom, Row)]
            if len(rows) == 1:
                rows[0].beside = len(found) - 1
        return found

    def read(self, shape: Pattern, row: Row, said: Any, place: Place) -> None:
        """Bind the names in the pattern to what is known of a row."""
        known, solver = row.root().known, self.shapes.solver
        fresh = [atom for atom in shape.atoms if self._is_fresh(atom)]
        starred = [atom for atom in shape.atoms if atom.is_row]
        least = len(shape.atoms) + sum((atom.at_least or 0) - 1 for atom in starred)
        fits = known is not None and (len(known) >= least if starred else len(known) == least)
        if known is None or not fits or len(fresh) < len(shape.atoms) or len(starred) > 1:
            solver.match(row, self.atoms(shape), said, place)
            return
        extra, at = len(known) - len(shape.atoms), 0
        for atom in shape.atoms:
            if atom.is_row:
                beside = len(shape.atoms) - 1
                rest = known[at : at + extra + 1]
                self.found[atom.name] = Row(None, 0, rest, row.root().why, beside=beside)
                at += extra
            else:
                self.found[atom.name] = known[at]
            at += 1

    def _is_fresh(self, atom: PatternAtom) -> bool:
        return not (atom.is_setting or atom.name.isdigit() or atom.name in self.found)

    def write(self, atoms: tuple[Any, ...], row: Row, said: Any, place: Place) -> None:
        """Let a row have the dimensions that the atoms of its pattern have."""
        root = row.root()
        dims: list[Var] = []
        whys: list[Cause] = []
        for atom in atoms:
            inner = atom.root() if isinstance(atom, Row) else None
            known: tuple[Any, ...] | None = (atom,) if inner is None else inner.known
            if root.known is not None or known is None or isinstance(atom, int):
                self.shapes.solver.match(row, atoms, said, place)
                return
            dims.extend(known)
            if inner is not None and inner.why is not None:
                whys.append(inner.why)
        root.why, root.known = Cause(said, place, tuple(whys)), tuple(dims)
        for dim in dims:
            dim.place = dim.place or place
        if root.watchers:
            self.shapes.solver.wake(root)

    def _atom(self, atom: PatternAtom) -> Any:
        if atom.name.isdigit():
            return int(atom.name)
        if atom.name not in self.found:
            self.found[atom.name] = self._setting(atom) if atom.is_setting else _open(atom)
        return self.found[atom.name]

    def _setting(self, atom: PatternAtom) -> Any:
        place = Place(self.path, "setting", atom.name)
        given: Any = self.setting(atom.name)
        if self.shapes.fixed and (self.path, atom.name) in self.shapes.fixed:
            dims = self.shapes.fixed[self.path, atom.name].dims
            given = Automatic if dims is None else dims if atom.is_row else dims[0]
            if given is Automatic:
                return self.shapes.opened.setdefault((self.path, atom.name), _open(atom))
        if given is Automatic:
            return _open(atom)
        dims = given if atom.is_row else (given,)
        row = self.shapes.solver.row(place, dims, Given(place, PortType(dims), given))
        if (self.path, atom.name) in self.shapes.fixed:
            self.shapes.opened[self.path, atom.name] = row
        return row if atom.is_row else row[0]

    def element(self, shape: Pattern) -> Element:
        """Return the element kind that the pattern names."""
        if shape.element in ("Real", "Integer"):
            last = shape.last
            if isinstance(last, str):
                last = self._atom(PatternAtom(last))
            return element_of(shape.element, shape.first, last)
        return self.elements.setdefault(shape.element, Element())


def _open(atom: PatternAtom) -> Var | Row:
    return Row(minimum=atom.at_least) if atom.at_least is not None else Var()
