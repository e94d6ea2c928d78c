"""Nets with one mistake each, of the kinds people make, and what an error must say of them.

The first line of each docstring says what was wanted and what went wrong, in the words of someone
who looks back on it; the words in the decorator have to stand in the message.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import netdsl
from netdsl import (
    ConvolutionLayer,
    CrossEntropyLossLayer,
    ElementwiseLayer,
    FlattenLayer,
    LinearLayer,
    LogisticSigmoid,
    LongShortTermMemoryLayer,
    MeanSquaredLossLayer,
    NetChain,
    NetDecoder,
    NetGraph,
    NetInitialize,
    NetPort,
    NetShapes,
    NetTrain,
    ParametricRampLayer,
    PoolingLayer,
    Ramp,
    SequenceLastLayer,
    SoftmaxLayer,
)


@dataclass(frozen=True)
class Wrong:
    """A mistake: what makes it, words of its message, and a word of the edit that mends it."""

    build: Callable[[], Any]
    words: tuple[str, ...]
    nearest: str | None

    @property
    def name(self) -> str:
        return self.build.__name__


NETS: list[Wrong] = []


def wrong(*words: str, nearest: str | None = None) -> Callable[[Any], Any]:
    """Collect a function that makes a mistake, with the words that its message must contain."""

    def collect(build: Callable[[], Any]) -> Callable[[], Any]:
        NETS.append(Wrong(build, words, nearest))
        return build

    return collect


# ---- images: what goes into a convolution --------------------------------------------------


@wrong("net[1]", "Weights", "(224, 224, 3)", "64 x 3 x 7 x 7", "224", nearest="(3, 224, 224)")
def channels_last():
    """An image goes in channels last; the weights of the first convolution are for 3 channels."""
    kernels = np.zeros((64, 3, 7, 7))
    NetChain(
        [ConvolutionLayer(64, 7, Weights=kernels, Stride=2), Ramp, PoolingLayer(3, 2)],
        Input=(224, 224, 3),
    )


@wrong("net[1]", "KernelSize", "(28, 28)", "rank 3", "rank 2", nearest="(1, 28, 28)")
def no_channel_dimension():
    """A grey image goes in as rows and columns; a channel dimension of 1 is missing."""
    NetChain([ConvolutionLayer(20, (5, 5)), Ramp, PoolingLayer(2, 2)], Input=(28, 28))


@wrong("net[5]", "(28, 28)", "2880", "240", "Weights")
def no_channel_dimension_and_one_kernel_size():
    """A grey image goes in as rows and columns, and is taken for 28 channels of a sequence."""
    head = LinearLayer(10, Weights=np.zeros((10, 2880)))
    NetChain([ConvolutionLayer(20, 5), Ramp, PoolingLayer(2, 2), FlattenLayer(), head],
             Input=(28, 28))  # fmt: skip


@wrong("net[1]", "KernelSize", "(64, 1, 28, 28)", "rank 3", "rank 4", nearest="(1, 28, 28)")
def batch_dimension_in_the_input():
    """The input says how many images a batch has; a port describes one image."""
    NetChain([ConvolutionLayer(20, (5, 5)), Ramp, PoolingLayer(2, 2)], Input=(64, 1, 28, 28))


@wrong("net['more'][1]", "net['few']", "Weights", "32", "16", nearest="ConvolutionLayer(32")
def channels_between_two_convolutions():
    """The first convolution was made narrower; the second one still has weights for 32 channels."""
    few = NetChain([ConvolutionLayer(16, 3), Ramp])
    more = NetChain([ConvolutionLayer(64, 3, Weights=np.zeros((64, 32, 3, 3))), Ramp])
    NetChain({"few": few, "more": more, "flat": FlattenLayer(), "out": 10}, Input=(3, 32, 32))


@wrong("Weights", "3 x 3 x 3 x 64", "Channels", "64", "3")
def kernels_of_another_library():
    """Kernels from Keras go in as they are: rows, columns, channels in, channels out."""
    ConvolutionLayer(64, (3, 3), Weights=np.zeros((3, 3, 3, 64)), Input=(3, 32, 32))


@wrong("net[1]", "ChannelGroups", "4", "6", nearest="ChannelGroups")
def groups_that_do_not_divide_the_input():
    """Groups of channels are asked for, 4 of them, of an input with 6 channels."""
    NetChain([ConvolutionLayer(8, 3, ChannelGroups=4), Ramp], Input=(6, 28, 28))


@wrong("ConvolutionLayer", "ChannelGroups", "Channels", "3", "64")
def depthwise_with_a_number_of_channels_that_is_no_multiple():
    """Each of 3 channels should get kernels of its own; 64 channels cannot be split in 3."""
    NetChain([ConvolutionLayer(64, 3, ChannelGroups=3), Ramp], Input=(3, 32, 32))


@wrong("net[1]", "KernelSize", "('Varying', 5)", "(3, 3)", nearest="ConvolutionLayer(8, 3, ")
def image_kernel_on_a_sequence():
    """A sequence of vectors goes through a convolution whose kernel has two sizes."""
    NetChain([ConvolutionLayer(8, (3, 3), Interleaving=True), Ramp], Input=("Varying", 5))


# ---- images: sizes along the way -----------------------------------------------------------


@wrong("net[8]", "Weights", "1250", "800", "(1, 32, 32)", nearest="(1, 31, 31)")
def flattened_size_after_another_input():
    """A head learned on images of 28 x 28 follows a body that now gets 32 x 32."""
    head = LinearLayer(500, Weights=np.zeros((500, 800)))
    NetChain([
        ConvolutionLayer(20, 5), Ramp, PoolingLayer(2, 2),
        ConvolutionLayer(50, 5), Ramp, PoolingLayer(2, 2), FlattenLayer(), head, Ramp, 10,
    ], Input=(1, 32, 32))  # fmt: skip


@wrong("net[8]", "Weights", "16200", "800", "(1, 28, 28)", nearest="Stride")
def pooling_without_a_stride():
    """Pooling is written as in PyTorch, where the stride is the window's size; here it is 1."""
    head = LinearLayer(500, Weights=np.zeros((500, 800)))
    NetChain([
        ConvolutionLayer(20, 5), Ramp, PoolingLayer(2),
        ConvolutionLayer(50, 5), Ramp, PoolingLayer(2), FlattenLayer(), head, Ramp, 10,
    ], Input=(1, 28, 28))  # fmt: skip


