"""Why something in a solved net is open: which rank or size nothing says, and what waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from netdsl.infer import Place, Row, Solver, Var
from netdsl.infer.expressions import form_of
from netdsl.infer.forms import Atom, Form
from netdsl.infer.statements import Equation, Match, Relation
from netdsl.infer.sympify import expression
from netdsl.infer.terms import INF
from netdsl.report.equations import equation_text, free_letters, sorted_letters
from netdsl.report.notation import size_text
from netdsl.report.sizes import sizes_of
from netdsl.spec import Net
from netdsl.spec.shapes import Path, Slot, dim_of, title
from netdsl.symbols import Automatic

LISTED = 3
"""So many places are named of those that are open for one reason."""
HEADS = 4
"""So many reasons are given below a table; the others are counted."""
EXAMPLES = 2
"""So many sizes are shown as what they are in terms of those that are open."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rank, or a dimension, is open: `heads` are what comes first, by what it is about."""

    dimension: int | None
    sentence: str
    heads: tuple[str, ...]
    form: str = ""
    """What the dimension is in terms of those that nothing says; empty for one of these."""


class Reasons:
    """Why the parts of one net are open, by position."""

    def __init__(self, net: Net, solver: Solver, slots: Mapping[Path, Slot]) -> None:
        self.net, self.solver, self.slots = net, solver, slots
        own = [position for position in slots if len(position) == 1]
        self.order = [*own, *(position for position in slots if len(position) > 1)]
        self.spots: dict[int, tuple[Path, int]] = {}
        for position in self.order:
            for at, var in enumerate(slots[position].row.root().known or (), 1):
                self.spots.setdefault(id(var.root()), (position, at))
        self.places = {key: at for at, key in enumerate(self.spots)}
        self.letters = free_letters(solver)
        self.ranks = _Ranks(self)

    def of(self, position: Path) -> tuple[Reason, ...]:
        """Return why the rank is open, or each of the dimensions that are."""
        row = self.slots[position].row.root()
        if row.known is None:
            return (self.ranks.of(position, row),)
        opened = ((at, var) for at, var in enumerate(row.known, 1) if dim_of(var) is Automatic)
        return tuple(self._of_dim(at, var.root()) for at, var in opened)

    # ---- dimensions ----------------------------------------------------------------------

    def _of_dim(self, at: int, root: Var) -> Reason:
        form = form_of(root)
        atoms = [] if form is None else _open(form)
        atoms.sort(key=lambda atom: self._order(atom.var.root()))
        sources = [atom.var.root() for atom in atoms]
        if form is None or all(source is root for source in sources):
            head = self.head(root)
            return Reason(at, head, (head,))
        heads = tuple(dict.fromkeys(self.head(source) for source in sources))
        text = f"{_lettered(form, atoms, self.letters)}, where {self._letters(sources)}"
        return Reason(at, f"it is {text}; {'; '.join(heads)}", heads, text)

    def _order(self, root: Var) -> int:
        return self.places.get(id(root), len(self.places))

    def _letters(self, sources: list[Var]) -> str:
        spots = [self.spots.get(id(source)) for source in sources]
        places = {spot[0] for spot in spots if spot is not None}
        letters = sorted_letters(self.letters, len(sources))
        if len(sources) > 1 and len(places) == 1 and None not in spots:
            dims = [spot[1] for spot in spots if spot is not None]
            where = _named(next(iter(places)))
            return f"{listed(letters)} are dimensions {listed(dims)} of {where}"
        pairs = zip(letters, sources, strict=True)
        return listed([f"{letter} is {self.spot(source)}" for letter, source in pairs])

    def spot(self, root: Var) -> str:
        """Return where a dimension stands: "dimension 2 of Input"."""
        found = self.spots.get(id(root))
        if found is None:
            return "a size" if root.place is None else f"a size of {title(root.place)}"
        return f"dimension {found[1]} of {_named(found[0])}"

    def head(self, root: Var) -> str:
        """Return why a dimension that follows from no other one is open."""
        equation = None if root.why is None else root.why.statement
        if root.high < INF and isinstance(equation, Equation):
            return self._undecided(root, equation)
        found = self.spots.get(id(root))
        if found is None:
            return f"nothing says {self.spot(root)}"
        position, at = found
        waits = self.ranks.waiting.get(position[:-1])
        if waits is not None and waits.waits is not None and len(position) > 1:
            return self.ranks.head(position, waits.waits.root())
        row = self.slots[position].row.root().known or ()
        free = [k for k, var in enumerate(row, 1) if self._is_free(var.root(), position)] or [at]
        dims = f"dimension {at}" if len(free) == 1 else f"dimensions {listed(free)}"
        where = _named(position)
        if len(position) > 1:
            return f"nothing says {dims} of {where.split(' of ')[0]} of {self.part(position)}"
        return f"nothing says {dims} of {where} (give {where}={_wanted(row)})"

    def _is_free(self, root: Var, position: Path) -> bool:
        form = form_of(root)
        if dim_of(root) is not Automatic or self.spots[id(root)][0] != position:
            return False
        if root.high < INF and root.why is not None and isinstance(root.why.statement, Equation):
            return False
        return form is None or all(atom.var.root() is root for atom in _open(form))

    def _undecided(self, root: Var, equation: Equation) -> str:
        text, letters = equation_text(equation, self.letters)
        letter = letters.get(id(root), self.letters[0])
        layer = self.solver.describe(equation.place.path)
        return f"{text} in {layer} leaves {letter} in {sizes_of(root)}"

    def part(self, position: Path) -> str:
        return self.solver.describe(position[:-1])

    # ---- all together --------------------------------------------------------------------

    def summary(self, positions: Iterable[Path]) -> tuple[str, ...]:
        """Return in few lines why something is open, each reason with what it is behind."""
        places: dict[str, list[str]] = {}
        forms: dict[str, str] = {}
        for position in positions:
            for reason in self.of(position):
                for head in reason.heads:
                    places.setdefault(head, []).append(_named(position))
                if reason.form and self.slots[position].place.role == "array":
                    text = f"dimension {reason.dimension} of {_named(position)} is {reason.form}"
                    forms.setdefault(reason.form, text)
        lines = [f"Open since {head}: {_several(found)}" for head, found in places.items()]
        if len(lines) > HEADS:
            lines = [*lines[:HEADS], f"and for {len(lines) - HEADS} reasons more"]
        return (*lines, *list(forms.values())[:EXAMPLES])


