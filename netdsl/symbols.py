"""The words of the notation that stand for no number: Automatic, All, Blank, Span and the like."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import Any, ClassVar, Final, NoReturn, SupportsIndex

from netdsl.errors import SettingError


class Word:
    """A name that means itself; there is one of each, and copies are the same one."""

    _known: ClassVar[dict[str, Word]] = {}

    def __init__(self, name: str, doc: str) -> None:
        self.name = name
        self.__doc__ = doc
        self._known[name] = self

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return _word, (self.name,)

    def __bool__(self) -> bool:
        raise SettingError(
            f"{self.name} is neither true nor false.",
            expected=f"`is {self.name}`",
            got="a truth test",
        )


class Auto(Word):
    """The type of Automatic."""


class Every(Word):
    """The type of All."""


def _word(name: str) -> Word:
    return Word._known[name]


Automatic: Final = Auto("Automatic", "Work it out; neither None (leave it out) nor 0.")
All: Final = Every("All", "Everything there is.")
Inherited: Final = Word("Inherited", "What stands at this place already.")
Blank: Final = Word("Blank", "Matches anything, as `_` does in a list of rules.")

WORDS: Final[dict[str, Word]] = {word.name: word for word in (Automatic, All, Inherited)}
"""The words that a setting may give as texts too."""


@dataclass(frozen=True, repr=False)
class Span:
    """A run of levels or positions from `first` to `last`, both included, 1-based.

    >>> Span(2, All).positions(4)
    (1, 2, 3)

    Negative ends count from the end. Source: Wolfram `Span`, written `m;;n` there.
    """

    first: int
    last: int | Every = All
    step: int = 1

    def __repr__(self) -> str:
        step = "" if self.step == 1 else f", {self.step}"
        return f"Span({self.first!r}, {self.last!r}{step})"

    def __post_init__(self) -> None:
        ends = {"first": self.first, "last": self.last, "step": self.step}
        for name, end in ends.items():
            if isinstance(end, str) and end == "All" and name == "last":
                object.__setattr__(self, name, All)
            elif isinstance(end, SupportsIndex) and not isinstance(end, bool):
                object.__setattr__(self, name, index(end))
            elif name != "last" or end is not All:
                self._refuse()
        if self.step < 1:
            self._refuse()

    def _refuse(self) -> NoReturn:
        raise SettingError(
            "A span goes from a position to another one, forwards.",
            expected="Span(2, 3), Span(2, All), Span(1, -1, 2)",
            got=f"Span({self.first!r}, {self.last!r}, {self.step!r})",
        )

    def positions(self, count: int) -> tuple[int, ...]:
        """Return the 0-based positions of this span among `count` things."""
        first = position(self.first, count)
        last = count - 1 if self.last is All else position(self.last, count)
        return tuple(range(first, last + 1, self.step))


def position(spot: object, count: int) -> int:
    """Return the 0-based position of a 1-based index, which is negative from the end.

    >>> position(-1, 3)
    2
    """
    if isinstance(spot, bool) or not isinstance(spot, int):
        raise SettingError("A position is an integer.", expected="an integer", got=repr(spot))
    if not 1 <= abs(spot) <= count:
        raise SettingError(
            "A position lies outside.", expected=f"1..{count} or -{count}..-1", got=spot
        )
    return spot - 1 if spot > 0 else count + spot


@dataclass(frozen=True, init=False, repr=False)
class Restricted:
    """Integers within limits, as the elements of a port.

    >>> Restricted("Integer", 3)
    Restricted('Integer', 3)
    >>> Restricted("Integer", (0, 9)).first
    0
    """

    first: int
    last: int | None

    def __init__(self, kind: str, limits: Any) -> None:
        if kind != "Integer":
            raise SettingError("Only integers can be restricted.", expected='"Integer"', got=kind)
        pair = tuple(limits) if isinstance(limits, list | tuple) else (1, limits)
        whole = [n for n in pair if isinstance(n, SupportsIndex) and not isinstance(n, bool)]
        endless = len(pair) == 2 and pair[1] == float("inf")
        if len(pair) != 2 or len(whole) + endless != 2 or not pair[0] <= pair[1]:
            raise SettingError(
                "Integers are restricted by their largest, or by their smallest and largest.",
                expected='Restricted("Integer", 9) or Restricted("Integer", (0, 9))',
                got=repr(limits),
            )
        object.__setattr__(self, "first", index(pair[0]))
        object.__setattr__(self, "last", None if endless else index(pair[1]))

    def __repr__(self) -> str:
        last = 'float("inf")' if self.last is None else str(self.last)
        return f"Restricted('Integer', {last if self.first == 1 else f'({self.first}, {last})'})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Restricted, (
            "Integer",
            (self.first, float("inf") if self.last is None else self.last),
        )


@dataclass(frozen=True, repr=False)
class Scaled:
    """A fraction, `Scaled(0.2)` of the data, or a factor, `Scaled(-1)` on a loss."""

    factor: float

    def __repr__(self) -> str:
        return f"Scaled({self.factor!r})"