@wrong("net[4]", "KernelSize", "5", "4", "(1, 12, 12)", nearest="Input=(1, 16, 16)")
def kernel_larger_than_its_input():
    """Small images go through LeNet; at its second convolution 4 x 4 points are left."""
    NetChain([
        ConvolutionLayer(20, 5), Ramp, PoolingLayer(2, 2),
        ConvolutionLayer(50, 5), Ramp, PoolingLayer(2, 2), FlattenLayer(), 10,
    ], Input=(1, 12, 12))  # fmt: skip


@wrong("net[6][2]", "PoolingLayer", "KernelSize", "2", "1", "(3, 32, 32)")
def one_pooling_too_many():
    """Six blocks that halve the image are stacked; after five of them 1 x 1 is left of 32 x 32."""
    block = [ConvolutionLayer(16, 3, PaddingSize=1), PoolingLayer(2, 2)]
    NetChain([block] * 6, Input=(3, 32, 32))


@wrong("net[4]", "KernelSize", "3", "2", "(1, 28, 28)", nearest="PaddingSize")
def strides_until_nothing_is_left():
    """Four convolutions without padding halve an image of 28 x 28 to 13, 6, 2 and nothing."""
    NetChain([ConvolutionLayer(8 * n, 3, Stride=2) for n in (1, 2, 3, 4)], Input=(1, 28, 28))


@wrong("net['pool']", "KernelSize", "7", "4", "(64, 32, 32)", nearest="PoolingLayer(4, 7, ")
def last_pooling_of_a_larger_image():
    """A pooling over 7 x 7 closes a net for images of 224; those of 128 leave 4 x 4 for it."""
    down = [ConvolutionLayer(64, 3, Stride=2, PaddingSize=1), Ramp]
    NetChain(
        {"a": down, "b": down, "c": down, "pool": PoolingLayer(7, 7, Function="Mean")},
        Input=(64, 32, 32),
    )


