"""The formulas of several outputs, which are shown together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netdsl.formula.result import stacked


class Formulas(Mapping[str, Any]):
    """The formula of each output by its name; where entries are written out, those of each."""

    def __init__(self, formulas: Mapping[str, Any]) -> None:
        self._formulas = dict(formulas)

    def __getitem__(self, name: str) -> Any:
        return self._formulas[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._formulas)

    def __len__(self) -> int:
        return len(self._formulas)

    def text(self, width: int | None = None) -> str:
        """Return all equations as text, in lines of at most `width` characters if it is given."""
        return "\n".join(formula.text(width) for formula in self.values())

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))

    __repr__ = __str__

    def diff(self, name: Any) -> Formulas:
        """Return the derivatives of each output by the entries of an input or an array."""
        return Formulas({output: formula.diff(name) for output, formula in self.items()})

    def latex(self) -> str:
        """Return all equations as LaTeX, one below the other."""
        return stacked(self.values())

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"
