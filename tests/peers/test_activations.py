"""Every activation beside jax.nn, and a small net beside Flax."""

import numpy as np
import pytest

from docs.gallery import ACTIVATIONS, OF_TWO, layer
from netdsl import LinearLayer, NetChain, NetExtract, NetInitialize, NetPortGradient
from tests.train.small_cnn import small_cnn

GRID = np.float32(
    [
        *np.linspace(-12, 12, 193),
        *(
            sign * size
            for size in (1e-7, 1e-4, 15, 17, 30, 60, 88, 90, 300, 1e3, 1e4)
            for sign in (-1, 1)
        ),
    ]
)
"""Inputs near and far: exp of float32 overflows at 89 and is 0 from -104 on."""
TOLERANCE = {"rtol": 1e-6, "atol": 1e-6}
FEW = (-1e4, -100, -3, -0.5, 0, 0.7, 2, 90, 1e4)
PAIRS = np.float32([[a, b] for a in FEW for b in FEW])
"""Inputs of activations of several numbers."""
WEIGHTS = np.float32([0.3, -1.2])

PEERS = {
    "ReLU": lambda jax, x: jax.nn.relu(x),
    "ReLU6": lambda jax, x: jax.nn.relu6(x),
    "Leaky ReLU": lambda jax, x: jax.nn.leaky_relu(x, 0.01),
    "PReLU": lambda jax, x: jax.nn.leaky_relu(x, 0.25),
    "ELU": lambda jax, x: jax.nn.elu(x),
    "ELU with alpha": lambda jax, x: jax.nn.elu(x, 0.5),
    "CELU": lambda jax, x: jax.nn.celu(x, 0.5),
    "SELU": lambda jax, x: jax.nn.selu(x) * jax.numpy.where(x > 0, 1.0507 / 1.05070098735548, 1),
    "GELU": lambda jax, x: jax.nn.gelu(x, approximate=False),
    "GELU by tanh": lambda jax, x: jax.nn.gelu(x, approximate=True),
    "Sigmoid": lambda jax, x: jax.nn.sigmoid(x),
    "Log sigmoid": lambda jax, x: jax.nn.log_sigmoid(x),
    "Hard sigmoid": lambda jax, x: jax.nn.hard_sigmoid(3 * x),
    "Hard sigmoid of slope 1/6": lambda jax, x: jax.nn.hard_sigmoid(x),
    "Tanh": lambda jax, x: jax.nn.tanh(x),
    "Hard tanh": lambda jax, x: jax.nn.hard_tanh(x),
    "Softplus": lambda jax, x: jax.nn.softplus(x),
    "Softplus with beta": lambda jax, x: jax.nn.softplus(3 * x) / 3,
    "Soft sign": lambda jax, x: jax.nn.soft_sign(x),
    "Swish, SiLU": lambda jax, x: jax.nn.silu(x),
    "Swish with beta": lambda jax, x: x * jax.nn.sigmoid(1.5 * x),
    "Hard swish": lambda jax, x: jax.nn.hard_silu(x),
    "Mish": lambda jax, x: jax.nn.mish(x),
    "Hard shrink": lambda jax, x: x * (jax.nn.relu(abs(x) - 0.5) > 0),
    "Soft shrink": lambda jax, x: jax.nn.relu(x - 0.5) - jax.nn.relu(-x - 0.5),
    "Tanh shrink": lambda jax, x: x - jax.nn.tanh(x),
    "Threshold": lambda jax, x: jax.numpy.where(x > 1, x, -2.0),
    "Softmax": lambda jax, x: jax.nn.softmax(x),
    "Softmin": lambda jax, x: jax.nn.softmax(-x),
    "Log softmax": lambda jax, x: jax.nn.log_softmax(x),
    "GLU": lambda jax, x: jax.nn.glu(x),
    "A function of your own": lambda jax, x: x + jax.numpy.sin(x) ** 2,
}

KINKS = {
    "ReLU6": [0, 6],
    "Leaky ReLU": [0],
    "Hard sigmoid": [-1, 1],
    "Hard sigmoid of slope 1/6": [-3, 3],
    "Hard tanh": [-1, 1],
    "Hard swish": [-3, 3],
    "SELU": [0],
    "Soft shrink": [-0.5, 0.5],
    "ELU with alpha": [0],
}
"""Where slopes are not compared: there netdsl takes that on the left."""