@wrong("net[1]", "Dilation", "KernelSize", "9", "8", "(1, 8, 8)")
def dilation_that_widens_the_kernel():
    """A kernel of 3 with dilation 4 spans 9 points; the image has 8."""
    NetChain([ConvolutionLayer(8, 3, Dilation=4), Ramp], Input=(1, 8, 8))


@wrong("n", "28", "24", "26", "(1, 'n', 'n')", "net[1]")
def one_name_for_rows_and_columns():
    """A kernel of 3 x 5 has to give 26 x 26; the image is named n x n, but is 28 x 30."""
    NetChain([ConvolutionLayer(4, (3, 5), Output=(4, 26, 26)), Ramp], Input=(1, "n", "n"))


@wrong("net[3]", "Weights", "160", "n", "(1, 'n', 'n')")
def square_image_that_no_size_fits():
    """Weights for maps of 4 x 5 follow a square image: 8*(n - 2)**2 is 160 for no whole n."""
    head = LinearLayer(2, Weights=np.zeros((2, 160)))
    NetChain([ConvolutionLayer(8, 3), FlattenLayer(), head], Input=(1, "n", "n"))


@wrong("100", "8", "Channels", "net[2]", "Output")
def no_channels_divide_the_output():
    """Asked backwards: 100 numbers cannot be 8 channels of anything."""
    NetChain([ConvolutionLayer(8, (3, 3)), FlattenLayer()], Output=100)


@wrong("net[1]", "Stride", "(4, 7, 7)", "(1, 'n', 16)", "8", "7")
def stride_asked_backwards():
    """Asked which n x 16 images give 7 x 7: a stride of 2 with padding makes 8 of 16."""
    net = NetChain([ConvolutionLayer(4, 3, Stride=2, PaddingSize=1), Ramp])
    NetShapes(net, Input=(1, "n", 16), Output=(4, 7, 7))


# ---- branches that meet --------------------------------------------------------------------


@wrong("net['sum']", "net['wide']", "Channels", "16", "3", "(3, 32, 32)", nearest="Layer(3, 3")
def residual_of_other_channels():
    """A block of 16 channels is added to its input, which has 3."""
    NetGraph(
        {"wide": ConvolutionLayer(16, 3, PaddingSize=1), "sum": netdsl.TotalLayer()},
        [("wide", "sum"), (NetPort("Input"), "wide"), (NetPort("Input"), "sum")],
        Input=(3, 32, 32),
    )


@wrong("net['sum']", "net['conv']", "30", "32", nearest="PaddingSize")
def residual_without_padding():
    """A block is added to its input, and its convolution has lost the padding."""
    NetGraph(
        {"conv": ConvolutionLayer(3, 3), "sum": netdsl.TotalLayer()},
        [(NetPort("Input"), "conv", "sum"), (NetPort("Input"), "sum")],
        Input=(3, 32, 32),
    )


@wrong("net['sum']", "net['conv']", "2", nearest="PaddingSize")
def residual_without_padding_of_any_size():
    """A block without padding is added to its input; no size is given, but no n is n - 2."""
    NetGraph(
        {"conv": ConvolutionLayer(3, (3, 3)), "sum": netdsl.TotalLayer()},
        [(NetPort("Input"), "conv", "sum"), (NetPort("Input"), "sum")],
    )


@wrong("net['sum']", "net['main'][1]", "Stride", "28", "56", "(64, 56, 56)", nearest="Stride")
def residual_whose_shortcut_keeps_the_size():
    """The block of a ResNet halves the image; its shortcut of 1 x 1 has no stride."""
    main = [ConvolutionLayer(128, 3, Stride=2, PaddingSize=1), Ramp]
    shortcut = ConvolutionLayer(128, 1)
    NetGraph(
        {"main": main, "shortcut": shortcut, "sum": netdsl.TotalLayer()},
        [(NetPort("Input"), "main"), (NetPort("Input"), "shortcut"),
         (["main", "shortcut"], "sum")],
        Input=(64, 56, 56),
    )  # fmt: skip


