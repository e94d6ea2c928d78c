"""Numbers that others published: the output of every layer and its count of parameters.

A row is "name sizes count". A name is the path of the layer, joined by dots; where it is a number
it counts from 0, as torchvision's do. torchvision 0.29 and torch 2.13 were asked once, with a hook
on every module and function.
"""

from __future__ import annotations

from typing import NamedTuple


class Published(NamedTuple):
    """A layer: where it stands in the net, the sizes of its output, how many parameters it has.

    `count` is None where the source does not tell it.
    """

    path: tuple[int | str, ...]
    sizes: tuple[int, ...]
    count: int | None


def rows(text: str) -> tuple[Published, ...]:
    """Read a table; the counts may be missing."""
    return tuple(_row(*line.split()) for line in text.strip().splitlines())


def _row(name: str, sizes: str, count: str | None = None) -> Published:
    path = tuple(int(key) + 1 if key.isdigit() else key for key in name.split("."))
    found = tuple(int(size) for size in sizes.split("x"))
    return Published(path, found, None if count is None else int(count))


LENET = rows("""
conv1 20x24x24 520
ramp1 20x24x24 0
pool1 20x12x12 0
conv2 50x8x8 25050
ramp2 50x8x8 0
pool2 50x4x4 0
flatten 800 0
linear1 500 400500
ramp3 500 0
linear2 10 5010
softmax 10 0
""")
"""Caffe's example "lenet" and Wolfram's "LeNet Trained on MNIST Data", for 1 x 28 x 28."""

ALEXNET = rows("""
conv1 96x55x55 34944
ramp1 96x55x55 0
norm1 96x55x55 0
pool1 96x27x27 0
conv2 256x27x27 307456
ramp2 256x27x27 0
norm2 256x27x27 0
pool2 256x13x13 0
conv3 384x13x13 885120
ramp3 384x13x13 0
conv4 384x13x13 663936
ramp4 384x13x13 0
conv5 256x13x13 442624
ramp5 256x13x13 0
pool5 256x6x6 0
flatten 9216 0
linear6 4096 37752832
ramp6 4096 0
drop6 4096 0
linear7 4096 16781312
ramp7 4096 0
drop7 4096 0
linear8 1000 4097000
softmax 1000 0
""")
"""Krizhevsky, Sutskever and Hinton 2012, section 3.5; counts of Caffe's "bvlc_alexnet"."""

VGG_16 = rows("""
features.0 64x224x224 1792
features.1 64x224x224 0
features.2 64x224x224 36928
features.3 64x224x224 0
features.4 64x112x112 0
features.5 128x112x112 73856
features.6 128x112x112 0
features.7 128x112x112 147584
features.8 128x112x112 0
features.9 128x56x56 0
features.10 256x56x56 295168
features.11 256x56x56 0
features.12 256x56x56 590080
features.13 256x56x56 0
features.14 256x56x56 590080
features.15 256x56x56 0
features.16 256x28x28 0
features.17 512x28x28 1180160
features.18 512x28x28 0
features.19 512x28x28 2359808
features.20 512x28x28 0
features.21 512x28x28 2359808
features.22 512x28x28 0
features.23 512x14x14 0
features.24 512x14x14 2359808
features.25 512x14x14 0
features.26 512x14x14 2359808
features.27 512x14x14 0
features.28 512x14x14 2359808
features.29 512x14x14 0
features.30 512x7x7 0
flatten 25088 0
classifier.0 4096 102764544
classifier.1 4096 0
classifier.2 4096 0
classifier.3 4096 16781312
classifier.4 4096 0
classifier.5 4096 0
classifier.6 1000 4097000
""")
"""torchvision's vgg16, for 3 x 224 x 224, without its pooling from 7 x 7 to 7 x 7."""

SQUEEZENET_1_1 = rows("""
features.0 64x111x111 1792
features.1 64x111x111 0
features.2 64x55x55 0
features.3.squeeze 16x55x55 1040
features.3.squeeze_activation 16x55x55 0
features.3.expand1x1 64x55x55 1088
features.3.expand1x1_activation 64x55x55 0
features.3.expand3x3 64x55x55 9280
features.3.expand3x3_activation 64x55x55 0
features.3.cat 128x55x55 0
features.4.squeeze 16x55x55 2064
features.4.squeeze_activation 16x55x55 0
features.4.expand1x1 64x55x55 1088
features.4.expand1x1_activation 64x55x55 0
features.4.expand3x3 64x55x55 9280
features.4.expand3x3_activation 64x55x55 0
features.4.cat 128x55x55 0
features.5 128x27x27 0
features.6.squeeze 32x27x27 4128
features.6.squeeze_activation 32x27x27 0
features.6.expand1x1 128x27x27 4224
features.6.expand1x1_activation 128x27x27 0
features.6.expand3x3 128x27x27 36992
features.6.expand3x3_activation 128x27x27 0
features.6.cat 256x27x27 0
features.7.squeeze 32x27x27 8224
features.7.squeeze_activation 32x27x27 0
features.7.expand1x1 128x27x27 4224
features.7.expand1x1_activation 128x27x27 0
features.7.expand3x3 128x27x27 36992
features.7.expand3x3_activation 128x27x27 0
features.7.cat 256x27x27 0
features.8 256x13x13 0
features.9.squeeze 48x13x13 12336
features.9.squeeze_activation 48x13x13 0
features.9.expand1x1 192x13x13 9408
features.9.expand1x1_activation 192x13x13 0
features.9.expand3x3 192x13x13 83136
features.9.expand3x3_activation 192x13x13 0
features.9.cat 384x13x13 0
features.10.squeeze 48x13x13 18480
features.10.squeeze_activation 48x13x13 0
features.10.expand1x1 192x13x13 9408
features.10.expand1x1_activation 192x13x13 0
features.10.expand3x3 192x13x13 83136
features.10.expand3x3_activation 192x13x13 0
features.10.cat 384x13x13 0
features.11.squeeze 64x13x13 24640
features.11.squeeze_activation 64x13x13 0
features.11.expand1x1 256x13x13 16640
features.11.expand1x1_activation 256x13x13 0
features.11.expand3x3 256x13x13 147712
features.11.expand3x3_activation 256x13x13 0
features.11.cat 512x13x13 0
features.12.squeeze 64x13x13 32832
features.12.squeeze_activation 64x13x13 0
features.12.expand1x1 256x13x13 16640
features.12.expand1x1_activation 256x13x13 0
features.12.expand3x3 256x13x13 147712
features.12.expand3x3_activation 256x13x13 0
features.12.cat 512x13x13 0
classifier.0 512x13x13 0
classifier.1 1000x13x13 513000
classifier.2 1000x13x13 0
classifier.3 1000 0
""")
"""torchvision's squeezenet1_1, for 3 x 224 x 224; the last pooling drops the sizes of 1."""

ENCODER_LAYER = rows("""
query 37x512 262656
key 37x512 262656
value 37x512 262656
query_heads 37x8x64 0
key_heads 37x8x64 0
value_heads 37x8x64 0
attention 37x8x64 0
merge 37x512 0
output 37x512 262656
dropout1 37x512 0
add1 37x512 0
norm1 37x512 1024
linear1 37x2048 1050624
activation 37x2048 0
dropout 37x2048 0
linear2 37x512 1049088
dropout2 37x512 0
add2 37x512 0
norm2 37x512 1024
""")
"""torch.nn.TransformerEncoderLayer(512, 8, 2048), 37 steps; heads as the paper's section 3.2.2."""
