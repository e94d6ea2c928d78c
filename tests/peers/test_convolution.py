"""Layers with windows beside JAX, ONNX and PyTorch."""

from __future__ import annotations

from math import prod

from tests.peers.harness import Twin, call, compare, each


def per_level(setting, rank):
    """A setting that is one number for all levels, or one for each."""
    return (setting,) * rank if isinstance(setting, int) else tuple(setting)


def pads(layer, rank):
    """How much comes before and after each level; "SAME" as JAX calls it."""
    if layer.PaddingSize == "Same":
        return "SAME"
    return [(n, n) if isinstance(n, int) else n for n in per_level(layer.PaddingSize, rank)]


def onnx_pads(layer, rank):
    """The attributes with which ONNX pads."""
    found = pads(layer, rank)
    if found == "SAME":
        return {"auto_pad": "SAME_UPPER"}
    return {"pads": [before for before, _ in found] + [after for _, after in found]}


def first(array, layer, move):
    """A batch with the channels in front of the levels."""
    return move(array, -1, 1) if layer.Interleaving else array


def back(array, layer, move):
    """A batch with the channels where the layer has them."""
    return move(array, 1, -1) if layer.Interleaving else array


# ---- convolution -------------------------------------------------------------------------------

CONVOLUTIONS = [
    call(3, [2], Input=(2, 5)),
    call(1, [4], Input=(3, 9), Stride=2),
    call(2, [3], Input=(1, 8), Dilation=2, Biases=None),
    call(4, [3], Input=(2, 7), PaddingSize=[(2, 1)]),
    call(5, (2, 3), Input=(3, 6, 5)),
    call(2, (3, 2), Input=(2, 9, 7), Stride=(2, 3)),
    call(3, (2, 4), Input=(1, 8, 10), Stride=(3, 1), Dilation=(1, 2), PaddingSize=(1, 2)),
    call(4, (3, 2), Input=(6, 5, 8), ChannelGroups=2, PaddingSize=[(0, 2), (3, 1)]),
    call(6, (2, 3), Input=(3, 4, 6), ChannelGroups=3, Stride=(1, 2)),
    call(2, (2, 1, 3), Input=(2, 4, 3, 5), PaddingSize=1),
    call(3, (1, 3, 2), Input=(2, 3, 7, 4), Stride=(1, 2, 1), Dilation=(1, 2, 3)),
    call(1, 1, Input=(7, 3, 2)),
]
SAME_CONVOLUTIONS = [
    call(2, [5], Input=(3, 12), Stride=2, PaddingSize="Same"),
    call(3, [2], Input=(2, 7), PaddingSize="Same"),
    call(2, (4, 3), Input=(2, 7, 9), Stride=(3, 2), PaddingSize="Same"),
    call(2, (3, 2), Input=(1, 6, 5), Dilation=(2, 1), PaddingSize="Same"),
]
INTERLEAVED = [
    call(3, [2], Input=(5, 2), Interleaving=True),
    call(2, [3], Input=(8, 3), Interleaving=True, Stride=2, PaddingSize=[(1, 0)]),
    call(4, (2, 3), Input=(4, 7, 2), Interleaving=True, ChannelGroups=2),
]


def convolution(jax, layer, Input, Weights, Biases=None):
    rank = Input.ndim - 2
    out = jax.lax.conv_general_dilated(
        first(Input, layer, jax.numpy.moveaxis),
        Weights,
        window_strides=per_level(layer.Stride, rank),
        padding=pads(layer, rank),
        rhs_dilation=per_level(layer.Dilation, rank),
        feature_group_count=layer.ChannelGroups,
    )
    if Biases is not None:
        out = out + Biases.reshape(-1, *[1] * rank)
    return back(out, layer, jax.numpy.moveaxis)


def convolution_onnx(run, layer, Input, Weights, Biases=None):
    rank = Input.ndim - 2
    return run(
        "Conv",
        Input,
        Weights,
        Biases,
        strides=per_level(layer.Stride, rank),
        dilations=per_level(layer.Dilation, rank),
        group=layer.ChannelGroups,
        **onnx_pads(layer, rank),
    )


def convolution_torch(torch, layer, Input, Weights, Biases=None):
    rank = Input.ndim - 2
    convolve = getattr(torch.nn.functional, f"conv{rank}d")
    out = convolve(
        padded(torch, first(Input, layer, torch.movedim), pads(layer, rank)),
        Weights,
        Biases,
        stride=per_level(layer.Stride, rank),
        dilation=per_level(layer.Dilation, rank),
        groups=layer.ChannelGroups,
    )
    return back(out, layer, torch.movedim)