@wrong("net['join']", "net['five']", "24", "28", nearest="PaddingSize")
def branches_to_catenate_without_padding():
    """Branches of an inception block are joined along the channels; one has no padding."""
    NetGraph(
        {
            "one": ConvolutionLayer(16, 1),
            "five": ConvolutionLayer(32, 5),
            "join": netdsl.CatenateLayer(),
        },
        [(["one", "five"], "join"), (NetPort("Input"), "one"), (NetPort("Input"), "five")],
        Input=(192, 28, 28),
    )


@wrong("net['sum']", "net['image']", "rank 3", "rank 1", "16")
def picture_and_table_added():
    """A vector of 16 should be added to each of 16 maps; nothing is broadcast unasked."""
    NetGraph(
        {
            "image": ConvolutionLayer(16, (3, 3)),
            "numbers": LinearLayer(16),
            "sum": netdsl.ThreadingLayer("Plus"),
        },
        [(NetPort("Image"), "image"), (NetPort("Row"), "numbers"), (["image", "numbers"], "sum")],
        Image=(3, 9, 9),
        Row=5,
    )


@wrong("net['skip']", "14", "15", "(1, 15, 15)", "net['up']")
def skip_of_an_odd_size():
    """A U-Net halves 15 rows to 7 and doubles them to 14; the skip brings 15."""
    NetGraph(
        {
            "in": ConvolutionLayer(8, 3, PaddingSize=1),
            "down": [PoolingLayer(2, 2), ConvolutionLayer(32, 3, PaddingSize=1)],
            "up": netdsl.ReshapeLayer((8, 14, 14)),
            "skip": netdsl.CatenateLayer(),
        },
        [("in", "down", "up"), (["in", "up"], "skip")],
        Input=(1, 15, 15),
    )


@wrong("net[2]", "(32, 5, 5)", "800", "(16, 7, 7)", "784")
def reshape_of_another_count():
    """A vector is reshaped to maps with another number of entries."""
    NetChain([netdsl.ReshapeLayer((32, 5, 5)), netdsl.ReshapeLayer((16, 7, 7))], Input=800)


@wrong("net[2]", "TransposeLayer", "Levels", "rank 1", "net[1]", "Size", "2")
def transposing_a_vector():
    """A vector is transposed, as one would a matrix."""
    NetChain([LinearLayer(10), netdsl.TransposeLayer()], Input=4)


@wrong("net['b']", "net['a']", "Weights", "4", "5")
def one_input_for_branches_of_two_sizes():
    """Two branches read the same input, with weights for different sizes."""
    NetGraph(
        {"a": LinearLayer(Weights=np.zeros((3, 4))), "b": LinearLayer(Weights=np.zeros((3, 5)))},
        [(NetPort("X"), "a"), (NetPort("X"), "b")],
    )


@wrong("net['left']", "net['right']", "n", "Left", "Right", "3", "4")
def one_name_for_two_sizes():
    """Two inputs are said to have the same size n; the weights behind them differ."""
    NetGraph(
        {
            "left": LinearLayer(Weights=np.zeros((6, 3))),
            "right": LinearLayer(Weights=np.zeros((6, 4))),
        },
        [(NetPort("Left"), "left"), (NetPort("Right"), "right")],
        Left="n",
        Right="n",
    )


@wrong("net['head']", "net['body'", "Output", "5", "4")
def nested_net_with_another_output():
    """A chain inside a graph says Output=5; the layer after it says Input=4."""
    body = NetChain([8, Ramp, LinearLayer()], Output=5)
    NetGraph({"body": body, "head": LinearLayer(2, Input=4)}, [("body", "head")], Input=3)


# ---- layers in a row -----------------------------------------------------------------------


@wrong("net[1]", "net[3]", "128", "64", nearest="LinearLayer(64")
def neighbours_that_disagree():
    """The size between two layers is written twice, as in PyTorch, and not the same."""
    NetChain([LinearLayer(128), Ramp, LinearLayer(10, Input=64)], Input=784)


@wrong("net[1]", "Weights", "5", "4", "10 x 4")
def weights_for_another_input():
    """Weights learned on 4 columns meet a table with 5."""
    NetChain([LinearLayer(10, Weights=np.zeros((10, 4))), Ramp], Input=5)


@wrong("Weights", "784 x 10", "Size", "784", nearest="transpose")
def transposed_weights():
    """Weights from Keras go in as they are: a row for each input, not for each output."""
    NetChain([LinearLayer(10, Weights=np.zeros((784, 10))), SoftmaxLayer()], Input=784)


