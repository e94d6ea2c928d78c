"""Difference: one fact that differs between two nets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netdsl.report.comparing.array_change import ArrayChange
from netdsl.report.plain import plain
from netdsl.spec.shapes import Path

KINDS = (
    "part added",
    "part removed",
    "part replaced",
    "part moved",
    "part renamed",
    "part wrapped",
    "setting",
    "connection",
    "port",
    "coder",
    "array",
    "array dimensions",
    "array value",
    "multiplier",
    "sharing",
)
"""What can differ."""


@dataclass(frozen=True, eq=False)
class Difference:
    """One fact that differs.

    `kind` is one of KINDS; `paths` are those of the part in the first and in the second net, None
    where one of them lacks it; `name` is that of the setting, port or array; `values` are
    what is there in each, also called `a` and `b`, `shown` the same as text, `layer` the class that
    has a setting; `text` says it in a sentence. `change` has the numbers where the values of an
    array differ.
    """

    kind: str
    paths: tuple[Path | None, Path | None]
    name: str
    values: tuple[Any, ...]
    text: str
    shown: tuple[str, ...] = ()
    layer: str = ""
    change: ArrayChange | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def a(self) -> Any:
        """What is there in the first net, None where it lacks it."""
        return self.values[0]

    @property
    def b(self) -> Any:
        """What is there in the second net, None where it lacks it."""
        return self.values[1]

    @property
    def path(self) -> Path:
        """Where it is: in the first net, in the second where only that has it."""
        here, there = self.paths
        return here if here is not None else there or ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as dicts, lists, numbers and text, as json writes them."""
        found = {"kind": self.kind, "paths": plain(self.paths), "name": self.name}
        found |= {"a": self._plain(0), "b": self._plain(1), "text": self.text}
        if self.change is not None:
            found["change"] = plain({**vars(self.change), "relative": self.change.relative})
        return found

    def _plain(self, side: int) -> Any:
        if self.shown:
            return self.shown[side]
        value = self.values[side]
        return value if value is None or isinstance(value, str | bool) else plain(value)


def show_path(path: Path) -> str:
    """Return where a part is as a user would type it; the net itself is "the net".

    >>> show_path((2, "a")), show_path(())
    ("net[2, 'a']", 'the net')
    """
    return f"net[{', '.join(map(repr, path))}]" if path else "the net"


def place(here: Path, there: Path) -> str:
    """Return where a part is in two nets."""
    if here == there:
        return show_path(here)
    return f"{show_path(here)}, in b {show_path(there)},"