def padded(torch, array, ends, value=0.0):
    """An array with something around its last dimensions."""
    return torch.nn.functional.pad(array, [n for pair in ends[::-1] for n in pair], value=value)


# ---- pooling -----------------------------------------------------------------------------------


def pooling_calls(function):
    return [
        call(2, Input=(3, 5), Function=function),
        call([3], 2, Input=(2, 9), Function=function),
        call((2, 3), Input=(1, 4, 7), Function=function),
        call((3, 2), (2, 1), Input=(2, 7, 5), Function=function),
        call((3, 2), (1, 3), Input=(2, 5, 8), Function=function, PaddingSize=1),
        call((4, 3), 2, Input=(3, 6, 5), Function=function, PaddingSize=[(1, 2), (0, 2)]),
        call((2, 1, 3), Input=(2, 3, 4, 5), Function=function),
        call((2, 3, 2), (1, 2, 3), Input=(1, 4, 5, 7), Function=function, PaddingSize=(0, 1, 1)),
        call((5, 4), Input=(2, 5, 4), Function=function),
        call(3, 2, Input=(4, 8, 7), Function=function),
    ]


def same_pooling_calls(function):
    return [
        call((2, 3), 2, Input=(2, 5, 8), Function=function, PaddingSize="Same"),
        call([3], 3, Input=(2, 7), Function=function, PaddingSize="Same"),
        call([2], 1, Input=(6, 3), Function=function, Interleaving=True),
        call((2, 3), (3, 1), Input=(5, 4, 2), Function=function, Interleaving=True, PaddingSize=1),
    ]


MAXIMA = pooling_calls("Max")
MEANS = pooling_calls("Mean")
TOTALS = pooling_calls("Total")
SAME = [one for name in ("Max", "Mean", "Total") for one in same_pooling_calls(name)]


def pooling(jax, layer, Input):
    rank = Input.ndim - 2
    kernel = per_level(layer.KernelSize, rank)
    start, combine = 0.0, jax.lax.add
    if layer.Function == "Max":
        start, combine = -jax.numpy.inf, jax.lax.max
    ends = pads(layer, rank)
    out = jax.lax.reduce_window(
        first(Input, layer, jax.numpy.moveaxis),
        start,
        combine,
        window_dimensions=(1, 1, *kernel),
        window_strides=(1, 1, *per_level(layer.Stride, rank)),
        padding=ends if ends == "SAME" else [(0, 0), (0, 0), *ends],
    )
    out = out / prod(kernel) if layer.Function == "Mean" else out
    return back(out, layer, jax.numpy.moveaxis)


def pooling_onnx(run, layer, Input):
    rank = Input.ndim - 2
    kernel = per_level(layer.KernelSize, rank)
    more = {"strides": per_level(layer.Stride, rank), **onnx_pads(layer, rank)}
    if layer.Function == "Max":
        return run("MaxPool", Input, kernel_shape=kernel, **more)
    mean = run("AveragePool", Input, kernel_shape=kernel, count_include_pad=1, **more)
    return mean * prod(kernel) if layer.Function == "Total" else mean


def pooling_torch(torch, layer, Input):
    rank = Input.ndim - 2
    kernel, stride = per_level(layer.KernelSize, rank), per_level(layer.Stride, rank)
    is_max = layer.Function == "Max"
    pool = getattr(torch.nn.functional, f"{'max' if is_max else 'avg'}_pool{rank}d")
    around = -torch.inf if is_max else 0.0
    out = pool(padded(torch, Input, pads(layer, rank), around), kernel, stride)
    return out * prod(kernel) if layer.Function == "Total" else out


TWINS = [
    Twin("ConvolutionLayer", CONVOLUTIONS, convolution, convolution_onnx, convolution_torch),
    Twin("ConvolutionLayer", SAME_CONVOLUTIONS, convolution, convolution_onnx),
    Twin("ConvolutionLayer", INTERLEAVED, convolution, torch=convolution_torch),
    Twin("PoolingLayer", MAXIMA, pooling, pooling_onnx, pooling_torch),
    Twin("PoolingLayer", MEANS, pooling, pooling_onnx, pooling_torch),
    Twin("PoolingLayer", TOTALS, pooling, pooling_onnx, pooling_torch),
    Twin("PoolingLayer", SAME, pooling),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