@wrong("Biases", "Weights", "3 x 4", "3", "2")
def biases_of_another_layer():
    """Weights and biases are taken from different layers."""
    LinearLayer(Weights=np.zeros((3, 4)), Biases=[0, 0])


@wrong("net[2]", "Slope", "net[1]", "Channels", "16", "8")
def slopes_of_another_layer():
    """The slopes of a ramp are those of a layer with 16 channels; this one has 8."""
    slopes = ParametricRampLayer(Slope=np.full(16, 0.2))
    NetChain([ConvolutionLayer(8, 3), slopes], Input=(3, 9, 9))


@wrong("net[2]", "Levels", "3", "2", "(5, 4)", "rank 2")
def level_beyond_the_rank():
    """Slopes for channels, rows and columns are asked of an array that has no third level."""
    NetChain([Ramp, ParametricRampLayer((1, 2, 3))], Input=(5, 4))


@wrong("net[2]", "net[1]", "Size", "()", "rank 0")
def softmax_of_a_number():
    """Yes or no: one number goes into a SoftmaxLayer, which would always give 1."""
    NetChain([LinearLayer(()), SoftmaxLayer()], Input=3)


# ---- answers and losses --------------------------------------------------------------------


@wrong("net[3]", "Output", "10", "7", "Class", nearest="LinearLayer(10)")
def decoder_of_other_classes():
    """Three classes were added to the decoder, and none to the last layer."""
    digits = NetDecoder("Class", range(10))
    NetChain([32, Ramp, LinearLayer(7), SoftmaxLayer()], Input=4, Output=digits)


@wrong("net[3]", "Output", "10", "7", nearest="Output=10")
def output_of_another_size():
    """The output is said to be 7 numbers; the last layer gives 10."""
    NetChain([32, Ramp, LinearLayer(10)], Input=4, Output=7)


@wrong("net[1]", "1", "2", "Class", nearest="LinearLayer(2)")
def softmax_over_one_class():
    """Two classes, and a last layer of size 1 as for a sigmoid."""
    NetChain([LinearLayer(1), SoftmaxLayer()], Input=3, Output=NetDecoder("Class", ["no", "yes"]))


@wrong("net[1]", "rank 1", "rank 3", "Class", "(1, 28, 28)", nearest="LinearLayer() before net[3]")
def map_for_a_decoder_of_classes():
    """Maps of a convolution go to the softmax and its classes; flatten and linear are missing."""
    digits = NetDecoder("Class", range(10))
    NetChain([ConvolutionLayer(10, (3, 3)), Ramp, SoftmaxLayer()], Input=(1, 28, 28), Output=digits)


@wrong("net['loss']", "net['last']", "Target", "(3, 1)", "rank 2", "rank 1", nearest="Target=3")
def targets_in_a_column():
    """Targets are columns, 3 x 1, and the net gives vectors of 3."""
    NetGraph(
        {"last": LinearLayer(3), "loss": MeanSquaredLossLayer()},
        [("last", "loss")],
        Input=4,
        Target=(3, 1),
    )


@wrong("net['loss']", "net['last']", "Target", "rank 1", nearest="LinearLayer(())")
def vector_of_one_against_a_number():
    """A price is one number; the last layer gives a vector of size 1."""
    NetGraph(
        {"last": LinearLayer(1), "loss": MeanSquaredLossLayer()},
        [("last", "loss")],
        Input=4,
        Target="Real",
    )


@wrong("net['loss']", "Target", "Index", "rank 1", nearest="Probabilities")
def probabilities_for_a_loss_of_indices():
    """Targets are one-hot vectors; the loss takes the number of the class."""
    NetGraph(
        {"net": [LinearLayer(3), SoftmaxLayer()], "loss": CrossEntropyLossLayer("Index")},
        [("net", "loss")],
        Input=4,
        Target=3,
    )


@wrong("net['loss']", "Target", "Probabilities", "Integer", nearest="Index")
def indices_for_a_loss_of_probabilities():
    """Targets are numbers of classes; the loss takes a probability for each class."""
    NetGraph(
        {"net": [LinearLayer(3), SoftmaxLayer()], "loss": CrossEntropyLossLayer("Probabilities")},
        [("net", "loss")],
        Input=4,
        Target="Integer",
    )


