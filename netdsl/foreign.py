"""What Keras and PyTorch call a setting or a property, in the names of the notation."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final

from netdsl.errors import nearest

FOREIGN: Final[dict[str, tuple[str, ...]]] = {
    "units": ("Size",),
    "out_features": ("Size",),
    "hidden_size": ("Size",),
    "embedding_dim": ("Size",),
    "output_dim": ("Size",),
    "num_embeddings": ("ClassCount",),
    "num_classes": ("ClassCount", "Size"),
    "input_dim": ("ClassCount", "Input"),
    "in_features": ("Input",),
    "in_channels": ("Input",),
    "input_shape": ("Input",),
    "input_size": ("Input",),
    "num_features": ("Input",),
    "output_shape": ("Output",),
    "filters": ("Channels",),
    "out_channels": ("Channels",),
    "kernel": ("KernelSize",),
    "kernel_size": ("KernelSize",),
    "pool_size": ("KernelSize",),
    "size": ("Size", "Sizes", "KernelSize"),
    "stride": ("Stride",),
    "strides": ("Stride",),
    "dilation": ("Dilation",),
    "dilation_rate": ("Dilation",),
    "groups": ("ChannelGroups", "GroupNumber"),
    "num_groups": ("GroupNumber",),
    "padding": ("PaddingSize",),
    "pad": ("PaddingSize",),
    "padding_mode": ("Padding",),
    "value": ("Padding",),
    "data_format": ("Interleaving",),
    "scale_factor": ("Sizes",),
    "mode": ("Resampling", "Padding", "NetEvaluationMode"),
    "interpolation": ("Resampling",),
    "align_corners": ("Scheme",),
    "rate": ("Probability",),
    "p": ("Probability",),
    "axis": ("Level", "Levels", "AggregationLevels", "Part"),
    "dim": ("Level", "Levels", "AggregationLevels", "Part"),
    "axes": ("Levels", "Transpositions", "AggregationLevels"),
    "dims": ("Levels", "Dimensions"),
    "start_dim": ("Levels",),
    "target_shape": ("Dimensions",),
    "shape": ("Dimensions", "Input"),
    "eps": ("Epsilon",),
    "momentum": ("Momentum",),
    "gamma": ("Scaling",),
    "beta": ("Biases", "Beta"),
    "center": ("Biases=None",),
    "scale": ("Scaling=None", "Scaling"),
    "bias": ("Biases=None",),
    "use_bias": ("Biases=None",),
    "running_mean": ("MovingMean",),
    "running_var": ("MovingVariance",),
    "kernel_initializer": ("Weights",),
    "margin": ("Margin",),
    "alpha": ("Slope", "Alpha"),
    "epochs": ("MaxTrainingRounds",),
    "max_epochs": ("MaxTrainingRounds",),
    "lr": ("LearningRate",),
    "batch_size": ("BatchSize",),
    "validation_data": ("ValidationSet",),
    "validation_split": ("ValidationSet",),
    "optimizer": ("Method",),
    "loss": ("LossFunction",),
    "criterion": ("LossFunction",),
    "verbose": ("TrainingProgressReporting",),
    "device": ("TargetDevice",),
    "dtype": ("WorkingPrecision",),
    "training": ("NetEvaluationMode",),
    "train": ("NetEvaluationMode",),
    "seed": ("RandomSeeding",),
    "random_state": ("RandomSeeding",),
    "generator": ("RandomSeeding",),
}
"""The settings that a foreign word may stand for, the likeliest first."""

PROPERTIES: Final[dict[str, tuple[str, ...]]] = {
    "flops": ("MultiplyAdds",),
    "macs": ("MultiplyAdds",),
    "multadds": ("MultiplyAdds",),
    "totalmultadds": ("MultiplyAdds",),
    "params": ("ArraysTotalElementCount",),
    "parameters": ("ArraysTotalElementCount",),
    "numparams": ("ArraysTotalElementCount",),
    "countparams": ("ArraysTotalElementCount",),
    "totalparams": ("ArraysTotalElementCount",),
    "parametercount": ("ArraysTotalElementCount",),
    "parameterscount": ("ArraysTotalElementCount",),
    "trainableparams": ("TrainableElementCount",),
    "trainableparameters": ("TrainableElementCount",),
    "nontrainableparams": ("FrozenElementCount",),
    "weights": ("Arrays",),
    "getweights": ("Arrays",),
    "statedict": ("Arrays",),
    "memory": ("ArraysTotalByteCount", "ByteCount"),
    "size": ("ArraysTotalByteCount",),
    "bytes": ("ArraysTotalByteCount",),
    "inputshape": ("InputPorts",),
    "inputsize": ("InputPorts",),
    "outputshape": ("OutputPorts",),
    "outputsize": ("OutputPorts",),
    "plot": ("SummaryGraphic",),
    "plotmodel": ("SummaryGraphic",),
    "graph": ("LayersGraph",),
    "modules": ("Layers",),
    "numlayers": ("LayersCount",),
    "latex": ("FormulaLaTeX",),
    "equation": ("Formula",),
    "summary": ("Properties",),
    "activationsize": ("ActivationByteCount",),
}
"""The properties that a word of Keras, PyTorch or torchinfo may stand for, without its marks."""

READ: Final = {
    "flops": "{}, each of which is 2 FLOPs",
    "summary": "Information(net), which prints the summary",
}
"""How a property is offered that is not just another word."""

OF_ITS_OWN: Final = "an ElementwiseLayer after it"
"""What stands for the setting `activation` of other libraries."""

LIKENESS = 0.65
"""How like a setting a misspelt one is at least."""


def setting_meant(word: object, known: Iterable[str], *, of_layer: bool = False) -> str | None:
    """Return the setting that `word` was probably meant to be, misspelt or of another library.

    >>> setting_meant("kernel_size", ["Channels", "KernelSize"])
    'KernelSize'
    >>> setting_meant("units", ["Weights", "Size"])
    'Size'

    Only what is `known` is offered, and for a layer what takes the place of an `activation`.
    """
    names = list(known)
    if not isinstance(word, str):
        return None
    plain = word.lower()
    same = next((name for name in names if name.lower() == plain.replace("_", "")), None)
    if same is not None:
        return same
    for name in FOREIGN.get(plain, ()):
        if name.partition("=")[0] in names:
            return name
    if plain == "activation":
        return OF_ITS_OWN if of_layer else None
    return nearest(word, names, LIKENESS)


def property_meant(word: object, known: Iterable[str]) -> str | None:
    """Return the property that `word` was probably meant to be, misspelt or of another library.

    >>> property_meant("multiply_adds", ["MultiplyAdds"])
    'MultiplyAdds'
    >>> property_meant("FLOPs", ["MultiplyAdds"])
    'MultiplyAdds, each of which is 2 FLOPs'
    """
    names = list(known)
    if not isinstance(word, str):
        return None
    plain = "".join(mark for mark in word.lower() if mark.isalnum())
    same = (name for name in names if name.lower() == plain)
    meant = (name for name in PROPERTIES.get(plain, ()) if name in names)
    found = next(chain(same, meant), None)
    return READ.get(plain, "{}").format(found) if found else nearest(word, names)
