"""A small convolutional net that tells a 3 from an 8, and the loss of its logarithms."""

from netdsl import (
    ConvolutionLayer,
    CrossEntropyLossLayer,
    Exp,
    FlattenLayer,
    Log,
    NetChain,
    NetGraph,
    NetPort,
    PoolingLayer,
    Ramp,
    SoftmaxLayer,
)


def small_cnn(size: int) -> NetChain:
    """Two convolutions and two dense layers, on images of one channel and this size."""
    mean = PoolingLayer(2, 2, Function="Mean")
    return NetChain(
        [
            *(ConvolutionLayer(32, 3, PaddingSize="Same"), Ramp, mean),
            *(ConvolutionLayer(64, 3, PaddingSize="Same"), Ramp, mean),
            *(FlattenLayer(), 256, Ramp, 2, SoftmaxLayer(), Log),
        ],
        Input=(1, size, size),
    )


def loss_of_logarithms() -> NetGraph:
    """Cross-entropy of logarithms of probabilities; Log and Exp undo each other exactly."""
    return NetGraph(
        {"powers": Exp, "loss": CrossEntropyLossLayer("Index")},
        [
            (NetPort("Input"), "powers", NetPort(["loss", "Input"])),
            (NetPort("Target"), NetPort(["loss", "Target"])),
        ],
    )
