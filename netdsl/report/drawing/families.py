"""Which layers belong together, and in which colours they are drawn."""

from __future__ import annotations

from typing import NamedTuple


class Colours(NamedTuple):
    """Of the area and of the border; text is dark on every area."""

    area: str
    border: str


INK = "#20262d"
MUTED = "#5c6570"
LINE = "#6a747f"
PAPER = "#ffffff"

# Areas are all light, so that dark text reads, and borders differ in lightness too.
FAMILIES: dict[str, Colours] = {
    "linear": Colours("#d9e6f4", "#44709f"),
    "elementwise": Colours("#faeed2", "#b98d34"),
    "window": Colours("#ddeed8", "#5f9159"),
    "normalization": Colours("#e9e1f2", "#8468a9"),
    "recurrent": Colours("#d3ebe9", "#2f7f7b"),
    "structure": Colours("#eceef0", "#87909a"),
    "loss": Colours("#f7dcd8", "#b2574c"),
    "other": Colours("#f7f5f0", "#6f6a60"),
    "port": Colours("#ffffff", "#20262d"),
    "net": Colours("#f3f5f7", "#4d5863"),
    "frame": Colours("#fafbfc", "#9aa4ae"),
    "frame2": Colours("#f1f4f6", "#9aa4ae"),
}

SHARED = ("#a11d4a", "#0b5fa5", "#7a5200", "#1b6e3c", "#6a3aa0", "#4a4f55")
"""One colour after the other for arrays that are shared."""

MEMBERS: dict[str, str] = {
    "linear": "Linear Convolution Deconvolution Embedding Dot NetArray ConstantArray "
    "ConstantTimes ConstantPlus",
    "elementwise": "Elementwise Threading ParametricRamp Softmax RandomArray Compiled Function",
    "window": "Pooling Resize SpatialTransformation ImageAugmentation Aggregation Summation Total",
    "normalization": "BatchNormalization Normalization InstanceNormalization "
    "LocalResponseNormalization Dropout",
    "recurrent": "LongShortTermMemory GatedRecurrent BasicRecurrent SequenceLast Attention",
    "structure": "Catenate Prepend Append Flatten Reshape Replicate Padding Part Transpose Extract "
    "Ordering UnitVector SequenceReverse SequenceMost SequenceRest Placeholder",
}
FAMILY = {f"{name}Layer": family for family, names in MEMBERS.items() for name in names.split()}


def family_of(kind: str) -> str:
    """Return the family of a class of layers by its name.

    >>> family_of("ConvolutionLayer"), family_of("CTCLossLayer"), family_of("MyLayer")
    ('linear', 'loss', 'other')
    """
    if kind.endswith("LossLayer"):
        return "loss"
    return FAMILY.get(kind, "other")
