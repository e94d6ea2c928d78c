"""What a port takes: the shape language of the user, and the patterns of the declarations."""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NoReturn, SupportsIndex

from netdsl.errors import SettingError
from netdsl.symbols import Automatic, Restricted

Dims = tuple[Any, ...]
"""Sizes in order: each an integer, a name, "Varying", an expression or Automatic."""

LARGEST: Final = 1 << 62
"""Sizes stay below this."""
KINDS: Final = ("Real", "Scalar", "Integer")
KEYWORDS: Final = (*KINDS, "Varying", "Automatic")


def are_numbers(dims: Dims | None) -> bool:
    """Whether the dimensions are known, and every one of them as a number."""
    return dims is not None and all(isinstance(dim, int) for dim in dims)


@dataclass(frozen=True, slots=True)
class PortType:
    """What a port takes: dimensions (None: even their number is open) and the kind of elements.

    `element` is "Real", "Integer" or None where it is open; from `first` to `last` if limited.
    """

    dims: Dims | None = None
    element: str | None = None
    first: int | None = None
    last: int | None = None

    @property
    def rank(self) -> int | None:
        """How many dimensions there are, None where that is open."""
        return None if self.dims is None else len(self.dims)

    @property
    def is_fixed(self) -> bool:
        """Whether every dimension is a number."""
        return are_numbers(self.dims)

    def spec(self) -> Any:
        """Return the type in the language in which a user gives it.

        >>> PortType(("Varying",), "Integer", 1, 9).spec()
        ('Varying', Restricted('Integer', 9))
        """
        if self.element != "Integer" or self.dims is None:
            return Automatic if self.dims is None else self.dims
        last = float("inf") if self.last is None else self.last
        element = Restricted("Integer", (self.first, last)) if self.first is not None else "Integer"
        return element if not self.dims else (*self.dims, element)

    def __str__(self) -> str:
        """Say in words what the port takes."""
        noun = "integer" if self.element == "Integer" else "real"
        limits = ""
        if self.first is not None:
            limits = f" {self.first}..{'' if self.last is None else self.last}"
        plain = noun == "real" and not limits
        if self.dims is None:
            return "anything" if plain else f"{noun}s{limits} in an array of any rank"
        if not self.dims:
            return f"{noun}{limits}"
        rank = len(self.dims)
        name = {1: "vector", 2: "matrix"}.get(rank, "array")
        return f"{name} of size {show_dims(self.dims)}" + ("" if plain else f", {noun}s{limits}")


def port_type(spec: Any) -> PortType:
    """Read the shape language: 3, (2, "h"), "Real", "Integer", ("Varying", 3), Automatic, ...

    >>> port_type(3).dims
    (3,)
    """
    if spec is Automatic:
        return PortType()
    if hasattr(spec, "tolist"):  # sizes from numpy
        if spec.ndim > 1:
            sizes = " x ".join(str(size) for size in spec.shape)
            raise SettingError(
                "A shape is given by its sizes, not by an array of that shape.",
                expected='for instance 3, (2, "h"), ("Varying", 4), "Real"',
                got=f"<array {sizes}>",
                nearest=repr(tuple(spec.shape)),
            )
        spec = spec.tolist()
    items: list[Any] = list(spec) if isinstance(spec, tuple | list) else [spec]
    if None in items and len(items) > 1:
        rest = tuple(item for item in items if item is not None)
        _refuse(spec, repr(rest[0] if len(rest) == 1 else rest))
    last = items[-1] if items else None
    if isinstance(last, Restricted) or (isinstance(last, str) and last in KINDS):
        return _with_element(tuple(_size(item) for item in items[:-1]), last)
    return PortType(tuple(_size(item) for item in items))


def _with_element(dims: Dims, element: Any) -> PortType:
    if isinstance(element, Restricted):
        return PortType(dims, "Integer", element.first, element.last)
    return PortType(dims, "Integer" if element == "Integer" else "Real")


def _size(spec: Any) -> Any:
    if spec is Automatic:
        return spec
    if isinstance(spec, str):
        return _name(spec)
    if getattr(spec, "is_Symbol", False):
        return str(spec)
    size = operator.index(spec) if isinstance(spec, SupportsIndex) else 0
    if isinstance(spec, bool) or size < 1:
        _refuse(spec)
    if size >= LARGEST:
        raise SettingError("A size is too large.", expected="less than 2**62", got=_in_short(size))
    return size


