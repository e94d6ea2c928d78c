"""ShapeTable: the shape of every port and array of a net, solved in both directions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from netdsl.dims import PortType, port_type
from netdsl.errors import NetError, SettingError, ShapeError, nearest
from netdsl.options import whole, with_options
from netdsl.report.counts import elements, total
from netdsl.report.facts import show_key
from netdsl.report.html import lines_html, table_html
from netdsl.report.latex import noted_latex, table_latex, text_latex
from netdsl.report.notation import name_latex
from netdsl.report.plain import plain
from netdsl.report.positions import refuse, resolved_spot, see_that_it_exists
from netdsl.report.solution import ShapeRow, Solved, solution, solved
from netdsl.report.table import Line, Table, glued_sizes, line_width, paragraph, terminal_width
from netdsl.spec import Coder, Net
from netdsl.spec.coder import read_port
from netdsl.spec.fields import short
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.report.solutions import Solutions

NONE: Mapping[str, Any] = MappingProxyType({})


class ShapeTable:
    """The shapes of a net, a row for each port and array: what NetShapes gives."""

    def __init__(
        self,
        net: Net,
        types: dict[str, PortType],
        sizes: dict[str, Any],
        order: tuple[str, ...] = (),
    ) -> None:
        with _edits_offered(net, types, sizes):
            found = solution(net, types, sizes, reasons=True, order=order)
        self.net, self.rows, self.facts, self._found = net, found.rows, found.facts, found
        self._types, self._sizes, self._names = types, sizes, found.names
        self._dims = {row.position: row.dims for row in self.rows}

    def subs(self, *given: Mapping[Any, Any], **sizes: Any) -> ShapeTable:
        """Return the shapes with named sizes set to integers or other names; solves again.

        `subs(c=3)` and `subs({"c": 3})` are the same. A length that varies is set by the name
        that is printed for it.
        """
        wanted = {**_read_sizes(given, sizes), **sizes}
        for name, size in wanted.items():
            _check_size(name, size, (*self._names, *self._found.lengths))
        sizes = {**self._sizes, **wanted}
        return ShapeTable(self.net, self._types, sizes, self._names)

    @property
    def constraints(self) -> tuple[Any, ...]:
        """What was learned about named sizes, as sympy relations."""
        found = (each for finding in self._found.findings for each in finding.comparisons)
        return tuple(each.relation() for each in found)

    @property
    def parameters(self) -> Any:
        """How many elements all arrays have: an int, an expression, Automatic where one is open."""
        return total(elements(row.dims) for row in self.rows if row.kind == "array")

    @property
    def open_because(self) -> tuple[str, ...]:
        """Why something is open, in few sentences; each row has `reasons` of its own."""
        return self._found.summary

    @with_options
    def solutions(self, of: Any = None, *, limit: int = 100) -> Solutions:
        """Return the sizes that the whole net allows for a name, or at a position.

        `of` is a name, or a position with a dimension at its end, such as ("Input", 2); without
        it there is a dict for each choice of all names. At most `limit` are given, which are the
        first ones where there is no end of them. Of what is returned, a list, `complete` says
        whether these are all: it is False, and dots stand at the end, where there are more, or
        where the search ended before it had tried everything.
        """
        from netdsl.report.solutions import choices, sizes_at

        most = whole("limit", limit, 100)
        found = solved(self.net, self._types, self._sizes, lengths_vary=False, order=self._names)
        if of is None:
            return choices(found, most)
        if not isinstance(of, tuple | list):
            known = (*self._names, *self._found.lengths)
            _see_that_it_is_known("solutions", str(of), repr(of), known)
            return sizes_at(found, str(of), most)
        position, at = resolved_spot(self.net, of, self._dims)
        if at is None:
            raise SettingError(
                "Sizes are those of a name, or of one dimension.",
                call="solutions",
                expected=f"for instance {(*position, 1)}",
                got=repr(of),
            )
        known = found.slots[position].row.root().known
        if known is None:
            refuse(self.net, position, "a port or an array of known rank", at)
        see_that_it_exists(self.net, position, len(known), at)
        return sizes_at(found, (position, at), most)

    def __iter__(self) -> Iterator[ShapeRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, position: Any) -> Any:
        spot, at = resolved_spot(self.net, position, self._dims)
        dims = self._dims[spot]
        if at is None:
            return dims
        see_that_it_exists(self.net, spot, None if dims is Automatic else len(dims), at)
        return Automatic if dims is Automatic else dims[at - 1]

    @property
    def dims(self) -> dict[Path, Any]:
        """The dimensions of every port and array by position, such as (2, "Output")."""
        return dict(self._dims)

    def to_dict(self) -> dict[str, Any]:
        """Return the table as dicts, lists, numbers and text, as json writes them.

        Open sizes are None, symbolic ones text; positions are lists of keys.
        """
        return {
            "rows": [row.to_dict() for row in self.rows],
            "parameters": plain(self.parameters),
            "facts": list(self.facts),
            "open_because": list(self.open_because),
        }

    # ---- as text --------------------------------------------------------------------------

    def _table(self, place: Callable[[ShapeRow], str]) -> Table:
        """Return the rows with the path of each part in the form that `place` gives."""
        lines: list[Line] = []
        last: Path | None = None
        for row in self.rows:
            part = (place(row), row.layer) if row.path != last else ("", "")
            texts = (*part, row.kind, row.name, glued_sizes(row.text))
            lines.append(Line(tuple((text,) for text in texts)))
            last = row.path
        return Table(("path", "layer", "", "name", "shape"), tuple(lines)).filled()

    def text(self, width: int | None = None) -> str:
        """Return the table as text, in lines of at most `width` characters where it is given."""
        width = line_width(width)
        notes = (paragraph(fact, width) for fact in (*self.facts, *self.open_because))
        return "\n".join((self._table(_indented).text(width), *notes))

    def __str__(self) -> str:
        return self.text(terminal_width())

    __repr__ = __str__

    def to_html(self) -> str:
        """Return it as HTML that stands inside a page, as notebooks show it."""
        return self._repr_html_()

    def _repr_html_(self) -> str:
        notes = (*self.facts, *self.open_because)
        below = lines_html(notes) if notes else ""
        return f"<div>{table_html(self._table(_in_full))}{below}</div>"

    def latex(self) -> str:
        """Return the table as an array for LaTeX's math mode, which MathJax shows too."""
        rows = [(_in_full(row), row.layer, row.kind, row.name, row.terms) for row in self.rows]
        table = table_latex(("path", "layer", "", "name", "shape"), rows)
        found = self._found
        notes = [f"{name_latex(name)} {text_latex(' is Varying')}" for name in found.lengths]
        return noted_latex(table, [*notes, *(finding.latex() for finding in found.findings)])