@wrong("net['loss']", "net['code'", "24", "28", "(1, 28, 28)", nearest="PaddingSize")
def autoencoder_that_shrinks():
    """An autoencoder is compared with its own input; its convolutions lose a frame of 2."""
    NetGraph(
        {
            "code": [ConvolutionLayer(8, 3), Ramp, ConvolutionLayer(1, 3)],
            "loss": MeanSquaredLossLayer(),
        },
        [(["code", NetPort("Input")], "loss"), (NetPort("Input"), "code")],
        Input=(1, 28, 28),
    )


# ---- sequences -----------------------------------------------------------------------------


@wrong("net[3]", "net[2]", "Weights", "('Varying', 5)", "8", nearest="SequenceLastLayer")
def flattened_sequence():
    """A sequence of any length is flattened for a layer with weights for each place."""
    NetChain([LongShortTermMemoryLayer(8), FlattenLayer(), LinearLayer(2)], Input=("Varying", 5))


@wrong("net[1]", "Weights", "('Varying', 5)", "LinearLayer")
def linear_layer_for_each_element():
    """Each element of a sequence should go through a LinearLayer, which takes all at once."""
    NetChain([LinearLayer(16), LongShortTermMemoryLayer(8)], Input=("Varying", 5))


@wrong("net['head']", "('Varying', 5)", "10", "Input")
def fixed_length_where_it_varies():
    """A part made for sequences of 10 stands in a net whose sequences have any length."""
    head = NetChain([LongShortTermMemoryLayer(8), SequenceLastLayer()], Input=(10, 5))
    NetChain({"act": ElementwiseLayer(Ramp), "head": head}, Input=("Varying", 5))


@wrong("net['read']", "(1, 28, 28)", "rank 2", "rank 3", nearest="(28, 28)")
def image_for_a_recurrent_layer():
    """The rows of an image should be read one after the other; a channel is in the way."""
    NetChain({"read": LongShortTermMemoryLayer(8), "last": SequenceLastLayer()}, Input=(1, 28, 28))


@wrong("net[1]", "rank 2", "rank 1", "5", nearest="('Varying', 5)")
def vector_for_a_recurrent_layer():
    """A recurrent layer gets a vector: the dimension along which it goes is missing."""
    NetChain([LongShortTermMemoryLayer(8), SequenceLastLayer(), 2], Input=5)


@wrong("net[3]", "net[2]", "rank 2", "rank 1", nearest="net[2]")
def last_element_between_two_recurrent_layers():
    """Two recurrent layers are stacked; only the last state of the first reaches the second."""
    stack = [LongShortTermMemoryLayer(8), SequenceLastLayer(), LongShortTermMemoryLayer(4)]
    NetChain(stack, Input=("Varying", 5))


@wrong("net['write']", "net['read']", "State", "Size", "8", "6")
def states_of_other_sizes():
    """What an encoder remembers starts a decoder; their states are of different sizes."""
    NetGraph(
        {"read": LongShortTermMemoryLayer(8), "write": LongShortTermMemoryLayer(6)},
        [(NetPort("Source"), "read"), (NetPort("Start"), "write"),
         (NetPort("read", "State"), NetPort("write", "State"))],
        Source=("Varying", 3),
        Start=("Varying", 2),
    )  # fmt: skip


@wrong("net[1]", "Weights", "40", "50", "('Varying', 50)", nearest="Input")
def words_of_other_vectors():
    """Text is coded in vectors of 50, the kernels were learned on vectors of 40."""
    kernels = np.zeros((8, 40, 3))
    NetChain(
        [ConvolutionLayer(8, 3, Weights=kernels, Interleaving=True), Ramp],
        Input=("Varying", 50),
    )


# ---- settings ------------------------------------------------------------------------------


@wrong("ConvolutionLayer", "Padding", nearest="PaddingSize")
def name_of_a_setting_in_another_library():
    """The padding is given under its name in other libraries."""
    NetChain([ConvolutionLayer(8, 3, Padding=1), Ramp], Input=(1, 28, 28))


