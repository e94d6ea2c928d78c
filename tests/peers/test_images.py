"""Layers that change the size of images, beside JAX, ONNX and PyTorch."""

from __future__ import annotations

import numpy as np

from netdsl import All, Scaled
from tests.peers.harness import SINGLE, Twin, call, compare, each
from tests.peers.test_convolution import back, first, per_level

# ---- deconvolution -----------------------------------------------------------------------------

DECONVOLUTIONS = [
    call(3, [2], Input=(2, 5)),
    call(1, [3], Input=(1, 2), Stride=2),
    call(2, [4], Input=(3, 6), Stride=3, PaddingSize=1, Biases=None),
    call(4, [3], Input=(2, 7), Dilation=2),
    call(3, (2, 3), Input=(2, 4, 5)),
    call(2, (3, 2), Input=(3, 5, 4), Stride=(2, 3)),
    call(5, (4, 3), Input=(1, 4, 3), Stride=(2, 1), PaddingSize=(1, 0)),
    call(2, (3, 4), Input=(2, 6, 3), Stride=2, PaddingSize=[(2, 1), (0, 3)]),
    call(3, (2, 3), Input=(2, 3, 4), Dilation=(3, 2), Stride=(2, 1)),
    call(1, 3, Input=(3, 4, 2)),
    call(2, (1, 4), Input=(1, 3, 5), Stride=(3, 2), PaddingSize=[(0, 0), (1, 2)]),
]
# ONNX's evaluator mixes up the channels of groups.
GROUPS = [
    call(4, (2, 3), Input=(6, 3, 4), ChannelGroups=2, Stride=(1, 2)),
    call(6, 2, Input=(3, 2, 5), ChannelGroups=3),
    call(6, [3], Input=(4, 5), ChannelGroups=2, Stride=2, PaddingSize=[(1, 0)]),
]
SAME_DECONVOLUTIONS = [
    call(2, [4], Input=(3, 5), Stride=2, PaddingSize="Same"),
    call(2, [3], Input=(1, 6), Stride=2, PaddingSize="Same"),
    call(3, (5, 2), Input=(2, 3, 4), Stride=(2, 1), PaddingSize="Same"),
    call(1, (3, 3), Input=(2, 4, 5), PaddingSize="Same"),
]
INTERLEAVED = [
    call(3, [2], Input=(5, 2), Interleaving=True, Stride=2),
    call(2, (2, 3), Input=(3, 4, 3), Interleaving=True, PaddingSize=[(0, 1), (1, 1)]),
]


