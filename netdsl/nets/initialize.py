"""NetInitialize: give arrays their first values."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import are_numbers
from netdsl.errors import SettingError, UninitializedError, nearest
from netdsl.nets.extract import show_keys
from netdsl.options import named, with_options
from netdsl.spec import ArrayField, Net
from netdsl.spec.fields import short
from netdsl.spec.net_array import NetArray, value_of
from netdsl.spec.shapes import Path
from netdsl.symbols import All, Automatic

Shape = tuple[int, ...]
N = TypeVar("N", bound=Net)


@with_options
def NetInitialize(
    net: N, which: Any = Automatic, *, Method: Any = "Kaiming", RandomSeeding: Any = 1234
) -> N:
    """Return the net with a value for every array that has none; with All, for every array.

    >>> NetExtract(NetInitialize(ParametricRampLayer(Input=3)), "Slope")
    array([0.1, 0.1, 0.1], dtype=float32)

    Weights are drawn by `Method`: "Kaiming" (standard deviation sqrt(2 / inputs)), "Xavier"
    (sqrt(2 / (inputs + outputs))), both with "Distribution" "Normal" or "Uniform" and Xavier
    with "FactorType" "Mean", "In" or "Out"; "Orthogonal"; "Random" with "Weights" and "Biases"
    a standard deviation; "Identity" with "Distribution" the standard deviation of the noise.
    Options go in a list, `["Xavier", {"Distribution": "Uniform"}]`. Biases start at 0. An array
    that is shared is filled once, by a method of its own if it has one. The same seed gives the
    same values; RandomSeeding=Automatic draws anew. A size that is still open raises an
    UninitializedError. Sources: Wolfram `NetInitialize`; He and others 2015; Glorot and Bengio
    2010.
    """
    _check(net, which)
    fill = fill_of(Method)
    seed = read_seed(RandomSeeding)
    values: dict[Path, NDArray[Any]] = {}
    first = net.shapes.first_places()
    for path, layer in net.leaves():
        for name, field in layer.array_fields.items():
            place, setting = (*path, name), getattr(layer, name)
            if place != first.get(place, place):
                continue  # what is shared gets the value of its first place
            if which is All or value_of(setting) is Automatic:
                shape = _shape(net, path, name)
                own = setting.method if isinstance(setting, NetArray) else Automatic
                draw = _draw(field, fill) if own is Automatic else fill_of(own).weights
                groups = getattr(layer, field.groups) if field.groups else None
                key = [seed, crc32(repr(place).encode())]
                values[place] = _drawn(draw, shape, groups, np.random.default_rng(key))
    return net.with_parts(values) if values else net


def _check(net: Any, which: Any) -> None:
    if not isinstance(net, Net):
        raise SettingError("NetInitialize takes a net.", expected="a net", got=short(net))
    if which is not Automatic and which is not All:
        raise SettingError(
            "NetInitialize fills what has no value, or all arrays.",
            setting="which",
            expected="nothing, or All",
            got=short(which),
            nearest=f"Method={which!r}" if isinstance(which, str) and which in METHODS else None,
        )


def _shape(net: Net, path: Path, name: str) -> Shape:
    dims = net.shapes.array(path, name)
    if dims is None or not are_numbers(dims):
        raise UninitializedError(
            "The size of an array is not known.",
            layer=net.describe(path),
            array=name,
            expected="a shape from which it follows, for instance Input=3 at the net",
            got=show_keys((*path, name)) + " of open size",
        )
    return dims


def read_seed(setting: Any) -> int:
    """Return the seed that a setting RandomSeeding means; Automatic gives a new one."""
    if setting is Automatic:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(setting, str):
        return crc32(setting.encode())
    if isinstance(setting, bool) or not isinstance(setting, int | np.integer) or setting < 0:
        raise SettingError(
            "A seed is a whole number or a text.",
            setting="RandomSeeding",
            expected="an integer from 0, a string or Automatic",
            got=repr(setting),
        )
    return int(setting)


def _draw(field: ArrayField, fill: Fill) -> Draw:
    """Return what gives the first value of an array."""
    if isinstance(field.init, str):
        drawn = fill.weights if field.init == "weights" else fill.biases
        return (lambda shape, random: np.zeros(shape)) if drawn is None else drawn
    number = field.init
    return lambda shape, random: np.full(shape, number)


def _drawn(draw: Draw, shape: Shape, groups: int | None, random: np.random.Generator) -> Any:
    """Return an array; with groups it is drawn with outputs first, then the inputs of a group."""
    if groups is None:
        return draw(shape, random).astype(np.float32)
    inputs, outputs, *kernel = shape
    found = draw((outputs * groups, inputs // groups, *kernel), random).astype(np.float32)
    return found.reshape(groups, outputs, -1, *kernel).swapaxes(1, 2).reshape(shape)


# ---- the methods ------------------------------------------------------------------------------

if TYPE_CHECKING:  # numpy loads its random numbers when they are first named
    Draw = Callable[[Shape, np.random.Generator], NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Fill:
    """How one method draws weights and biases; None is for zeros."""

    weights: Draw
    biases: Draw | None = None


def fill_of(setting: Any) -> Fill:
    """Return how a method, a name or a list of it and options, draws arrays."""
    name, options = named(setting, {name: known for name, (_, known) in METHODS.items()})
    return METHODS[name][0](**options)


def fans(shape: Shape) -> tuple[int, int]:
    """Return how many inputs feed one output of a weight array, and the reverse."""
    kernel = math.prod(shape[2:])
    inputs = shape[1] * kernel if len(shape) > 1 else math.prod(shape)
    return max(inputs, 1), max((shape[0] if shape else 1) * kernel, 1)


def _scaled(distribution: str, variance: Callable[[Shape], float]) -> Fill:
    if distribution not in ("Normal", "Uniform"):
        raise SettingError(
            "There is no such distribution.",
            setting="Distribution",
            expected="Normal, Uniform",
            got=repr(distribution),
            nearest=nearest(distribution, ("Normal", "Uniform")),
        )

    def draw(shape: Shape, random: np.random.Generator) -> NDArray[Any]:
        if distribution == "Normal":
            return random.normal(0, math.sqrt(variance(shape)), shape)
        limit = math.sqrt(3 * variance(shape))
        return random.uniform(-limit, limit, shape)

    return Fill(draw)


def _kaiming(Distribution: str) -> Fill:
    return _scaled(Distribution, lambda shape: 2 / fans(shape)[0])


def _xavier(Distribution: str, FactorType: str) -> Fill:
    factors: dict[str, Callable[[int, int], float]] = {
        "In": lambda i, o: i,
        "Out": lambda i, o: o,
        "Mean": lambda i, o: (i + o) / 2,
    }
    if FactorType not in factors:
        raise SettingError(
            "There is no such factor.",
            setting="FactorType",
            expected=", ".join(factors),
            got=repr(FactorType),
            nearest=nearest(FactorType, factors),
        )
    return _scaled(Distribution, lambda shape: 1 / factors[FactorType](*fans(shape)))


def _orthogonal() -> Fill:
    def draw(shape: Shape, random: np.random.Generator) -> NDArray[Any]:
        rows = shape[0] if shape else 1
        columns = math.prod(shape[1:])
        tall = random.normal(size=(max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(tall)
        q = q * np.sign(np.diag(r))  # without this, q is not uniform over orthogonal matrices
        return (q if rows >= columns else q.T).reshape(shape)

    return Fill(draw)


def _normal(name: str, deviation: Any) -> Draw:
    if deviation is None:
        return lambda shape, random: np.zeros(shape)
    if (
        isinstance(deviation, bool)
        or not isinstance(deviation, int | float)
        or not 0 <= deviation < math.inf
    ):
        raise SettingError(
            "A distribution is given by its standard deviation.",
            setting=name,
            expected="a number from 0, or None for zeros",
            got=repr(deviation),
        )
    return lambda shape, random: random.normal(0, deviation, shape)


def _random(Weights: Any, Biases: Any) -> Fill:
    return Fill(_normal("Weights", Weights), None if Biases is None else _normal("Biases", Biases))


def _identity(Distribution: Any) -> Fill:
    noise = _normal("Distribution", Distribution)

    def draw(shape: Shape, random: np.random.Generator) -> NDArray[Any]:
        array = noise(shape, random)
        middle = tuple((size - 1) // 2 for size in shape[2:])
        for row in range(min(shape[:2]) if len(shape) > 1 else 0):
            array[row, row, *middle] += 1
        return array

    return Fill(draw)


METHODS: dict[str, tuple[Callable[..., Fill], dict[str, Any]]] = {
    "Kaiming": (_kaiming, {"Distribution": "Normal"}),
    "Xavier": (_xavier, {"Distribution": "Normal", "FactorType": "Mean"}),
    "Orthogonal": (_orthogonal, {}),
    "Random": (_random, {"Weights": 1.0, "Biases": None}),
    "Identity": (_identity, {"Distribution": 0.01}),
}
