"""What a net holds and costs in all, and each net inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netdsl.report.costs import Cost
from netdsl.report.counts import show_total, total
from netdsl.report.facts import SHARED, ArrayFacts, PartFacts
from netdsl.report.plain import plain
from netdsl.report.table import Line, Table, glued, glued_terms
from netdsl.spec.shapes import Path

Costs = Mapping[Path, Cost]
"""The cost of each layer, by its path."""


def multiply_adds(costs: Costs, path: Path) -> tuple[Any, ...]:
    """Return what is to be summed for a part: of each layer in it, or of the layer it is."""
    return tuple(cost.multiply_adds for cost in _inside(costs, path))


def activation_bytes(costs: Costs, path: Path) -> tuple[Any, ...]:
    """Return how many bytes the outputs of each layer in a part take."""
    return tuple(cost.activation_bytes for cost in _inside(costs, path))


def _inside(costs: Costs, path: Path) -> Iterator[Cost]:
    if path in costs:  # a layer, of which a net may have hundreds
        return iter((costs[path],))
    return (cost for at, cost in costs.items() if at[: len(path)] == path)


def parameters(part: PartFacts) -> str:
    """Return how many elements the arrays of a part have, nothing where it has no arrays."""
    counts = part.tallies()["parameters"]
    return glued_terms(show_total(counts)) if counts else ""


def work(costs: Costs, path: Path) -> str:
    """Return the multiply-adds of a part, nothing where there are none."""
    text = show_total(multiply_adds(costs, path))
    return "" if text == "0" else glued_terms(text)


def totals_table(facts: PartFacts) -> Table:
    """Return how many arrays, elements and bytes a training learns, leaves alone, moves along."""
    held = facts.holdings()
    rows = {name: [_sum(found)[name] for found in held.values()] for name in _sum(())}
    texts = {name: [show_total(counts) for counts in row] for name, row in rows.items()}
    lines = tuple(
        Line(((name,), *((glued_terms(text),) for text in row))) for name, row in texts.items()
    )
    is_long = any("*" in text for row in texts.values() for text in row)
    aside = tuple(reversed(held)) if is_long else ()
    return Table(("", *held), lines if any(held.values()) else (), tuple(held), aside=aside)


def _sum(arrays: tuple[ArrayFacts, ...]) -> dict[str, tuple[Any, ...]]:
    return {
        "arrays": tuple(1 for _ in arrays),
        "elements": tuple(array.count for array in arrays),
        "bytes": tuple(array.bytes for array in arrays),
    }


def sums(facts: PartFacts, costs: Costs) -> Iterator[str]:
    """Yield the sums over all layers, and how they are to be read."""
    said = {name: show_total(facts.tallies()[name]) for name in ("layers", "arrays", "parameters")}
    said["bytes"] = show_total(facts.tallies()["bytes"])
    yield _joined(said)
    spent = show_total(multiply_adds(costs, facts.path))
    held = show_total(activation_bytes(costs, facts.path))
    yield f"{glued(f'multiply-adds {spent}')} {glued('(each is 2 FLOPs)')}"
    yield f"{glued(f'activations {held} bytes')} for one example"
    if facts.holdings()[SHARED]:
        yield f"an array that is shared counts once; those under {SHARED} are among the others"


def _joined(said: Mapping[str, str]) -> str:
    return "; ".join(glued(f"{name} {text}") for name, text in said.items())


def totals(facts: PartFacts, costs: Costs) -> dict[str, Any]:
    """Return all the sums as JSON can hold them."""
    tallies = facts.tallies()
    found: dict[str, Any] = {
        name: plain(total(tallies[name])) for name in ("layers", "arrays", "parameters", "bytes")
    }
    for name, arrays in facts.holdings().items():
        found[name] = {key: plain(total(counts)) for key, counts in _sum(arrays).items()}
    return {**found, **spent(costs, facts.path)}


def spent(costs: Costs, path: Path) -> dict[str, Any]:
    """Return what a part costs as JSON can hold it."""
    return {
        "multiply_adds": plain(total(multiply_adds(costs, path))),
        "activation_bytes": plain(total(activation_bytes(costs, path))),
    }
