"""How much of a net's input an entry of each layer's output can see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from netdsl.nets.layered import layered
from netdsl.report.costs import Dimensions, dimensions, sizes_of
from netdsl.spec import Layer, Net, Sight
from netdsl.spec.asking import asked
from netdsl.spec.shapes import Path
from netdsl.symbols import All, Automatic

Field = dict[str, tuple[Any, ...]]
"""By inputs of the net: for each level of it a Sight of the output's levels, All or Automatic."""


class ReceptiveField(NamedTuple):
    """What entries of a layer's output see of the net's input, along each spatial dimension.

    One entry sees `size` entries of the input, or some of them, and the next one along that
    dimension those that lie `stride` further; the first one sees those from `start` on, counted
    from 1 and below 1 in padding. A stride below 1 is a Fraction: there `size` is the most that
    an entry sees. All stands for a dimension of which everything is seen, Automatic for one
    where something is open. Dimensions are spatial that windows slide along somewhere in the
    net, all of them where none does.
    """

    size: tuple[Any, ...]
    stride: tuple[Any, ...]
    start: tuple[Any, ...]


def receptive_fields(net: Net) -> dict[Path, Any]:
    """Return the receptive field of each layer by its path; of several inputs, one for each.

    Where all dimensions are seen whole it is All. A layer that says nothing of what it sees is
    taken to see All, as one that moves entries about so that no stride describes it. Branches
    that meet are united; where their strides differ they see All. What padding copies from the
    inside counts as padding. Layers that see nothing of the input are left out.
    """
    found = {name: _whole_input(net, name) for name in net.input_names}
    walk = _Walk(net)
    walk.through(net)
    spatial = {name: _spatial(dims, walk.slid.get(name, set())) for name, dims in found.items()}
    return {path: _shown(field, spatial) for path, field in walk.fields.items() if field}


def _whole_input(net: Net, name: str) -> tuple[Any, ...]:
    """Return that each entry of an input sees itself; of an open rank nothing is known."""
    rank = net.port(name).rank
    return (Automatic,) if rank is None else tuple(map(Sight, range(rank)))


def _spatial(dims: tuple[Any, ...], slid: set[int]) -> list[int]:
    return sorted(slid) or [*range(len(dims))]


# ---- through the net ---------------------------------------------------------------------------


class _Walk:
    """The fields of all layers, and the dimensions of inputs that windows slide along."""

    def __init__(self, net: Net) -> None:
        self.dims: Dimensions = dimensions(net)
        self.fields: dict[Path, Field] = {}
        self.slid: dict[str, set[int]] = {}

    def through(self, net: Net) -> None:
        """Find what the layers of a net see."""
        whole = {name: {name: _whole_input(net, name)} for name in net.input_names}
        found = layered(net)
        for path, layer in found.layers.items():
            inputs = {
                name: whole[port] if source is None else self.fields[source]
                for name, (source, port) in found.feeds[path].items()
            }
            self.fields[path] = self._through_layer(layer, path, inputs)

    def _through_layer(self, layer: Layer, path: Path, inputs: Mapping[str, Field]) -> Field:
        seen = asked(layer, "sees", sizes_of(layer, path, self.dims))
        each = seen if isinstance(seen, list) else [seen] * len(inputs)
        found: Field = {}
        for field, sights in zip(inputs.values(), each, strict=True):
            for name, dims in field.items():
                moved = tuple(self._seen(name, at, view, sights) for at, view in enumerate(dims))
                found[name] = _united(found[name], moved) if name in found else moved
        return found

    def _seen(self, name: str, at: int, view: Any, sights: Any) -> Any:
        """Return what an output sees of a dimension of which its input has this view."""
        if view is All or sights is All:
            return All
        if view is Automatic or sights is Automatic:
            return Automatic
        if view.level is None:
            return view
        sight = sights[view.level]
        if not isinstance(sight, Sight):
            return sight
        if sight.slides:
            self.slid.setdefault(name, set()).add(at)
        return Sight(
            sight.level,
            view.size + view.stride * (sight.size - 1),
            view.stride * sight.stride,
            _sum(view.start, view.stride, sight.start),
        )


def _sum(start: Any, stride: Any, further: Any) -> Any:
    return Automatic if Automatic in (start, further) else start + stride * further


def _united(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_union(*both) for both in zip(one, other, strict=True))


def _union(one: Any, other: Any) -> Any:
    """Return a view of what either view is of."""
    if one == other:
        return one
    if All in (one, other):
        return All
    if Automatic in (one, other) or Automatic in (one.start, other.start):
        return Automatic
    if (one.level, one.stride) != (other.level, other.stride):
        return All
    start = min(one.start, other.start)
    end = max(one.start + one.size, other.start + other.size)
    return Sight(one.level, end - start, one.stride, start)


# ---- as users see it ---------------------------------------------------------------------------


def _shown(field: Field, spatial: Mapping[str, list[int]]) -> Any:
    found = {name: _field(dims[at] for at in spatial[name]) for name, dims in field.items()}
    return found if len(spatial) > 1 else next(iter(found.values()))


def _field(views: Iterable[Any]) -> Any:
    found = tuple(views)
    for word in (All, Automatic):
        if found and all(view is word for view in found):
            return word
    return ReceptiveField(*zip(*map(_numbers, found), strict=True)) if found else _POINT


_POINT = ReceptiveField((), (), ())


def _numbers(view: Any) -> Iterator[Any]:
    """Yield the size, the stride and the start of a view; a word stands for all of them."""
    if not isinstance(view, Sight):
        yield from (view, view, view)
        return
    yield floor(view.size - 1) + 1
    yield view.stride.numerator if view.stride == int(view.stride) else Fraction(view.stride)
    yield view.start if view.start is Automatic else ceil(view.start) + 1
