"""Write the formula of every layer on one page."""

from __future__ import annotations

from pathlib import Path

from netdsl.formula.notation import formula_of
from netdsl.spec import registry
from tests.properties.samples import BY_LAYER, COMPUTE_NOTHING, Sample

HEAD = """\
# Formulas

One entry of the output of every layer, for the settings that the tests run it with. Indices count
from 0, and every array is zero outside of its bounds. What is said is what a layer does in
evaluation; DropoutLayer, BatchNormalizationLayer and ImageAugmentationLayer do otherwise
[in a training](training.md). This page is written by `python -m docs.build`.
"""


def section(name: str, samples: list[Sample]) -> str:
    """Return what the page says about a layer."""
    summary, *_ = (registry[name].__doc__ or "").partition("\n\n")
    parts = [f"## {name}\n", f"{summary}\n"]
    for sample in samples:
        parts.append(f"`{sample}`\n")
        for port in sample.layer.output_names:
            parts.append(f"```math\n{formula_of(sample.layer, port).latex()}\n```\n")
    return "\n".join(parts)


def build(folder: Path) -> None:
    """Write formulas.md into a folder."""
    names = sorted(BY_LAYER.keys() - COMPUTE_NOTHING)
    sections = [section(name, BY_LAYER[name]) for name in names]
    (folder / "formulas.md").write_text("\n".join((HEAD, *sections)), encoding="utf-8")
