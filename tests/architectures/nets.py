"""Convolutional architectures from papers, built of layers and edges as the papers draw them.

With `slim` the numbers of channels are divided by so much, for a small net of the same structure.
"""

from __future__ import annotations

from typing import Any

from netdsl import (
    AggregationLayer,
    All,
    BatchNormalizationLayer,
    CatenateLayer,
    ConvolutionLayer,
    DeconvolutionLayer,
    DropoutLayer,
    FlattenLayer,
    LinearLayer,
    LocalResponseNormalizationLayer,
    LogisticSigmoid,
    Mean,
    NetChain,
    NetGraph,
    NetPort,
    PartLayer,
    PoolingLayer,
    Ramp,
    SoftmaxLayer,
    Span,
    TotalLayer,
)

INPUT = NetPort("Input")

# ---- chains ----------------------------------------------------------------------------------


def lenet(**ports: Any) -> NetChain:
    """LeNet for the digits of MNIST, as Caffe and Wolfram's repository have it."""
    layers = {
        "conv1": ConvolutionLayer(20, 5),
        "ramp1": Ramp,
        "pool1": PoolingLayer(2, 2),
        "conv2": ConvolutionLayer(50, 5),
        "ramp2": Ramp,
        "pool2": PoolingLayer(2, 2),
        "flatten": FlattenLayer(),
        "linear1": LinearLayer(500),
        "ramp3": Ramp,
        "linear2": LinearLayer(10),
        "softmax": SoftmaxLayer(),
    }
    return NetChain(layers, **ports)