@wrong("ConvolutionLayer", "PaddingSize", "same", nearest="Same")
def name_of_a_padding_in_small_letters():
    """The padding that keeps the size is written in small letters."""
    NetChain([ConvolutionLayer(8, 3, PaddingSize="same"), Ramp], Input=(1, 28, 28))


@wrong("relu", nearest="ReLU")
def name_of_a_function_in_another_library():
    """The function of a layer is given under its name in Keras."""
    NetChain([LinearLayer(32), "relu", LinearLayer(10)], Input=784)


@wrong("Input", "None", "784", nearest="784")
def none_for_the_batch():
    """The input has a None for the batch, as in Keras."""
    NetChain([LinearLayer(32), Ramp], Input=(None, 784))


@wrong("KernelSize", "Stride", "2", "3")
def settings_for_other_ranks():
    """A kernel has two sizes, and its stride three."""
    NetChain([ConvolutionLayer(8, (3, 3), Stride=(1, 2, 2)), Ramp], Input=(1, 28, 28))


# ---- data ----------------------------------------------------------------------------------


@wrong("Input", "5", "4")
def table_with_a_column_too_few():
    """The net is for 5 columns; the table has 4."""
    net = NetChain([3, SoftmaxLayer()], Input=5)
    NetTrain(net, (np.zeros((6, 4)), [1, 2, 3, 1, 2, 3]), MaxTrainingRounds=1)


@wrong("Output", "'bat'", "'cat'", "'dog'", "example", "3", nearest="'cat'")
def label_that_is_no_class():
    """A label is misspelt; the decoder knows which there are."""
    net = NetChain([2, SoftmaxLayer()], Input=4, Output=NetDecoder("Class", ["cat", "dog"]))
    NetTrain(net, (np.zeros((3, 4)), ["cat", "dog", "bat"]), MaxTrainingRounds=1)


@wrong("Target", "0", "1", "10")
def classes_counted_from_0():
    """Classes are numbered 0 to 9 as in PyTorch; the loss counts them from 1."""
    net = NetGraph(
        {"net": [10, SoftmaxLayer()], "loss": CrossEntropyLossLayer("Index")}, [("net", "loss")]
    )
    data = {"Input": np.zeros((3, 4)), "Target": [9, 0, 1]}
    NetTrain(net, data, MaxTrainingRounds=1)


@wrong("net[2]", "Weights", "('Varying', 5)", nearest="SequenceLastLayer")
def class_of_a_sequence_without_its_last_element():
    """Sequences should be told apart; each element reaches the layer of the classes."""
    net = NetChain([LongShortTermMemoryLayer(8), LinearLayer(), SoftmaxLayer()])
    sequences = [np.zeros((4, 5)), np.zeros((3, 5))]
    NetTrain(net, (sequences, ["up", "down"]), MaxTrainingRounds=1)


@wrong("net[1]", "4", "3", "Output", nearest="LinearLayer(4)")
def more_labels_than_classes():
    """The last layer is for 3 classes; the training data have 4 different labels."""
    net = NetChain([LinearLayer(3), SoftmaxLayer()], Input=2)
    NetTrain(net, (np.zeros((4, 2)), ["a", "b", "c", "d"]), MaxTrainingRounds=1)


@wrong("Output", "1", "2")
def targets_of_two_numbers():
    """The targets are pairs; the last layer gives one number each."""
    net = NetChain([8, Ramp, LinearLayer(1)], Input=3)
    NetTrain(net, (np.zeros((5, 3)), np.zeros((5, 2))), MaxTrainingRounds=1)


@wrong("60", "59", "Input", "Output")
def one_target_too_few():
    """The last target was lost on the way."""
    NetTrain(NetChain([8, Ramp, 1]), (np.zeros((60, 1)), np.zeros((59, 1))), MaxTrainingRounds=1)


@wrong("Input", "3 x 32 x 32", "32 x 32 x 3", nearest="transpose")
def photographs_channels_last():
    """Ten photographs go into a trained net channels last, as a file reader gives them."""
    net = NetInitialize(NetChain([ConvolutionLayer(8, 3), LogisticSigmoid], Input=(3, 32, 32)))
    net(np.zeros((10, 32, 32, 3)))