@pytest.fixture
def jax():
    """JAX, which computes in float64: what differs are our float32 and our formulas."""
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        yield jax


def test_every_activation_has_a_peer():
    assert set(PEERS) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", [name for name in PEERS if name not in OF_TWO])
def test_activations_of_a_number(jax, name):
    ours, theirs = layer(name), lambda x: PEERS[name](jax, x)
    x = GRID.astype(float)

    np.testing.assert_allclose(ours(GRID), theirs(x), **TOLERANCE)
    smooth = ~np.isin(GRID, KINKS.get(name, []))
    slopes = jax.vmap(jax.grad(theirs))(x)
    got = ours(GRID, NetPortGradient("Input"))
    np.testing.assert_allclose(got[smooth], slopes[smooth], **TOLERANCE)


@pytest.mark.parametrize("name", OF_TWO)
def test_activations_of_several_numbers(jax, name):
    def theirs(x):
        found = PEERS[name](jax, x)
        return found @ WEIGHTS[: len(found)].astype(float)

    ours = layer(name).with_ports({"Input": 2})
    weights = WEIGHTS[None, : ours.port("Output").dims[0]]
    weighed = NetChain([ours, LinearLayer((), Weights=weights, Biases=None)])
    x = PAIRS.astype(float)

    np.testing.assert_allclose(ours(PAIRS), jax.vmap(lambda x: PEERS[name](jax, x))(x), **TOLERANCE)
    slopes = jax.vmap(jax.grad(theirs))(x)
    np.testing.assert_allclose(weighed(PAIRS, NetPortGradient("Input")), slopes, **TOLERANCE)


# ---- a small net beside Flax -------------------------------------------------------------------


def flax_cnn(flax, jax):
    """The same net, as the guide of Flax writes it."""
    nn = flax.linen

    class CNN(nn.Module):
        @nn.compact
        def __call__(self, x):
            for channels in (32, 64):
                x = nn.relu(nn.Conv(channels, (3, 3))(x))
                x = nn.avg_pool(x, (2, 2), strides=(2, 2))
            x = nn.relu(nn.Dense(256)(x.reshape(len(x), -1)))
            return jax.nn.log_softmax(nn.Dense(2)(x))

    return CNN()


def as_in_flax(net, size):
    """Our arrays for Flax, whose channels come last, before and after they are made one row."""
    rows = NetExtract(net, [8, "Weights"]).reshape(256, 64, size, size)
    kernels = {
        "Conv_0": NetExtract(net, [1, "Weights"]).transpose(2, 3, 1, 0),
        "Conv_1": NetExtract(net, [4, "Weights"]).transpose(2, 3, 1, 0),
        "Dense_0": rows.transpose(2, 3, 1, 0).reshape(-1, 256),
        "Dense_1": NetExtract(net, [10, "Weights"]).T,
    }
    places = zip(kernels.items(), (1, 4, 8, 10), strict=True)
    return {
        name: {"kernel": kernel, "bias": NetExtract(net, [at, "Biases"])}
        for (name, kernel), at in places
    }


@pytest.mark.parametrize("size", [8, 28])
def test_a_small_net_gives_what_that_of_flax_gives(jax, size):
    flax = pytest.importorskip("flax")
    pytest.importorskip("flax.linen")
    random = np.random.default_rng(4)
    net = NetInitialize(small_cnn(size), RandomSeeding=5)
    biases = {
        at: random.normal(0, 0.1, len(NetExtract(net, [at, "Biases"]))) for at in (1, 4, 8, 10)
    }
    net = net.with_parts({(at, "Biases"): value for at, value in biases.items()})
    images = random.uniform(0, 1, (5, 1, size, size)).astype(np.float32)

    got = flax_cnn(flax, jax).apply(
        {"params": as_in_flax(net, size // 4)}, images.transpose(0, 2, 3, 1)
    )

    np.testing.assert_allclose(net(images), got, rtol=2e-6, atol=1e-6)
