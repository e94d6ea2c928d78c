"""The shapes of a net: its parts state what they know, the solver concludes the rest."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from netdsl.dims import Dims, PortType, port_type
from netdsl.errors import ShapeError
from netdsl.infer import Cause, Place, Row, Solver, Var, explain
from netdsl.infer.causes import show_path
from netdsl.infer.elements import Element
from netdsl.infer.expressions import form_of, name_lengths, varies
from netdsl.infer.statements import Varying
from netdsl.infer.sympify import expression
from netdsl.infer.terms import INF
from netdsl.spec.coder import Coder
from netdsl.spec.fields import show_port
from netdsl.symbols import Automatic

Path = tuple[int | str, ...]
NOTHING: Mapping[str, Any] = {}


@dataclass(eq=False, slots=True)
class Slot:
    """A port or an array while its shape is being solved for."""

    place: Place
    row: Row
    element: Element


class Shapes:
    """Every port and array of a net, by path: stated by its parts, solved once, then asked.

    `fixed` replaces what the author said of a port, an array or a setting, by path and name, to
    try sizes.
    """

    def __init__(
        self,
        describe: Callable[[Path], str],
        fixed: Mapping[tuple[Path, str], PortType] | None = None,
        *,
        lengths_vary: bool = True,
    ) -> None:
        self.describe = describe
        self.fixed = fixed or {}
        self.solver = Solver(describe, lengths_vary, is_stating=True)
        self.slots: list[Slot] = []
        self.ports: dict[tuple[Path, str], PortType] = {}
        self.arrays: dict[tuple[Path, str], Dims | None] = {}
        self.shared: dict[str, list[Path]] = {}
        """The places of every shared array, by its name, in the order in which they are reached."""
        self._firsts: dict[str, Slot] = {}
        self.is_limited = False
        """Whether named sizes have upper limits, or must fit each other."""
        self.opened: dict[tuple[Path, str], Row | Var] = {}
        """What stands at the places that `fixed` names."""

    # ---- stating -------------------------------------------------------------------------

    def slot(self, place: Place, given: PortType, spec: Any) -> Slot:
        """Make the slot of a port or an array, with what the user said of it."""
        tried = self.fixed.get((place.path, place.name)) if self.fixed else None
        if tried is not None:
            given, spec = tried, tried.spec()
        said = "" if given.dims is None else Given(place, given, spec)
        row = self.solver.row(place, given.dims, said)
        if tried is not None:
            self.opened[place.path, place.name] = row
        slot = Slot(place, row, element_of(given.element, given.first, given.last))
        self.slots.append(slot)
        return slot

    def port_slot(self, path: Path, name: str, setting: Any, source: Slot | None = None) -> Slot:
        """Make the slot of a port at which a shape or a coder stands, and which a source feeds.

        Where nothing stands it shares the source's row and its element kind; elsewhere what goes
        from one kind to the other remains to be stated.
        """
        place = Place(path, "port", name)
        if source is not None and setting is Automatic and (path, name) not in self.fixed:
            slot = Slot(place, source.row, source.element)
            self.slots.append(slot)
            return slot
        given = setting.port_type if isinstance(setting, Coder) else port_type(setting)
        slot = self.slot(place, given, setting)
        if source is not None:
            said = f"{title(source.place)} feeds {title(place)}"
            self.solver.match(source.row, slot.row, said, place)
        return slot

    def share(self, name: str, slot: Slot) -> None:
        """State that an array is the one of this name, wherever else that stands."""
        self.shared.setdefault(name, []).append((*slot.place.path, slot.place.name))
        first = self._firsts.setdefault(name, slot)
        if first is slot:
            return
        said = f"{title(slot.place)} is also {title(first.place)}, shared as {name!r}"
        place, solver = Place(slot.place.path, "shared", name), self.solver
        solver.shared.append((slot.place.name, slot.row, said))
        for one, other in ((slot.row, first.row.root()), (first.row.root(), slot.row)):
            if one.known is None and other.known is not None:
                # Dimensions of its own, found equal to the others: explanations go that way.
                solver.match(one, [Var() for _ in other.known], said, place)
                one.why = Cause(said, place, () if other.why is None else (other.why,))
        solver.match(first.row, slot.row, said, place)

    def begin(self, place: Place, sources: Mapping[str, Slot] = NOTHING) -> None:
        """Go on to the next part, which objects to what does not fit to those before."""
        self.solver.begin(place, sources)

    # ---- solving -------------------------------------------------------------------------

    def solve(self) -> None:
        """Draw all conclusions, see that no array varies in size, keep only what was found."""
        self.solver.solve()
        named = (var.root() for var in self.solver.names.values())
        has_limits = any(root.low < root.high < INF for root in named)
        self.is_limited = has_limits or bool(self.solver.constraints)
        for slot in self.slots:
            path, role, name = slot.place
            if role == "array":
                self.see_that_it_is_fixed(slot)
                self.arrays[path, name] = dims_of(slot.row)
            else:
                self.ports[path, name] = _type_of(slot)
        # The solver's parts point at each other and at the net: kept, they would burden the
        # garbage collector with every layer.
        self.slots, self._firsts = [], {}
        self.describe = show_path
        self.solver = Solver()

    def see_that_it_is_fixed(self, slot: Slot) -> None:
        """Refuse an array of which a size varies from example to example."""
        for var in slot.row.root().known or ():
            self._see_that_it_is_fixed(slot, var)

    def _see_that_it_is_fixed(self, slot: Slot, var: Var) -> None:
        if varies(var):
            name_lengths(self.solver)
            raise ShapeError(
                "An array would have a size that varies from example to example.",
                layer=self.describe(slot.place.path),
                array=slot.place.name,
                expected="a fixed size",
                got="a Varying one",
                because=explain.derivation(self.solver, var) or None,
            ).caused(explain.origins((var,)), Place(slot.place.path, "layer", ""))

    # ---- asking --------------------------------------------------------------------------

    def port(self, path: Path, name: str) -> PortType:
        """Return what is known of a port."""
        return self.ports[path, name]

    def first_places(self) -> dict[Path, Path]:
        """Return for every place of a shared array the first one of that array."""
        return {place: places[0] for places in self.shared.values() for place in places}

    def array(self, path: Path, name: str) -> Dims | None:
        """Return the dimensions of an array, None where even their number is open."""
        return self.arrays[path, name]


def at_ports(types: Mapping[str, PortType]) -> dict[tuple[Path, str], PortType]:
    """Return types by the path and the name of the net's own ports."""
    return {((), name): kind for name, kind in types.items()}


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from searching for garbage: what a solver makes lives until it is done.

    The search would take longer than the solving; `forget` makes it unnecessary.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def forget(slots: list[Slot]) -> None:
    """Cut the circles in what a solver knew of the slots, so that nothing has to be searched."""
    for slot in slots:
        row = slot.row.root()
        row.why, row.watchers = None, []
        for var in row.known or ():
            root = var.root()
            for one in (var, root):
                one.why = one.watchers = one.joints = one.form = None


