"""Layers that act on vectors and single entries, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

from netdsl import Span
from tests.peers.harness import Twin, call, compare, each

LINEAR = [
    call(4, Input=3),
    call(1, Input=7),
    call((), Input=5),
    call(3, Input="Real"),
    call((), Input="Real"),
    call((2, 3), Input=4),
    call(5, Input=(3, 2)),
    call((3, 1, 2), Input=(2, 5)),
    call(2, Input=(4, 1, 3), Biases=None),
    call((7, 2), Input=(2, 3, 2, 2)),
    call(40, Input=130),
]


def linear(jax, layer, Input, Weights, Biases=None):
    jnp = jax.numpy
    rows = jnp.reshape(Input, (Input.shape[0], -1))
    out = jnp.einsum("bi,oi->bo", rows, Weights)
    out = out if Biases is None else out + Biases
    return jnp.reshape(out, (Input.shape[0], *layer.port("Output").dims))


def linear_onnx(run, layer, Input, Weights, Biases=None):
    rows = Input.reshape(Input.shape[0], -1)
    out = run("Gemm", rows, Weights, Biases, transB=1)
    return run("Reshape", out, [Input.shape[0], *layer.port("Output").dims])


def linear_torch(torch, layer, Input, Weights, Biases=None):
    out = torch.nn.functional.linear(Input.reshape(len(Input), -1), Weights, Biases)
    return out.reshape(len(Input), *layer.port("Output").dims)


SOFTMAX = [
    call(Input=3),
    call(Input=1),
    call(1, Input=6),
    call(Input=(2, 5)),
    call(1, Input=(5, 2)),
    call(-2, Input=(3, 4)),
    call(2, Input=(2, 3, 4)),
    call(1, Input=(4, 1, 3)),
    call(-3, Input=(3, 5, 2)),
    call(3, Input=(2, 1, 4, 3)),
    call(Input=150),
]


def softmax(jax, layer, Input):
    # Level n of an example is axis n of a batch, and negative ones are counted alike.
    return jax.nn.softmax(Input, axis=layer.Level)


def softmax_onnx(run, layer, Input):
    return run("Softmax", Input, axis=layer.Level)


def softmax_torch(torch, layer, Input):
    return torch.softmax(Input, dim=layer.Level)


RAMP_OF_CHANNELS = [
    call(Input=3),
    call(Input=(2, 5)),
    call(Input=(5, 2)),
    call(1, Input=(3, 4, 2)),
    call([1], Input=(4, 1, 2, 3)),
]
RAMP_OF_LEVELS = [
    call([], Input="Real"),
    call([], Input=(4, 3)),
    call(2, Input=(2, 6)),
    call(-1, Input=(3, 2, 5)),
    call([2, 1], Input=(3, 5)),
    call([3, 1], Input=(2, 3, 4)),
    call(Span(1, 2), Input=(4, 2, 3)),
    call(Span(2, 3), Input=(2, 3, 2, 2)),
]


def ramp(jax, layer, Input, Slope):
    jnp = jax.numpy
    rank = Input.ndim - 1
    levels = layer.Levels
    levels = range(levels.first, levels.last + 1) if isinstance(levels, Span) else levels
    levels = [level % (rank + 1) for level in levels]
    # einsum puts the slopes in the order of the input's levels, and ones fill up the others.
    letters, ones = "abcdefg"[: rank + 1], [jnp.ones(n) for n in Input.shape]
    kept = [level for level in range(rank + 1) if level not in levels]
    terms = ["".join(letters[level] for level in levels), *(letters[level] for level in kept)]
    wide = jnp.einsum(f"{','.join(terms)}->{letters}", Slope, *(ones[level] for level in kept))
    return jax.nn.leaky_relu(Input, wide)


def ramp_onnx(run, layer, Input, Slope):
    return run("PRelu", Input, Slope.reshape(-1, *[1] * (Input.ndim - 2)))


def ramp_torch(torch, layer, Input, Slope):
    return torch.nn.functional.prelu(Input, Slope)


TWINS = [
    Twin("LinearLayer", LINEAR, linear, linear_onnx, linear_torch),
    Twin("SoftmaxLayer", SOFTMAX, softmax, softmax_onnx, softmax_torch),
    Twin("ParametricRampLayer", RAMP_OF_CHANNELS, ramp, ramp_onnx, ramp_torch),
    Twin("ParametricRampLayer", RAMP_OF_LEVELS, ramp),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
