"""NetInsertSharedArrays: give the arrays of a net names, so that copies of it share them."""

from __future__ import annotations

from typing import Any, TypeVar

from netdsl.errors import SettingError, StructureError
from netdsl.options import with_options
from netdsl.spec import Net
from netdsl.spec.fields import short
from netdsl.spec.net_array import NetArray
from netdsl.spec.shapes import Path

N = TypeVar("N", bound=Net)


@with_options
def NetInsertSharedArrays(net: N, prefix: str = "") -> N:
    """Return the net with a NetArray for every array, named after its position.

    >>> net = NetInsertSharedArrays(NetChain({"hidden": 3, "act": Ramp}), "twin/")
    >>> NetExtract(net, ["hidden", All])["Weights"], list(NetExtract(net, NetArray(All)))
    (Automatic, ['twin/hidden/Weights', 'twin/hidden/Biases'])

    Nets that contain the result twice share all of its arrays. `prefix` stands in front of every
    name. Arrays that are shared already keep their names; what is not learned, moving statistics,
    stays the layer's own. A name that two arrays would get raises a StructureError. Source:
    Wolfram `NetInsertSharedArrays`.
    """
    if not isinstance(net, Net):
        raise SettingError("NetInsertSharedArrays takes a net.", expected="a net", got=short(net))
    if not isinstance(prefix, str):
        raise SettingError(
            "The prefix of names is a text.", setting="prefix", expected='"Linear/"', got=prefix
        )
    taken: dict[str, Path] = {name: places[0] for name, places in net.shapes.shared.items()}
    parts: dict[Path, Any] = {}
    for path, layer in net.leaves():
        for own, field in layer.array_fields.items():
            value, place = getattr(layer, own), (*path, own)
            if isinstance(value, NetArray) or not getattr(field, "learned", True):
                continue
            name = prefix + "/".join(map(str, place))
            if name in taken:
                raise _taken(net, name, taken[name], place)
            taken[name], parts[place] = place, NetArray(name, Array=value)
    return net.with_parts(parts)


def _taken(net: Net, name: str, first: Path, place: Path) -> StructureError:
    return StructureError(
        "Two arrays would get one name.",
        layer=net.brief(),
        array=repr(name),
        expected=f"that of {list(first)} alone",
        got=f"that of {list(place)} too",
        nearest="a prefix, or other names of the layers",
    )
