"""ReshapeLayer: the same entries, in order, in other dimensions."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any, NoReturn, SupportsIndex

from netdsl.dims import Dims, sizes
from netdsl.errors import NetError, SettingError, ShapeError, nearest
from netdsl.spec import Auto, Automatic, Layer, by, equal, has_rank, option, port, product
from netdsl.symbols import All, Inherited

REFERENCE = "ReferenceShape"
WORDS = (Inherited, Automatic, All)


def dimensions(spec: Any) -> Any:
    """Read the wanted dimensions: a list of sizes and words; one integer is a vector."""
    if isinstance(spec, str) and spec == REFERENCE:
        return spec
    if isinstance(spec, SupportsIndex):
        spec = (spec,)
    if not isinstance(spec, tuple) or any(_meant(entry) for entry in spec):
        _refuse(spec)
    try:
        read = sizes(tuple(Automatic if entry in WORDS else entry for entry in spec))
    except NetError:
        _refuse(spec)
    if len(read) < len(spec):  # its last entry says what the elements are
        _refuse(spec)
    found = tuple(one if one in WORDS else size for one, size in zip(spec, read, strict=True))
    _see_that_it_is_clear(found)
    return found


def _meant(entry: Any) -> str | None:
    """Return the word for which a string stands by mistake."""
    lower = entry.lower() if isinstance(entry, str) else None
    return next((word.name for word in WORDS if word.name.lower() == lower), None)


def _refuse(spec: Any) -> NoReturn:
    words = [_meant(entry) for entry in spec] if isinstance(spec, tuple) else []
    raise SettingError(
        "ReshapeLayer takes a list of sizes.",
        expected=f'for instance (2, 3), (Inherited, Automatic), (6, All), (), or "{REFERENCE}"',
        got=repr(spec),
        nearest=next(filter(None, words), nearest(spec, [REFERENCE])),
    )


def _see_that_it_is_clear(found: Dims) -> None:
    if found.count(Automatic) + found.count(All) > 1:
        raise SettingError(
            "Too many sizes are left open.",
            expected="at most one Automatic or one All",
            got=repr(found),
        )
    if All in found and Inherited in found[found.index(All) :]:
        raise SettingError(
            "Inherited has no place in the input after All.",
            expected="Inherited before All",
            got=repr(found),
        )


class ReshapeLayer(Layer):
    """Put the entries, row by row, into other dimensions.

    >>> ReshapeLayer([2, Automatic])([1, 2, 3, 4, 5, 6])
    array([[1., 2., 3.],
           [4., 5., 6.]], dtype=float32)

    A size is a number, a name, Inherited for that of the input at the same place, one Automatic
    for what the others leave, or one All for the sizes of the input from this place on; () makes
    a number of one entry. `ReshapeLayer("ReferenceShape")` copies the dimensions of what comes
    in at a second port. Another number of entries raises a ShapeError. Source: Wolfram
    `ReshapeLayer`.
    """

    Dimensions: Dims | int | str = option(
        read=dimensions, doc='sizes, Inherited, Automatic, All; or "ReferenceShape"'
    )
    _: KW_ONLY
    Input: Dims | Auto = port(
        by("form", Sizes="*d : k", Rest="*d *rest : k", Reference="*d : k"), default=Automatic
    )
    ReferenceShape: Dims | Auto = port(
        by("form", Sizes="", Rest="", Reference="*e : r"),
        default=Automatic,
        doc="an array that has the wanted dimensions",
    )
    Output: Dims | Auto = port(
        by(
            "form",
            Sizes="*Dimensions : k",
            Rest="*BeforeAll *rest *AfterAll : k",
            Reference="*e : k",
        ),
        default=Automatic,
    )

    @property
    def form(self) -> str:
        """Which patterns hold: sizes, sizes around a rest that stays, or those of a reference."""
        if isinstance(self.Dimensions, str):
            return "Reference"
        return "Rest" if All in self.entries else "Sizes"

    @property
    def entries(self) -> Dims:
        """The sizes and words that are given."""
        return self.Dimensions if isinstance(self.Dimensions, tuple) else ()

    @property
    def BeforeAll(self) -> Dims:  # noqa: N802  (a pattern names it)
        """The sizes before All."""
        return self.entries[: self.entries.index(All)]

    @property
    def AfterAll(self) -> Dims:  # noqa: N802  (a pattern names it)
        """The sizes after All."""
        return self.entries[self.entries.index(All) + 1 :]

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the input ports; the second is there where it is asked for."""
        return ("Input", REFERENCE) if self.form == "Reference" else ("Input",)

    def check(self):
        if self.form != "Reference" and self.ReferenceShape is not Automatic:
            raise SettingError(
                "Nothing is copied from this reference.",
                layer="ReshapeLayer",
                port=REFERENCE,
                expected=f'ReshapeLayer("{REFERENCE}")',
                got=f"ReshapeLayer({self.Dimensions!r})",
            )

    def relate(self, d, e, Dimensions, BeforeAll, AfterAll):
        if self.form == "Reference":
            yield equal(product(d), product(e))
            return
        if self.form == "Rest":
            yield has_rank(d, len(BeforeAll))
        wanted = Dimensions if self.form == "Sizes" else (*BeforeAll, *AfterAll)
        kept = [place for place, entry in enumerate(self.entries) if entry is Inherited]
        if kept and kept[-1] >= len(d):
            raise ShapeError(
                "Inherited stands beyond the rank.",
                setting="Dimensions",
                expected=f"Inherited among the first {len(d)} of them",
                got=self.Dimensions,
            )
        yield from (equal(wanted[place], d[place]) for place in kept)
        # Sizes that stay are left out of the products: a length that varies cancels so.
        yield equal(_product_without(kept, d), _product_without(kept, wanted))

    def formula(self, sp, at, Input, ReferenceShape=None):
        old, new = Input.shape, sp.sizes("Output")
        first = _equal_ones(old, new)
        last = _equal_ones(old[first:][::-1], new[first:][::-1])
        before, within, after = at[:first], at[first : len(at) - last], at[len(at) - last :]
        position = sp.ravel(within, new[first : len(new) - last])
        return Input[(*before, *sp.unravel(position, old[first : len(old) - last]), *after)]

    def apply(self, xp, Input, ReferenceShape=None):
        return xp.reshape(Input, (Input.shape[0], *xp.sizes("Output")))


def _product_without(places, dims):
    return product(dim for place, dim in enumerate(dims) if place not in places)


def _equal_ones(old, new):
    """Return how many sizes are equal before the first that differ."""
    both = list(zip(old, new, strict=False))
    return next((count for count, (a, b) in enumerate(both) if a != b), len(both))
