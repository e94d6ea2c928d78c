"""WhyShape: the facts from which the shape of one port or array was concluded, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from netdsl.infer import Place
from netdsl.report.chain import Chain, Step
from netdsl.report.html import line_html, text_html
from netdsl.report.positions import resolved_spot, see_that_it_exists
from netdsl.report.reasons import Reason, Reasons, listed
from netdsl.report.solution import Solved, show_size, show_sizes
from netdsl.report.table import line_width, paragraph, terminal_width
from netdsl.spec import Net
from netdsl.spec.shapes import Path, title

GAP = 2


@dataclass(frozen=True, slots=True, repr=False)
class ShapeReason:
    """Why a port, an array or one of its dimensions is what it is: what WhyShape gives.

    `steps` are the facts, each after those that it rests on; `shape` is what follows, as text;
    `open_because` says of what is open why it is.
    """

    position: Path
    where: str
    shape: str
    steps: tuple[Step, ...]
    open_because: tuple[str, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __getitem__(self, index: Any) -> Any:
        return self.steps[index]

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def heading(self) -> str:
        """What follows from the steps, as the beginning of a sentence."""
        since = ", since" if self.steps or self.open_because else ""
        return f"{self.where} is {'open' if self.shape == '?' else self.shape}{since}"

    def text(self, width: int | None = None) -> str:
        """Return the steps with their numbers, in lines of at most `width` characters."""
        width = line_width(width)
        lines = [paragraph(self.heading, width)]
        room = len(str(len(self.steps))) + GAP
        for number, step in enumerate(self.steps, 1):
            text = paragraph(step.text, None if width is None else max(width - room, 1))
            first, *more = text.splitlines()
            lines.append(f"{number:<{room}}{first}")
            lines += [" " * room + line for line in more]
        lines += [paragraph(reason, width) for reason in self.open_because]
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text(terminal_width())

    __repr__ = __str__

    def to_html(self) -> str:
        """Return it as HTML that stands inside a page, as notebooks show it."""
        return self._repr_html_()

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{text_html(step.text)}</li>" for step in self.steps)
        rest = "".join(line_html(reason) for reason in self.open_because)
        return f"<div>{line_html(self.heading)}<ol>{items}</ol>{rest}</div>"

    def to_dict(self) -> dict[str, Any]:
        """Return the position, the shape and the steps as dicts, lists and text."""
        steps = [{"text": step.text, "path": list(step.path)} for step in self.steps]
        return {
            "position": list(self.position),
            "shape": self.shape,
            "steps": steps,
            "open_because": list(self.open_because),
        }


def shape_reason(net: Net, position: Any, found: Solved) -> ShapeReason:
    """Return why what stands at a position of a solved net is what it is."""
    spot, at = resolved_spot(net, position, found.slots)
    slot = found.slots[spot]
    row, name = slot.row.root(), title(Place(spot[:-1], "port", str(spot[-1])))
    known = row.known
    position = spot if at is None else (*spot, at)
    if at is not None:
        see_that_it_exists(net, spot, None if known is None else len(known), at)
        at = None if known is None else at  # the rank is what must be said first
    dims = () if known is None else known if at is None else known[at - 1 : at]
    shown = [show_size(var) for var in dims]
    shape = "?" if known is None else show_sizes(tuple(shown)) if at is None else shown[0]
    reasons = Reasons(net, found.solver, found.slots).of(spot)
    opened = [each for each in reasons if at in (None, each.dimension)]
    chain = Chain(found)
    chain.of_row(row if at is None else None, dims)
    where = f"The rank of {name}" if known is None else name
    where = where if at is None else f"Dimension {at} of {name}"
    return ShapeReason(position, where, shape, chain.steps, tuple(_because(opened, at, shape)))


def _because(reasons: list[Reason], asked: int | None, shape: str) -> Iterator[str]:
    """Yield why something is open, as what comes after the heading or after the steps."""
    if shape == "?":
        yield from dict.fromkeys(reason.sentence for reason in reasons)
    elif asked is not None:
        yield from (f"No more is known: {reason.sentence}" for reason in reasons)
    else:
        for sentence in dict.fromkeys(reason.sentence for reason in reasons):
            dims = [reason.dimension for reason in reasons if reason.sentence == sentence]
            some = f"Dimension {dims[0]} is" if len(dims) == 1 else f"Dimensions {listed(dims)} are"
            yield f"{some} open: {sentence}"
