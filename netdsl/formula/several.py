"""Formulas that are shown together: those of several outputs, or of several entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from netdsl.errors import NetError
from netdsl.formula.result import stacked
from netdsl.spec.terminal import terminal_width


class Together(Mapping[Any, Any]):
    """Formulas by name or by index, which print as equations one below the other."""

    def __init__(self, formulas: Mapping[Any, Any]) -> None:
        self._formulas = dict(formulas)

    def __getitem__(self, key: Any) -> Any:
        return self._formulas[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._formulas)

    def __len__(self) -> int:
        return len(self._formulas)

    def text(self, width: int | None = None) -> str:
        """Return all equations as text, in lines of at most `width` characters if it is given."""
        return "\n".join(formula.text(width) for formula in self.values())

    def __str__(self) -> str:
        return self.text(terminal_width())

    def __repr__(self) -> str:
        return str(self)

    def latex(self) -> str:
        """Return all equations as LaTeX, one below the other."""
        return stacked(self.values())

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex()}$"

    def lambdify(self) -> NoReturn:
        """Refuse to make one function of several formulas."""
        raise self._several()

    def code(self, language: str) -> NoReturn:
        """Refuse to write one function of several formulas."""
        raise self._several()

    def _several(self) -> NetError:
        raise NotImplementedError


class Formulas(Together):
    """The formula of each output by its name; where entries are written out, those of each."""

    def diff(self, name: Any) -> Formulas:
        """Return the derivatives of each output by the entries of an input or an array."""
        return Formulas({output: formula.diff(name) for output, formula in self.items()})

    def _several(self) -> NetError:
        first, *_ = self
        return NetError(
            "Several outputs are no function together.",
            expected=f"the formula of one of them, Formula(net, {first!r})",
            got=f"the outputs {', '.join(self)}",
        )