class _Ranks:
    """The rows whose rank is open, and which of them would be known together."""

    def __init__(self, reasons: Reasons) -> None:
        self.reasons = reasons
        self.groups: dict[int, list[Path]] = {}
        self.waiting: dict[Path, Relation] = {}
        near: dict[int, list[Row]] = {}
        self.seen: set[int] = set()
        for position in reasons.order:
            self._gather(reasons.slots[position].row.root(), near)
        for position in reasons.order:
            row = reasons.slots[position].row.root()
            if row.known is None and id(row) not in self.groups:
                self._spread(row, near)

    def _gather(self, start: Row, near: dict[int, list[Row]]) -> None:
        todo = [start]
        while todo:
            row = todo.pop().root()
            if row.known is not None or id(row) in self.seen:
                continue
            self.seen.add(id(row))
            near.setdefault(id(row), [])
            for item in row.watchers:
                rows = [other.root() for other in _rows(item)]
                if isinstance(item, Relation):
                    self.waiting[item.place.path] = item
                for one in rows:
                    near.setdefault(id(one), [])
                    near[id(one)] += [row]
                    near[id(row)] += [one]
                todo += rows

    def _spread(self, start: Row, near: dict[int, list[Row]]) -> None:
        reached: dict[int, Row] = {}
        todo = [start]
        while todo:
            row = todo.pop()
            if id(row) not in reached and row.known is None:
                reached[id(row)] = row
                todo += near.get(id(row), [])
        slots = self.reasons.slots
        group = [at for at in self.reasons.order if id(slots[at].row.root()) in reached]
        for row in reached:
            self.groups[row] = group

    def of(self, position: Path, row: Row) -> Reason:
        """Return why the rank of a row is open."""
        head, waits = self.head(position, row), self.waiting.get(position[:-1])
        if waits is None or len(position) == 1:
            return Reason(None, head, (head,))
        return Reason(None, f"{waits.statement} waits for a rank; {head}", (head,))

    def head(self, position: Path, row: Row) -> str:
        """Return which rank nothing says, for a row that stands or waits at a position."""
        reasons = self.reasons
        group, names = self.groups.get(id(row), [position]), reasons.net.input_names
        inputs = [at[0] for at in group if len(at) == 1 and at[0] in names]
        if reasons.net.at(position[:-1]).is_open:
            return f"nothing says how many inputs {reasons.part(position)} has"
        own = inputs or [at[0] for at in group if len(at) == 1]
        if own:
            offer = " or ".join(f"{name}=..." for name in own)
            return f"nothing says the rank of {listed(own)} (give {offer})"
        return f"nothing says the rank of {_named(group[0])}"


def _rows(item: Any) -> list[Row]:
    if isinstance(item, Match):
        return [atom for atom in (*item.left, *item.right) if isinstance(atom, Row)]
    return list(item.rows) if isinstance(item, Relation) else []


def _open(form: Form) -> list[Atom]:
    return [atom for atom in form.roots.values() if atom.kind == "open"]


def _lettered(form: Form, atoms: list[Atom], free: str) -> str:
    """Return a form with a letter for each open dimension, beginning with n."""
    pairs = zip(atoms, sorted_letters(free, len(atoms)), strict=True)
    return size_text(expression(_renamed(form, {atom.key: letter for atom, letter in pairs})))


def _renamed(form: Form, letters: Mapping[str, str]) -> Form:
    """Return a form with other letters; one that was there may be a name of the user's."""

    def renamed(atom: Atom) -> Atom:
        if not atom.parts:
            letter = letters.get(atom.key)
            return atom if letter is None else replace(atom, kind="name", text=letter)
        return replace(atom, parts=tuple(_renamed(part, letters) for part in atom.parts))

    terms = ((tuple((renamed(a), p) for a, p in many), factor) for many, factor in form.terms)
    return Form(tuple(terms))


def _named(position: Path) -> str:
    *path, name = position
    return title(Place(tuple(path), "port", str(name)))


def listed(items: Iterable[Any]) -> str:
    """Return items with commas, the last with "and"."""
    *first, last = [str(item) for item in items]
    return f"{', '.join(first)} and {last}" if first else last


def _several(places: list[str]) -> str:
    found = list(dict.fromkeys(places))
    more = len(found) - LISTED
    return listed(found) if more <= 1 else f"{', '.join(found[:LISTED])} and {more} more"


def _wanted(dims: Iterable[Var]) -> str:
    """Return what to give at a port, with dots for what is open."""
    shown = ["..." if dim_of(var) is Automatic else repr(dim_of(var)) for var in dims]
    return shown[0] if len(shown) == 1 else f"({', '.join(shown)})"
