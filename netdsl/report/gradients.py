"""The derivatives of the outputs of a net by its inputs and arrays, as formulas."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from netdsl.errors import NetError
from netdsl.spec import Net
from netdsl.spec.classes import arrays
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.formula.result import Formula

MOST = 500
"""Of how many parts, times positions, a formula may be for its derivatives to be printed."""
LISTED = 100
"""How many positions are listed at most where the derivatives are not printed."""
WIDTH = 88


class Gradients(Mapping[Path, "Formula"]):
    """The derivatives of an output by position, each computed when it is asked for, then kept.

    >>> from netdsl import Information, LinearLayer
    >>> gradients = Information(LinearLayer(3, Input=2), "Gradients")
    >>> gradients["Weights"]
    dOutput[i]/dWeights[j, k] = KroneckerDelta(i, j)*Input[k]

    Printed, a small net has all of them, a large one its positions.
    """

    def __init__(self, formula: Formula, positions: list[Path]) -> None:
        self.formula = formula
        self._known: dict[Path, Formula | None] = dict.fromkeys(positions)

    def __getitem__(self, position: Any) -> Formula:
        at = _path(position)
        if at not in self._known:
            return self.formula.diff(position)  # another place of a shared array, or an error
        found = self._known[at]
        if found is None:
            found = self._known[at] = self.formula.diff(at)
        return found

    def __contains__(self, position: object) -> bool:
        return _path(position) in self._known

    def get(self, position: Any, default: Any = None) -> Any:
        """Return the derivative at a position, else the default."""
        if position not in self:
            return default
        return self[position]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    @property
    def is_small(self) -> bool:
        """Whether all of them are computed to be printed."""
        from netdsl.formula.estimate import parts

        size = sum(parts(right) for _, right in self.formula.equations())
        return size * len(self) <= MOST

    def __str__(self) -> str:
        return "\n".join(map(self._line, self)) if self.is_small else self._listed()

    __repr__ = __str__

    def _line(self, position: Path) -> str:
        try:
            return str(self[position])
        except NetError as error:  # what is drawn at random has no derivative, others have
            return f"by {_shown(position)}: {str(error).splitlines()[0]}"

    def _listed(self) -> str:
        positions = [_shown(position) for position in self]
        example = next((at for at in self if len(at) > 1), next(iter(self)))
        head = (
            f"{len(self)} derivatives of {self.formula.output}, each computed when it is asked "
            f"for: gradients[{_shown(example).strip('()')}]"
        )
        shown = [one.replace(" ", "\0") for one in positions[:LISTED]]
        more = ", ..." if len(self) > LISTED else ""
        rows = textwrap.wrap(", ".join(shown) + more, WIDTH - 4, break_long_words=False)
        return "\n    ".join((head, *(row.replace("\0", " ") for row in rows)))

    def latex(self) -> str:
        """Return all of them as LaTeX, one below the other."""
        from netdsl.formula.result import stacked

        return stacked(self.values())

    def _repr_latex_(self) -> str | None:
        return f"$\\displaystyle {self.latex()}$" if self.is_small else None


class _OfOutputs(dict[str, Gradients]):
    """The derivatives of several outputs, which print one below the other."""

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.values()))

    __repr__ = __str__


def _path(position: Any) -> Any:
    return tuple(position) if isinstance(position, tuple | list) else (position,)


def _shown(position: Path) -> str:
    """Return a position as a person writes it, with the quotation marks of a string."""
    keys = ", ".join(f'"{key}"' if isinstance(key, str) else str(key) for key in position)
    return f"({keys})" if len(position) > 1 else keys


def gradients(net: Net) -> Any:
    """Return the formulas of the derivatives by position; by output first, where there are several.

    Inputs that are integers have none, nor has what an output does not depend on; a shared array
    stands at its first place.
    """
    net = net.with_inputs(2)  # as the formula does: of any number, two show the rule
    found = _OfOutputs({name: _of_output(net, name) for name in net.output_names})
    return found if len(found) > 1 else next(iter(found.values()))


def _of_output(net: Net, output: str) -> Gradients:
    from netdsl.formula.notation import formula_of

    formula = formula_of(net, output, Automatic)
    return Gradients(formula, [at for at in _positions(net) if formula.name_at(at)])


def _positions(net: Net) -> list[Path]:
    """Return the positions of the inputs that are real and of all arrays."""
    first = net.shapes.first_places()
    inputs: list[Path] = [
        (name,) for name in net.input_names if net.port(name).element != "Integer"
    ]
    found = [
        (*path, name)
        for path, layer in net.leaves()
        for name in arrays(type(layer))
        if getattr(layer, name) is not None
    ]
    return [*inputs, *(at for at in found if first.get(at, at) == at)]