def crops(layer, kernel, rank):
    """How much the layer takes off before and after each level."""
    strides, dilations = per_level(layer.Stride, rank), per_level(layer.Dilation, rank)
    if layer.PaddingSize == "Same":
        wide = zip(kernel, strides, dilations, strict=True)
        totals = [(k - 1) * dilation + 1 - stride for k, stride, dilation in wide]
        return [(total // 2, total - total // 2) for total in totals]
    return [(n, n) if isinstance(n, int) else n for n in per_level(layer.PaddingSize, rank)]


def deconvolution(jax, layer, Input, Weights, Biases=None):
    """The adjoint of the convolution that takes the output's size to the input's."""
    rank = Input.ndim - 2
    ends = crops(layer, Weights.shape[2:], rank)
    x = first(Input, layer, jax.numpy.moveaxis)
    sizes = back(np.zeros((1, *layer.port("Output").dims)), layer, lambda a, *_: a).shape
    sizes = (x.shape[0], *(first(np.zeros(sizes), layer, np.moveaxis).shape[1:]))

    def convolution(y):
        return jax.lax.conv_general_dilated(
            y,
            Weights,
            window_strides=per_level(layer.Stride, rank),
            padding=ends,
            rhs_dilation=per_level(layer.Dilation, rank),
            feature_group_count=layer.ChannelGroups,
        )

    _, adjoint = jax.vjp(convolution, jax.numpy.zeros(sizes))
    (out,) = adjoint(x)
    if Biases is not None:
        out = out + Biases.reshape(-1, *[1] * rank)
    return back(out, layer, jax.numpy.moveaxis)


def deconvolution_onnx(run, layer, Input, Weights, Biases=None):
    rank = Input.ndim - 2
    ends = crops(layer, Weights.shape[2:], rank)
    return run(
        "ConvTranspose",
        Input,
        Weights,
        Biases,
        strides=per_level(layer.Stride, rank),
        dilations=per_level(layer.Dilation, rank),
        group=layer.ChannelGroups,
        pads=[before for before, _ in ends] + [after for _, after in ends],
    )


def deconvolution_torch(torch, layer, Input, Weights, Biases=None):
    rank = Input.ndim - 2
    deconvolve = getattr(torch.nn.functional, f"conv_transpose{rank}d")
    out = deconvolve(
        first(Input, layer, torch.movedim),
        Weights,
        Biases,
        stride=per_level(layer.Stride, rank),
        dilation=per_level(layer.Dilation, rank),
        groups=layer.ChannelGroups,
    )
    for axis, (before, after) in enumerate(crops(layer, Weights.shape[2:], rank), 2):
        out = out.narrow(axis, before, out.shape[axis] - before - after)
    return back(out, layer, torch.movedim)


# ---- resize ------------------------------------------------------------------------------------

SIZES = [
    ([5], (1, 3)),
    ([6], (2, 3)),
    ([2], (3, 4)),
    ([7, 4], (1, 3, 2)),
    ([3, 5], (2, 7, 4)),
    ([4, All], (3, 6, 5)),
    ([Scaled(2), Scaled(3)], (2, 3, 2)),
    ([Scaled(0.5), 9], (1, 6, 4)),
    ([All, Scaled(1.5)], (2, 3, 4)),
    ([3, 2, 6], (2, 5, 4, 3)),
    ([Scaled(2), 2, All], (1, 2, 5, 3)),
]
POINTS = [call(sizes, Input=shape, Resampling="Linear") for sizes, shape in SIZES]
BINS = [call(sizes, Input=shape, Resampling="Linear", Scheme="Bin") for sizes, shape in SIZES]
LAST = [call([5, 4], Input=(3, 6, 2), Interleaving=True)]
NEAREST = [
    call([Scaled(factor) for factor in factors], Input=shape, Resampling="Nearest")
    for factors, shape in [
        ([2], (1, 3)),
        ([3], (4, 2)),
        ([1], (2, 5)),
        ([2, 3], (2, 3, 4)),
        ([3, 1], (1, 2, 5)),
        ([4, 2], (3, 1, 2)),
        ([2, 2], (2, 4, 3)),
        ([2, 3, 2], (1, 2, 3, 4)),
        ([1, 2, 3], (2, 3, 2, 2)),
        ([5, 1], (1, 3, 3)),
    ]
]


def resize(jax, layer, Input):
    x = first(Input, layer, jax.numpy.moveaxis)
    new = np.zeros((1, *layer.port("Output").dims))
    shape = (*x.shape[:2], *first(new, layer, np.moveaxis).shape[2:])
    if layer.Resampling == "Nearest":
        return back(jax.image.resize(x, shape, "nearest"), layer, jax.numpy.moveaxis)
    if layer.Scheme == "Bin":
        out = jax.image.resize(x, shape, "linear", antialias=False)
        return back(out, layer, jax.numpy.moveaxis)
    # The ends of both are to lie upon each other; JAX counts from the edges of the entries.
    pairs = zip(x.shape[2:], shape[2:], strict=True)
    scale = np.array([(m - 1) / (n - 1) for n, m in pairs])
    out = jax.image.scale_and_translate(
        x, shape, range(2, x.ndim), scale, (1 - scale) / 2, "linear", antialias=False
    )
    return back(out, layer, jax.numpy.moveaxis)


def resize_onnx(run, layer, Input):
    sizes = np.array([len(Input), *layer.port("Output").dims])
    if layer.Resampling == "Nearest":
        return run(
            "Resize",
            Input,
            None,
            None,
            sizes,
            mode="nearest",
            nearest_mode="floor",
            coordinate_transformation_mode="asymmetric",
        )
    way = "half_pixel" if layer.Scheme == "Bin" else "align_corners"
    return run(
        "Resize", Input, None, None, sizes, mode="linear", coordinate_transformation_mode=way
    )


def resize_torch(torch, layer, Input):
    modes = {3: "linear", 4: "bilinear", 5: "trilinear"}
    is_nearest = layer.Resampling == "Nearest"
    x = first(Input, layer, torch.movedim)
    new = np.zeros((1, *layer.port("Output").dims))
    out = torch.nn.functional.interpolate(
        x,
        size=first(new, layer, np.moveaxis).shape[2:],
        mode="nearest" if is_nearest else modes[x.ndim],
        align_corners=None if is_nearest else layer.Scheme != "Bin",
    )
    return back(out, layer, torch.movedim)


# ---- spatial transformation --------------------------------------------------------------------

TRANSFORMED = [
    call(size, Input=shape)
    for size, shape in [
        ([2, 2], (1, 3, 3)),
        ([3, 4], (2, 4, 3)),
        ([5, 2], (1, 2, 6)),
        ([4, 3], (3, 5, 5)),
        ([2, 5], (2, 3, 7)),
        ([6, 6], (1, 4, 4)),
        ([3, 2], (4, 2, 2)),
        ([7, 3], (2, 6, 3)),
        ([2, 3], (1, 8, 5)),
        ([4, 6], (2, 5, 8)),
    ]
]
NEAR_HERE = {"Parameters": (-1.1, 1.1)}


def transformed(jax, layer, Input, Parameters):
    jnp = jax.numpy
    _, rows, columns = layer.port("Output").dims
    y, x = jnp.meshgrid(jnp.linspace(-1, 1, rows), jnp.linspace(-1, 1, columns), indexing="ij")
    here = jnp.stack([x, y, jnp.ones_like(x)])

    def one(image, parameters):
        xs, ys = jnp.einsum("ij,jrc->irc", parameters.reshape(2, 3), here)
        height, width = image.shape[1:]
        spots = [(ys + 1) / 2 * (height - 1), (xs + 1) / 2 * (width - 1)]
        sample = jax.scipy.ndimage.map_coordinates
        return jnp.stack([sample(channel, spots, order=1, mode="constant") for channel in image])

    return jax.vmap(one)(Input, Parameters)


def transformed_onnx(run, layer, Input, Parameters):
    size = np.array([len(Input), *layer.port("Output").dims])
    grid = run("AffineGrid", Parameters.reshape(-1, 2, 3), size, align_corners=1)
    return run("GridSample", Input, grid, align_corners=1, mode="linear", padding_mode="zeros")


def transformed_torch(torch, layer, Input, Parameters):
    size = [len(Input), *layer.port("Output").dims]
    nn = torch.nn.functional
    grid = nn.affine_grid(Parameters.reshape(-1, 2, 3), size, align_corners=True)
    return nn.grid_sample(Input, grid, padding_mode="zeros", align_corners=True)


# ---- crops -------------------------------------------------------------------------------------

CROPPED = [
    call(size, Input=shape)
    for size, shape in [
        ([2, 2], (1, 4, 4)),
        ([3, 2], (2, 5, 4)),
        ([2, 3], (3, 2, 7)),
        ([4, 1], (1, 6, 3)),
        ([5, 5], (2, 5, 5)),
        ([1, 4], (4, 5, 8)),
        ([6, 3], (1, 10, 9)),
        ([3, 7], (2, 9, 11)),
        ([2, 5], (3, 6, 5)),
        ([8, 4], (1, 12, 6)),
    ]
]


def center(jax, layer, Input):
    _, rows, columns = layer.port("Output").dims
    top, left = (Input.shape[2] - rows) // 2, (Input.shape[3] - columns) // 2
    return jax.lax.dynamic_slice_in_dim(Input[:, :, top : top + rows], left, columns, axis=3)


DECONVOLVED = (deconvolution, deconvolution_onnx, deconvolution_torch)
TWINS = [
    Twin("DeconvolutionLayer", DECONVOLUTIONS, *DECONVOLVED),
    Twin("DeconvolutionLayer", SAME_DECONVOLUTIONS, *DECONVOLVED),
    Twin("DeconvolutionLayer", GROUPS, deconvolution, torch=deconvolution_torch),
    Twin("DeconvolutionLayer", INTERLEAVED, deconvolution, torch=deconvolution_torch),
    Twin("ResizeLayer", POINTS, resize, resize_onnx, resize_torch),
    Twin("ResizeLayer", BINS, resize, resize_onnx, resize_torch),
    Twin("ResizeLayer", NEAREST, resize, resize_onnx, resize_torch),
    Twin("ResizeLayer", LAST, resize, torch=resize_torch),
    Twin(
        "SpatialTransformationLayer",
        TRANSFORMED,
        transformed,
        transformed_onnx,
        transformed_torch,
        ranges=NEAR_HERE,
        onnx_tolerance=SINGLE,  # its AffineGrid is float32
    ),
    Twin("ImageAugmentationLayer", CROPPED, center),
]


@each(TWINS)
def test_a_layer_is_its_twin(twin, call, library):
    compare(twin, call, library)