def alexnet(slim: int = 1, **ports: Any) -> NetChain:
    """AlexNet in the two halves of the paper, with images of 227 x 227 as its sizes ask for."""
    # The paper does not divide by the 5 channels of a window.
    neighbours = LocalResponseNormalizationLayer(Alpha=5e-4, Beta=0.75, Bias=2)
    layers = {
        "conv1": ConvolutionLayer(96 // slim, 11, Stride=4),
        "ramp1": Ramp,
        "norm1": neighbours,
        "pool1": PoolingLayer(3, 2),
        "conv2": ConvolutionLayer(256 // slim, 5, PaddingSize=2, ChannelGroups=2),
        "ramp2": Ramp,
        "norm2": neighbours,
        "pool2": PoolingLayer(3, 2),
        "conv3": ConvolutionLayer(384 // slim, 3, PaddingSize=1),
        "ramp3": Ramp,
        "conv4": ConvolutionLayer(384 // slim, 3, PaddingSize=1, ChannelGroups=2),
        "ramp4": Ramp,
        "conv5": ConvolutionLayer(256 // slim, 3, PaddingSize=1, ChannelGroups=2),
        "ramp5": Ramp,
        "pool5": PoolingLayer(3, 2),
        "flatten": FlattenLayer(),
        "linear6": LinearLayer(4096 // slim),
        "ramp6": Ramp,
        "drop6": DropoutLayer(),
        "linear7": LinearLayer(4096 // slim),
        "ramp7": Ramp,
        "drop7": DropoutLayer(),
        "linear8": LinearLayer(1000),
        "softmax": SoftmaxLayer(),
    }
    return NetChain(layers, **ports)


def vgg16_features(slim: int = 1, **ports: Any) -> NetChain:
    """The convolutions of VGG-16: configuration D of the paper up to the flattening."""
    layers: list[Any] = []
    for channels, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            layers += [ConvolutionLayer(channels // slim, 3, PaddingSize=1), Ramp]
        layers.append(PoolingLayer(2, 2))
    return NetChain(layers, **ports)


def vgg16(slim: int = 1, **ports: Any) -> NetChain:
    """VGG-16, configuration D of the paper."""
    classifier: list[Any] = []
    for _ in range(2):
        classifier += [LinearLayer(4096 // slim), Ramp, DropoutLayer()]
    layers = {
        "features": vgg16_features(slim),
        "flatten": FlattenLayer(),
        "classifier": [*classifier, LinearLayer(1000)],
    }
    return NetChain(layers, **ports)


# ---- ResNet ----------------------------------------------------------------------------------

BLOCKS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""How many blocks each stage of a ResNet has, by its depth."""


def resnet(depth: int = 50, slim: int = 1, **ports: Any) -> NetChain:
    """ResNet of 50, 101 or 152 layers; the 3 x 3 convolution has the stride, as in torchvision."""
    layers: dict[str, Any] = {
        "conv1": ConvolutionLayer(64 // slim, 7, Stride=2, PaddingSize=3, Biases=None),
        "bn1": BatchNormalizationLayer(),
        "relu": Ramp,
        "maxpool": PoolingLayer(3, 2, PaddingSize=1),
    }
    for number, count in enumerate(BLOCKS[depth]):
        width, first = 64 * 2**number // slim, 1 if number == 0 else 2
        blocks = [bottleneck(width, first, widened=True)]
        blocks += [bottleneck(width) for _ in range(count - 1)]
        layers[f"layer{number + 1}"] = NetChain(blocks)
    layers |= {"flatten": AggregationLayer(Mean), "fc": LinearLayer(1000)}
    return NetChain(layers, **ports)


def bottleneck(width: int, stride: int = 1, widened: bool = False) -> NetGraph:
    """Three convolutions beside a shortcut, which is a convolution where the size changes."""
    layers: dict[str, Any] = {
        "conv1": ConvolutionLayer(width, 1, Biases=None),
        "bn1": BatchNormalizationLayer(),
        "relu1": Ramp,
        "conv2": ConvolutionLayer(width, 3, Stride=stride, PaddingSize=1, Biases=None),
        "bn2": BatchNormalizationLayer(),
        "relu2": Ramp,
        "conv3": ConvolutionLayer(4 * width, 1, Biases=None),
        "bn3": BatchNormalizationLayer(),
    }
    edges: list[Any] = [(INPUT, *layers)]
    shortcut: Any = INPUT
    if widened:
        widening = ConvolutionLayer(4 * width, 1, Stride=stride, Biases=None)
        layers["downsample"] = NetChain([widening, BatchNormalizationLayer()])
        edges.append((INPUT, "downsample"))
        shortcut = "downsample"
    layers |= {"add": TotalLayer(), "relu3": Ramp}
    return NetGraph(layers, [*edges, (["bn3", shortcut], "add"), ("add", "relu3")])


# ---- SqueezeNet ------------------------------------------------------------------------------


def fire(squeezed: int, expanded: int) -> NetGraph:
    """A narrow convolution, and two wide ones whose channels are joined."""
    layers = {
        "squeeze": ConvolutionLayer(squeezed, 1),
        "squeeze_activation": Ramp,
        "expand1x1": ConvolutionLayer(expanded, 1),
        "expand1x1_activation": Ramp,
        "expand3x3": ConvolutionLayer(expanded, 3, PaddingSize=1),
        "expand3x3_activation": Ramp,
        "cat": CatenateLayer(),
    }
    edges = [
        ("squeeze", "squeeze_activation"),
        ("squeeze_activation", "expand1x1", "expand1x1_activation"),
        ("squeeze_activation", "expand3x3", "expand3x3_activation"),
        (["expand1x1_activation", "expand3x3_activation"], "cat"),
    ]
    return NetGraph(layers, edges)


def squeezenet(slim: int = 1, **ports: Any) -> NetChain:
    """SqueezeNet 1.1; its pools round down, which at 224 x 224 is what rounding up gives too."""
    features: list[Any] = [ConvolutionLayer(64 // slim, 3, Stride=2), Ramp]
    for squeezed, count in ((16, 2), (32, 2), (48, 2), (64, 2)):
        if squeezed < 64:
            features.append(PoolingLayer(3, 2))
        features += [fire(squeezed // slim, 4 * squeezed // slim)] * count
    classifier = [DropoutLayer(), ConvolutionLayer(1000, 1), Ramp, AggregationLayer(Mean)]
    return NetChain({"features": features, "classifier": classifier}, **ports)


# ---- U-Net -----------------------------------------------------------------------------------


def unet(padded: bool = False, slim: int = 1, **ports: Any) -> NetGraph:
    """U-Net for images of one channel: as in the paper, or padded so that sizes stay.

    The padded one ends as implementations in Keras do, in a convolution to 2 channels and one to 1.
    """
    padding = 1 if padded else 0
    layers: dict[str, Any] = {}
    edges: list[Any] = []
    for level in range(1, 6):
        dropped = [DropoutLayer()] if level > 3 else []
        layers[f"down{level}"] = _twice(64 * 2 ** (level - 1) // slim, padding, *dropped)
        if level < 5:
            layers[f"pool{level}"] = PoolingLayer(2, 2)
    edges.append(tuple(layers))
    below = "down5"
    for level, margin in ((4, 4), (3, 16), (2, 40), (1, 88)):
        channels = 64 * 2 ** (level - 1) // slim
        layers[f"deconv{level}"] = DeconvolutionLayer(channels, 2, 2)
        beside = f"down{level}"
        if not padded:
            inside = Span(margin + 1, -margin - 1)
            layers[f"crop{level}"] = PartLayer([All, inside, inside])
            edges.append((beside, f"crop{level}"))
            beside = f"crop{level}"
        layers |= {f"cat{level}": CatenateLayer(), f"up{level}": _twice(channels, padding)}
        edges += [(below, f"deconv{level}"), ([beside, f"deconv{level}"], f"cat{level}")]
        edges.append((f"cat{level}", f"up{level}"))
        below = f"up{level}"
    if padded:
        layers |= {"conv9": ConvolutionLayer(2, 3, PaddingSize=1), "ramp9": Ramp}
        layers |= {"conv10": ConvolutionLayer(1, 1), "sigmoid": LogisticSigmoid}
        edges.append(("up1", "conv9", "ramp9", "conv10", "sigmoid"))
    else:
        layers["conv10"] = ConvolutionLayer(2, 1)
        edges.append(("up1", "conv10"))
    return NetGraph(layers, edges, **ports)


def _twice(channels: int, padding: int, *after: Any) -> NetChain:
    conv = ConvolutionLayer(channels, 3, PaddingSize=padding)
    return NetChain([conv, Ramp, conv, Ramp, *after])
