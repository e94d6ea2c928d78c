"""NetError and its kinds; the one place where messages are laid out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

ORDER = (
    "call",
    "layer",
    "port",
    "level",
    "array",
    "setting",
    "expected",
    "got",
    "because",
    "nearest",
)


class NetError(Exception):
    """Something the user asked for cannot be done; `facts` says where and what to do.

    >>> print(NetError("Two sizes disagree.", got=1, expected=2))
    Two sizes disagree.
      expected  2
      got       1
    """

    def __init__(self, sentence: str, **facts: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        known = [name for name in ORDER if facts.get(name) is not None]
        rest = [name for name in facts if name not in ORDER and facts[name] is not None]
        self.facts: dict[str, Any] = {name: facts[name] for name in (*known, *rest)}

    def __str__(self) -> str:
        width = max((len(name) for name in self.facts), default=0) + 2
        lines = [self.sentence]
        for name, value in self.facts.items():
            several = isinstance(value, tuple) and bool(value) and name in ("because", "nearest")
            first, *more = [str(item) for item in value] if several else [str(value)]
            lines.append(f"  {name:{width}}{first}")
            lines += [" " * (width + 2) + line for line in more]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.sentence, self.facts)

    def having(self, **facts: Any) -> Self:
        """The same error with more facts; a fact that it has already stays."""
        return type(self)(self.sentence, **{**facts, **self.facts})


class SettingError(NetError):
    """A setting is unknown, missing, or has a value that it cannot have."""


class ShapeError(NetError):
    """Two facts about ranks, dimensions or element kinds disagree.

    `causes` are what led to them, and `focus` is the part that objects, for those who look for a
    way out.
    """

    causes: tuple[Any, ...] = ()
    focus: Any = None

    def caused(self, causes: Iterable[Any], focus: Any = None) -> Self:
        """The same error with what led to it, and the part that objects."""
        self.causes = (*self.causes, *causes)
        self.focus = self.focus or focus
        return self

    def having(self, **facts: Any) -> Self:
        """The same error with more facts; a fact that it has already stays."""
        return super().having(**facts).caused(self.causes, self.focus)


class StructureError(NetError):
    """The layers of a net cannot be connected as asked, or a path leads nowhere."""


class DataError(NetError):
    """The data given to a net do not fit its ports."""


class UninitializedError(NetError):
    """A number is asked of a net that has arrays without values, or sizes that are open."""


class TrainingError(NetError):
    """A training cannot start, or had to stop before its first result."""


class TrainingWarning(UserWarning):
    """A training ended early, and the net is that of an earlier round."""


class RenamedWarning(UserWarning):
    """A setting is given under a name that it had in older nets."""


class MissingExtraError(NetError):
    """A package that this feature needs is not installed."""


def _rebuild(kind: type[NetError], sentence: str, facts: dict[str, Any]) -> NetError:
    return kind(sentence, **facts)


def nearest(word: object, known: Iterable[object], likeness: float = 0.5) -> str | None:
    """Return the known name that `word` was probably meant to be, or None.

    `likeness`, up to 1, is how like a name it must be.

    >>> nearest("Slop", ["Slope", "Input"])
    'Slope'
    """
    from difflib import get_close_matches

    if not isinstance(word, str):
        return None
    names = {str(name).lower(): str(name) for name in known}
    found = get_close_matches(word.lower(), names, n=1, cutoff=likeness)
    return names[found[0]] if found else None