def _type_of(slot: Slot) -> PortType:
    element = slot.element.root()
    return PortType(dims_of(slot.row), element.name, element.first, element.last)


def element_of(name: str | None, first: int | None, last: Any) -> Element:
    return Element(name, first, [] if last is None else [last])


def title(place: Place) -> str:
    """Return a place in words; a lone layer needs no path."""
    return str(place) if place.path else place.name


@dataclass(frozen=True, eq=False, slots=True)
class Given:
    """The statement that the user gave something at a place; in words when it is shown."""

    place: Place
    type: PortType
    spec: Any

    def __str__(self) -> str:
        return f"{title(self.place)} is {_said(self.place, self.type, self.spec)}"


def _said(place: Place, given: PortType, spec: Any) -> str:
    if place.role == "array":
        dims = " x ".join(str(dim) for dim in given.dims or ())
        return f"given with dimensions {dims}" if dims else "given as a number"
    return f"given as {show_port(given.spec() if spec is None else spec)}"


def dims_of(row: Row) -> tuple[Any, ...] | None:
    """Return the dimensions of a solved row: integers, names, "Varying", expressions, Automatic."""
    known = row.root().known
    return None if known is None else tuple(dim_of(var) for var in known)


def dim_of(var: Var) -> Any:
    """Return a solved dimension."""
    root = var.root()
    if root.low == root.high:
        return root.low
    if root.name is not None:
        return "Varying" if isinstance(root.name, Varying) else root.name
    form = form_of(root)
    if form is None or form.is_open:
        return Automatic
    alone = form.alone
    if alone is None:
        return expression(form)
    return alone.text if alone.kind == "name" else "Varying"
