"""The architectures that the tests go through: how to build each, and what was published of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.architectures import nets, published, transformers
from tests.architectures.published import Published
from tests.architectures.published_bert import BERT_EMBEDDINGS, BERT_LAYER, BERT_POOLER
from tests.architectures.published_resnet import RESNET_50
from tests.architectures.published_unet import PADDED_UNET, UNET


@dataclass(frozen=True)
class Case:
    """An architecture: its inputs with names for sizes, those sizes, and the published numbers.

    `is_sized` says whether arrays depend on the named sizes, as they do behind a flattening;
    `state` is how many numbers a training moves without learning them.
    """

    build: Callable[..., Any]
    named: Mapping[str, tuple[Any, ...]]
    sizes: Mapping[str, int]
    table: tuple[Published, ...]
    total: int
    is_sized: bool = False
    state: int = 0

    @property
    def ports(self) -> dict[str, tuple[int, ...]]:
        """The inputs in numbers, as published."""
        return self.at(self.sizes)

    def at(self, sizes: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
        """Return the inputs in numbers, for these sizes."""
        return {
            port: tuple(sizes.get(size, size) for size in dims) for port, dims in self.named.items()
        }


def differences(got: Mapping[Any, Any], expected: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return what came and what was expected, where they differ."""
    keys = dict.fromkeys((*expected, *got))
    pairs = {key: (got.get(key), expected.get(key)) for key in keys}
    return {key: (left, right) for key, (left, right) in pairs.items() if left != right}


def _images(channels: int, size: int) -> tuple[Any, Any]:
    return {"Input": (channels, "h", "w")}, {"h": size, "w": size}


def _inside(table: tuple[Published, ...], *path: int | str) -> tuple[Published, ...]:
    return tuple(row._replace(path=(*path, *row.path)) for row in table)


def _times(count: int, table: tuple[Published, ...], *path: str) -> tuple[Published, ...]:
    return tuple(row for at in range(count) for row in _inside(table, *path, at + 1))


BERT = (
    *_inside(BERT_EMBEDDINGS, "embeddings"),
    *_times(12, BERT_LAYER, "encoder"),
    *BERT_POOLER,
)
KERAS_STATE = 53_120  # "Non-trainable params" of keras.applications.ResNet50
UNET_OF_ONE_CLASS = 31_030_593  # often printed; the paper's net has two

CASES = {
    "LeNet": Case(nets.lenet, *_images(1, 28), published.LENET, 431_080, is_sized=True),
    "AlexNet": Case(nets.alexnet, *_images(3, 227), published.ALEXNET, 60_965_224, is_sized=True),
    "VGG-16": Case(nets.vgg16, *_images(3, 224), published.VGG_16, 138_357_544, is_sized=True),
    "ResNet-50": Case(nets.resnet, *_images(3, 224), RESNET_50, 25_557_032, state=KERAS_STATE),
    "SqueezeNet": Case(nets.squeezenet, *_images(3, 224), published.SQUEEZENET_1_1, 1_235_496),
    "U-Net": Case(nets.unet, *_images(1, 572), UNET, UNET_OF_ONE_CLASS + 64 + 1),
    "padded U-Net": Case(
        partial(nets.unet, padded=True), *_images(1, 256), PADDED_UNET, 31_031_685
    ),
    "encoder": Case(
        transformers.transformer_encoder,
        {"Input": ("n", 512)},
        {"n": 37},
        _times(6, published.ENCODER_LAYER),
        18_914_304,
    ),
    "BERT": Case(transformers.bert, {"Words": ("n",)}, {"n": 37}, BERT, 109_482_240),
}
