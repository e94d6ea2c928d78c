"""Normalizations beside JAX, ONNX and PyTorch."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from netdsl import All, NetExtract, NetTrain, Span
from tests.peers.harness import COUNT, SINGLE, Twin, call, compare, each, installed, operator


def wide(array, axes, rank):
    """An array whose axes are these of `rank`, the batch being the first."""
    order = np.argsort(axes)
    shape = [1] * rank
    for place, axis in zip(order, sorted(axes), strict=True):
        shape[axis] = array.shape[place]
    turned = array.transpose(*order.tolist()) if array.ndim > 1 else array
    return turned.reshape(shape)


# ---- over a batch ------------------------------------------------------------------------------

BATCHES = [
    call(Input=3),
    call(Input=1),
    call(Input=8, Epsilon=1e-5),
    call(Input=(2, 5)),
    call(Input=(5, 2), Epsilon=0.1),
    call(Input=(3, 4, 2)),
    call(Input=(2, 1, 6)),
    call(Input=(4, 3, 2, 2)),
    call(Input=(1, 3, 5)),
    call(Input=(6, 2), Momentum=0.5),
    call(Input=(2, 7, 3)),
]
BATCHES_BY_LAST = [
    call(Input=(4, 2), Interleaving=True),
    call(Input=(2, 3, 5), Interleaving=True),
    call(Input=(3, 1, 4, 2), Interleaving=True, Epsilon=0.01),
]
MOVING = ("MovingMean", "MovingVariance")
POSITIVE = {"MovingVariance": (0.2, 3.0)}


def channel(layer, rank):
    """The axis of the channels in a batch."""
    return rank - 1 if layer.Interleaving else 1


def batch_norm(jax, layer, Input, Scaling, Biases, MovingMean, MovingVariance):
    axis = channel(layer, Input.ndim)
    gamma, beta, mean, variance = (
        wide(one, [axis], Input.ndim) for one in (Scaling, Biases, MovingMean, MovingVariance)
    )
    out = jax.nn.standardize(Input, axis, mean, variance, layer.Epsilon)
    return out * gamma + beta


def batch_norm_onnx(run, layer, Input, Scaling, Biases, MovingMean, MovingVariance):
    arrays = (Input, Scaling, Biases, MovingMean, MovingVariance)
    return run("BatchNormalization", *arrays, epsilon=layer.Epsilon)


def batch_norm_torch(torch, layer, Input, Scaling, Biases, MovingMean, MovingVariance):
    return torch.nn.functional.batch_norm(
        Input, MovingMean, MovingVariance, Scaling, Biases, eps=layer.Epsilon
    )


def batch_norm_training(jax, layer, Input, Scaling, Biases, MovingMean, MovingVariance):
    axis = channel(layer, Input.ndim)
    others = tuple(other for other in range(Input.ndim) if other != axis)
    out = jax.nn.standardize(Input, others, epsilon=layer.Epsilon)
    return out * wide(Scaling, [axis], Input.ndim) + wide(Biases, [axis], Input.ndim)


def batch_norm_training_torch(torch, layer, Input, Scaling, Biases, MovingMean, MovingVariance):
    return torch.nn.functional.batch_norm(
        Input, None, None, Scaling, Biases, training=True, eps=layer.Epsilon
    )


# ---- over each example -------------------------------------------------------------------------

IMAGES = [
    call(Input=(2, 3)),
    call(Input=(1, 7)),
    call(Input=(4, 2), Epsilon=0.1),
    call(Input=(3, 2, 4)),
    call(Input=(2, 5, 1)),
    call(Input=(5, 3, 2), Epsilon=1e-5),
    call(Input=(1, 4, 6)),
    call(Input=(2, 2, 3, 2)),
    call(Input=(3, 1, 2, 4)),
    call(Input=(6, 9)),
]
FEATURES = [
    call(2, "Same", Input=(4, 3)),
    call(2, "Same", Input=(1, 5)),
    call(Span(2, All), "Same", Input=(3, 2, 4)),
    call(Span(1, 2), "Same", Input=(2, 5)),
    call(1, "Same", Input=7, Epsilon=1e-5),
    call(Span(2, 3), "Same", Input=(2, 4, 3)),
    call(3, "Same", Input=(2, 3, 6)),
    call(Span(1, 3), "Same", Input=(2, 1, 4), Epsilon=0.05),
    call(Span(3, 4), "Same", Input=(2, 3, 2, 4)),
    call(2, "Same", Input=(6, 11)),
]
GROUPS = [
    call(Span(1, 3), 1, Input=shape, GroupNumber=[groups, 1, 1])
    for shape, groups in [
        ((4, 3, 2), 2),
        ((6, 2, 3), 3),
        ((6, 1, 5), 2),
        ((3, 4, 2), 1),
        ((3, 2, 5), 3),
        ((8, 2, 2), 4),
        ((2, 5, 3), 2),
        ((9, 2, 1), 3),
        ((10, 3, 4), 5),
        ((12, 2, 3), 4),
    ]
]
OTHERS = [
    call(1, Input=(3, 4)),
    call(1, Input=(4, 2, 3)),
    call([1, 3], Input=(2, 4, 3)),
    call(Span(2, 3), Input=(3, 2, 5), Unbiased=True),
    call(2, [1], Input=(3, 5, 2)),
    call([1, 2], [3], Input=(2, 4, 3), Unbiased=True),
    call(2, [3, 1], Input=(2, 3, 4)),
    call(Span(2, All), Input=(2, 3, 4), Scaling=None),
    call(1, Input=(5, 3), Biases=None),
    call(2, "Same", Input=(3, 6), Scaling=None, Biases=None),
]
SQUARES = [
    call(*one.arguments, **one.settings, Method="RMS")
    for one in (*FEATURES[:6], *OTHERS[:3], *OTHERS[6:])
]


def axes_of(spec, rank):
    """The axes of a batch that levels name."""
    if isinstance(spec, Span):
        return list(range(spec.first, (rank if spec.last is All else spec.last) + 1))
    return [spec] if isinstance(spec, int) else list(spec)


def normalize(jax, layer, Input, Scaling=None, Biases=None):
    jnp = jax.numpy
    rank = Input.ndim - 1
    axes = axes_of(layer.AggregationLevels, rank)
    x = Input.reshape(*grouped(layer, Input, axes))
    over = grouped_axes(layer, axes)
    if layer.Method == "RMS":
        out = x * jax.lax.rsqrt(jnp.mean(x**2, over, keepdims=True) + layer.Epsilon)
    else:
        center = x - jnp.mean(x, over, keepdims=True)
        variance = jnp.var(x, over, keepdims=True, ddof=int(layer.Unbiased))
        out = center * jax.lax.rsqrt(variance + layer.Epsilon)
    out = out.reshape(Input.shape)
    kept = [level for level in range(1, rank + 1) if level not in axes]
    named = {"Same": axes, "Complement": kept}.get(layer.ScalingLevels) or axes_of(
        layer.ScalingLevels, rank
    )
    out = out if Scaling is None else out * wide(Scaling, named, rank + 1)
    return out if Biases is None else out + wide(Biases, named, rank + 1)


def groups_of(layer, axes):
    """Into how many groups each of these axes is split."""
    return layer.GroupNumber or (1,) * len(axes)


def grouped(layer, x, axes):
    """The dimensions with each axis in groups."""
    parts = dict(zip(axes, groups_of(layer, axes), strict=True))
    for axis, size in enumerate(x.shape):
        yield from (parts[axis], size // parts[axis]) if axis in parts else (size,)


def grouped_axes(layer, axes):
    """The axes over which each group goes, among these dimensions."""
    return tuple(axis + place + 1 for place, axis in enumerate(sorted(axes)))


def instance_onnx(run, layer, Input, Scaling, Biases):
    return run("InstanceNormalization", Input, Scaling, Biases, epsilon=layer.Epsilon)


def instance_torch(torch, layer, Input, Scaling, Biases):
    norm = torch.nn.functional.instance_norm
    return norm(Input, weight=Scaling, bias=Biases, eps=layer.Epsilon)


def features_onnx(run, layer, Input, Scaling, Biases):
    axis = axes_of(layer.AggregationLevels, Input.ndim - 1)[0]
    return run("LayerNormalization", Input, Scaling, Biases, axis=axis, epsilon=layer.Epsilon)


def features_torch(torch, layer, Input, Scaling, Biases):
    norm = torch.nn.functional.layer_norm
    return norm(Input, Scaling.shape, Scaling, Biases, layer.Epsilon)


def groups_onnx(run, layer, Input, Scaling, Biases):
    count = layer.GroupNumber[0]
    more = {"num_groups": count, "epsilon": layer.Epsilon}
    return run("GroupNormalization", Input, Scaling, Biases, **more)


def groups_torch(torch, layer, Input, Scaling, Biases):
    norm = torch.nn.functional.group_norm
    return norm(Input, layer.GroupNumber[0], Scaling, Biases, layer.Epsilon)


# ---- over neighbouring channels ----------------------------------------------------------------

RESPONSES = [
    call(Input=(5, 1, 1)),
    call(Input=(6, 2, 3)),
    call(Input=(9, 3, 1)),
    call(Input=(3, 4, 2), ChannelWindowSize=1),
    call(Input=(7, 2, 2), ChannelWindowSize=3),
    call(Input=(5, 3, 2), Alpha=0.3),
    call(Input=(8, 1, 4), Beta=0.75),
    call(Input=(5, 2, 5), Bias=2.5),
    call(Input=(4, 3, 3), ChannelWindowSize=1, Alpha=2.0, Beta=1.25, Bias=0.5),
    call(Input=(12, 2, 3), ChannelWindowSize=4, Alpha=0.7, Beta=0.4),
]


def response(jax, layer, Input):
    c = layer.ChannelWindowSize
    total = jax.lax.reduce_window(
        Input**2,
        0.0,
        jax.lax.add,
        (1, 2 * c + 1, 1, 1),
        (1, 1, 1, 1),
        [(0, 0), (c, c), (0, 0), (0, 0)],
    )
    return Input / (layer.Alpha / (2 * c + 1) * total + layer.Bias) ** layer.Beta


def response_onnx(run, layer, Input):
    more = {"alpha": layer.Alpha, "beta": layer.Beta, "bias": layer.Bias}
    size = 2 * layer.ChannelWindowSize + 1
    # Some versions go over as many channels as there are examples (onnx issue 7805).
    alike = [np.stack([image] * len(image)) for image in Input]
    return np.stack([run("LRN", images, size=size, **more)[0] for images in alike])


def response_torch(torch, layer, Input):
    size = 2 * layer.ChannelWindowSize + 1
    norm = torch.nn.functional.local_response_norm
    return norm(Input, size, layer.Alpha, layer.Beta, layer.Bias)


# The attributes of ONNX's operators are float32.
batches = partial(Twin, "BatchNormalizationLayer", ranges=POSITIVE, onnx_tolerance=SINGLE)
normalizations = partial(Twin, "NormalizationLayer", onnx_tolerance=SINGLE)
TRAINING = {"NetEvaluationMode": "Train"}
TWINS = [
    batches(BATCHES, batch_norm, batch_norm_onnx),
    batches(BATCHES, torch=batch_norm_torch, constant=MOVING),
    batches(BATCHES_BY_LAST, batch_norm),
    batches(BATCHES, batch_norm_training, options=TRAINING),
    batches(BATCHES, torch=batch_norm_training_torch, options=TRAINING, constant=MOVING),
    batches(BATCHES_BY_LAST, batch_norm_training, options=TRAINING),
    normalizations(IMAGES, normalize, instance_onnx, instance_torch),
    normalizations(FEATURES, normalize, features_onnx, features_torch),
    normalizations(GROUPS, normalize, groups_onnx, groups_torch),
    normalizations(OTHERS, normalize),
    normalizations(SQUARES, normalize),
    Twin(
        "LocalResponseNormalizationLayer",
        RESPONSES,
        response,
        response_onnx,
        response_torch,
        onnx_tolerance=SINGLE,
    ),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)


@pytest.mark.parametrize("one", BATCHES, ids=str)
def test_moving_statistics_are_those_of_onnx(one):
    installed("onnx")
    twin = TWINS[0]
    layer = twin.layer(one)
    data = twin.data(layer, one)
    arrays = [NetExtract(layer, name) for name in ("Scaling", "Biases", *MOVING)]

    _, *theirs = operator(
        "BatchNormalization",
        data["Input"].astype(np.float32),
        *arrays,
        outputs=3,
        training_mode=1,
        epsilon=layer.Epsilon,
        momentum=layer.Momentum,
    )

    trained = NetTrain(
        layer,
        (data["Input"], data["Input"]),
        MaxTrainingRounds=1,
        BatchSize=COUNT,
        TrainingProgressReporting=None,
    )
    for name, value in zip(MOVING, theirs, strict=True):
        np.testing.assert_allclose(NetExtract(trained, name), value, **SINGLE)