@contextmanager
def _edits_offered(
    net: Net, types: Mapping[str, PortType], sizes: Mapping[str, Any] = NONE
) -> Iterator[None]:
    """Have an error that something does not fit offer the nearest edits that do."""
    try:
        yield
    except ShapeError as error:
        from netdsl.nets.repairs import with_edits

        named = {dim for kind in types.values() for dim in kind.dims or () if isinstance(dim, str)}
        if not named.issuperset(sizes):
            raise  # what would be tried knows nothing of these sizes
        tried = {
            name: replace(kind, dims=tuple(sizes.get(dim, dim) for dim in kind.dims or ()))
            if kind.dims
            else kind
            for name, kind in types.items()
        }
        raise with_edits(net, error, tried) from None


def shapes_solved(net: Net, ports: Mapping[str, Any]) -> Solved:
    """Return a net solved when these are given at its ports."""
    types = read_types(net, ports)
    with _edits_offered(net, types):
        return solved(net, types, {})


def _in_full(row: ShapeRow) -> str:
    return ", ".join(show_key(key) for key in row.path)


def _indented(row: ShapeRow) -> str:
    return "  " * (len(row.path) - 1) + show_key(row.path[-1]) if row.path else ""


def shape_table(net: Net, ports: dict[str, Any]) -> ShapeTable:
    """Return the shapes of a net when these are given at its ports."""
    return ShapeTable(net, read_types(net, ports), {})


def read_types(net: Net, ports: Mapping[str, Any]) -> dict[str, PortType]:
    """Return what is given at ports of a net as types."""
    return {name: _read(net, name, spec) for name, spec in ports.items()}


def _read(net: Net, name: str, spec: Any) -> PortType:
    known = (*net.input_names, *net.output_names)
    if name not in known:
        raise SettingError(
            "The net has no such port.",
            layer=net.brief(),
            port=name,
            expected=", ".join(known),
            got=name,
            nearest=nearest(name, known),
        )
    try:
        given = _type(read_port(name, spec, name in net.output_names))
    except NetError as error:
        raise error.having(layer=net.brief(), port=name) from None
    if given.element is not None:
        return given
    own = _type(net.port_setting(name))
    return replace(given, element=own.element, first=own.first, last=own.last)


def _type(setting: Any) -> PortType:
    return setting.port_type if isinstance(setting, Coder) else port_type(setting)


def _read_sizes(given: tuple[Any, ...], named: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sizes of the dict that was given, if any; its keys are names or symbols."""
    if len(given) > 1 or not all(isinstance(item, Mapping) for item in given):
        raise SettingError(
            "Named sizes are given as keywords or in a dict.",
            call="subs",
            expected='subs(c=3) or subs({"c": 3})',
            got=", ".join(short(item) for item in given),
        )
    sizes = {str(name): size for item in given for name, size in item.items()}
    twice = next((name for name in sizes if name in named), None)
    if twice is not None:
        raise SettingError("A size is given twice.", call="subs", setting=twice)
    return sizes


def _check_size(name: str, size: Any, known: tuple[str, ...]) -> None:
    _see_that_it_is_known("subs", name, f"{name}={size!r}", known)
    try:
        dims = port_type((size,)).dims
    except SettingError as error:
        raise error.having(call="subs", setting=name) from None
    if dims in ((), (Automatic,), ("Varying",)):
        raise SettingError(
            "A named size is set to a number or to another name.",
            call="subs",
            setting=name,
            expected='for instance 3 or "w"',
            got=repr(size),
        )


def _see_that_it_is_known(call: str, name: str, got: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise SettingError(
            "No size has this name.",
            call=call,
            setting=name,
            expected=", ".join(known) or "a net with named sizes",
            got=got,
            nearest=nearest(name, known),
        )
