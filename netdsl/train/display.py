"""What a report on a training shows: fields, lines of text, a table with a curve."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape

from netdsl.train.history import History

DROPPED = ("rate", "batch", "error", "validation error", "left", "validation", "loss")
"""What a line that is too long goes without, in this order."""


def fields(history: History) -> dict[str, str]:
    """Return what is known now, each with its name, in the order of a line."""
    status = history.status()
    found = {"round": _position(status["Round"], history.total_rounds)}
    if history.batches_per_round > 1:
        found["batch"] = _position(status["Batch"], history.batches_per_round)
    for name, value in (("loss", status["RoundLoss"]), ("validation", status["ValidationLoss"])):
        if value is not None:
            found[name] = f"{value:.4g}"
    is_validated = history.validation_examples > 0
    name = "validation error" if is_validated else "error"
    measured = status["ValidationMeasurements" if is_validated else "RoundMeasurements"]
    if "ErrorRate" in measured:
        found[name] = f"{measured['ErrorRate']:.2%}"
    found["rate"] = f"{status['LearningRate']:.3g}"
    left = status["TimeRemaining"]
    if left is not None and left >= 1 and history.reason is None:
        found["left"] = clock(round(left))
    return found


def _position(number: int, total: int | None) -> str:
    """Return where something stands, as wide at the first as at the last."""
    return f"{number}" if total is None else f"{number:>{len(str(total))}}/{total}"


def text(history: History) -> str:
    """Return the state after a round on one line."""
    return "  ".join(
        f"{name} {value}" for name, value in fields(history).items() if name != "batch"
    )


def fitting(widths: Mapping[str, int], width: int) -> list[str]:
    """Return the fields that have a place on a line, all but the first of DROPPED.

    >>> fitting({"round": 9, "loss": 8, "rate": 10}, 20)
    ['round', 'loss']
    """
    kept = list(widths)
    for name in DROPPED:
        if sum(widths[field] + 2 for field in kept) - 2 <= width:
            break
        kept = [field for field in kept if field != name]
    return kept


def ending(history: History) -> str:
    """Return why the training ended, and which net it gives where that is not the last one."""
    best = history.best_round
    if best is None or history.has_diverged:
        return f"{history.reason}"
    loss = history.validations.losses[best - 1]
    reason = f"{history.reason}".removesuffix(".")
    return f"{reason}; the net of round {best} is returned (validation loss {loss:.4g})."


def counted(number: int, noun: str) -> str:
    """Return a number of things.

    >>> counted(1, "round"), counted(2, "batch")
    ('1 round', '2 batches')
    """
    plural = noun if number == 1 else f"{noun}es" if noun.endswith("h") else f"{noun}s"
    return f"{number} {plural}"


def clock(seconds: float) -> str:
    """Return a time as a person says it.

    >>> clock(0.31), clock(9.4), clock(75), clock(7260)
    ('0.31 s', '9.4 s', '1:15 min', '2:01 h')
    """
    if seconds < 9.95:
        return f"{max(seconds, 0.001):.2g} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"


def html(history: History) -> str:
    """Return the state as a table with a curve."""
    rows = dict(fields(history))
    if history.reason is not None:
        rows["end"] = ending(history)
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    return f"<table>{cells}</table>{curves(history)}"


def curves(history: History, width: int = 360, height: int = 120) -> str:
    """Return the losses of rounds and validations as an SVG drawing, on a logarithmic axis."""
    drawn = {"steelblue": history.rounds, "darkorange": history.validations}
    logs = {
        color: [
            (at, math.log(loss))
            for at, loss in zip(r.positions, r.losses, strict=True)
            if 0 < loss < math.inf
        ]
        for color, r in drawn.items()
    }
    points = [point for line in logs.values() for point in line]
    if len(points) < 2:
        return ""
    low, high = min(y for _, y in points), max(y for _, y in points)
    end, span = max(x for x, _ in points), (high - low) or 1.0
    lines = ""
    for color, line in logs.items():
        thin = line[:: max(1, len(line) // width)]
        path = " ".join(
            f"{x / end * width:.1f},{(high - y) / span * (height - 4) + 2:.1f}" for x, y in thin
        )
        lines += f"<polyline fill='none' stroke='{color}' points='{path}'/>"
    return f"<svg width='{width}' height='{height}'>{lines}</svg>"