def _in_short(size: int) -> str:
    """Return a number as text that fits into a message."""
    return str(size) if size < 10**30 else f"about 10**{int(math.log10(size))}"


def _name(spec: str) -> str:
    """Return the name of a size; one that is nearly a keyword was meant to be it."""
    meant = next((word for word in KEYWORDS if word.lower() == spec.lower()), None)
    if not spec.isidentifier() or (meant is not None and spec != "Varying"):
        _refuse(spec, meant)
    return spec


def _refuse(spec: Any, meant: str | None = None) -> NoReturn:
    raise SettingError(
        'A size is a positive integer, a name, "Varying" or Automatic.',
        expected='for instance 3, (2, "h"), ("Varying", 4), "Real"',
        got=repr(spec),
        nearest=None if meant == spec else meant,
    )


def sizes(spec: Any) -> Any:
    """Read the size of an output: 3 is (3,), a list a tuple, Automatic stays."""
    if spec is Automatic:
        return spec
    kind = port_type(spec)
    if kind.element == "Integer":
        _refuse(spec)
    return kind.dims


# ---- patterns ----------------------------------------------------------------------------

_ATOM = re.compile(r"([*+]?)([A-Za-z]\w*)$|(\d+)$")
_LIMITED = re.compile(r"(Real )?(\d+)\.\.([A-Za-z]\w*|\d+)$")


@dataclass(frozen=True, slots=True)
class PatternAtom:
    """One part of a pattern: a dimension, or a row of `at_least` 0 or 1 dimensions."""

    name: str
    at_least: int | None = None

    @property
    def is_row(self) -> bool:
        """Whether it stands for any number of dimensions."""
        return self.at_least is not None

    @property
    def is_setting(self) -> bool:
        """Whether it stands for what the setting of that name says."""
        return self.name[0].isupper()


@dataclass(frozen=True, slots=True)
class Pattern:
    """The declared shape of a port or an array, such as "c +d" or "*d : 1..c"."""

    text: str
    atoms: tuple[PatternAtom, ...]
    element: str  # "Real", "Integer", or the name of an element kind that ports share
    first: int | None = None
    last: str | int | None = None

    def __str__(self) -> str:
        return self.text


@cache
def pattern(text: str) -> Pattern:
    """Read a declared shape: a small letter is a dimension, `*d` any number, `+d` at least one.

    A CamelCase name is the setting of that name. After a colon stands what the elements are:
    Integer, limits such as 1..c, reals in limits, Real 0..1, or a small letter that ports with
    equal elements share.
    """
    shape, _, element = (part.strip() for part in text.partition(":"))
    atoms = tuple(_atom(word, text) for word in shape.split())
    limits = _LIMITED.match(element)
    if limits:
        kind, first, last = limits.groups()
        kind = "Real" if kind else "Integer"
        return Pattern(text, atoms, kind, int(first), int(last) if last.isdigit() else last)
    return Pattern(text, atoms, element or "Real")


def _atom(word: str, text: str) -> PatternAtom:
    found = _ATOM.match(word)
    assert found is not None, f"{word!r} in the pattern {text!r}"
    star, name, number = found.groups()
    if number:
        return PatternAtom(number)
    return PatternAtom(name, {"": None, "*": 0, "+": 1}[star])


def show_dims(dims: Iterable[Any] | None) -> str:
    """Return dimensions as a person writes them: 3, 2 x h, - for a number, ? for unknown ones.

    >>> show_dims((3, "h - 4", "w"))
    '3 x (h - 4) x w'
    """
    if dims is None:
        return "?"
    shown = ["?" if dim is Automatic else str(dim) for dim in dims]
    if len(shown) > 1:
        shown = [f"({dim})" if is_sum(dim) else dim for dim in shown]
    return " x ".join(shown) or "-"


def is_sum(text: str) -> bool:
    """Whether an expression is a sum as a whole, not only inside its brackets."""
    depth = 0
    for mark, following in itertools.pairwise(text):
        depth += (mark in "([{") - (mark in ")]}")
        if depth == 0 and mark == " " and following in "+-":
            return True
    return False
