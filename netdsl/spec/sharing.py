"""What the places of a shared array have in common: one value, whichever of them it was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from netdsl.errors import StructureError
from netdsl.spec.fields import frozen_array
from netdsl.spec.net_array import NetArray, are_equal
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.spec.net import Net
    from netdsl.spec.shapes import Path


def shared_at(net: Net, place: Path) -> NetArray:
    """Return the NetArray that stands at a place."""
    return getattr(net.at(place[:-1]), str(place[-1]))


def lacking(net: Net) -> dict[Path, NetArray]:
    """Return, for each place of a shared array that lacks its value, the array with it.

    Two values of one array raise a StructureError.
    """
    found: dict[Path, NetArray] = {}
    for name, places in net.shapes.shared.items():
        if len(places) > 1:
            arrays = {place: shared_at(net, place) for place in places}
            common = _common(net, name, arrays)
            for place, array in arrays.items():
                if array.Array is not common:
                    found[place] = array.having(common)
    return found


def _common(net: Net, name: str, arrays: Mapping[Path, NetArray]) -> Any:
    """Return the value of an array, else the method with which it is drawn, else Automatic."""
    values = {place: array.value for place, array in arrays.items()}
    if all(value is Automatic for value in values.values()):
        values = {place: array.Array for place, array in arrays.items()}
    known = {place: value for place, value in values.items() if value is not Automatic}
    if not known:
        return Automatic
    (first, common), *rest = known.items()
    for place, value in rest:
        if not are_equal(common, value):
            raise StructureError(
                "A shared array has two values.",
                layer=net.brief(),
                array=repr(name),
                expected=f"that of {list(first)}, {_said(common)}",
                got=f"{_said(value)} at {list(place)}",
                nearest=f"{list(place)} without a value, or of another name",
            )
    return common


def _said(value: Any) -> str:
    if not hasattr(value, "shape"):
        return str(value)
    precision = "double" if value.itemsize == 8 else "single"
    return " x ".join(map(str, value.shape)) + f" numbers in {precision} precision"


def expanded(net: Net, parts: Mapping[Path, Any]) -> dict[Path, Any]:
    """Return new parts of a net with what is given at one place of an array given at all of them.

    None leaves the array out there alone, and a NetArray of another name takes its place.
    """
    found = dict(parts)
    if "shapes" not in vars(net):
        return found  # a net that does not fit, of which other layers are tried
    for name, places in net.shapes.shared.items():
        for place in places:
            value = parts.get(place)
            if value is None or (isinstance(value, NetArray) and not _sets(value, name)):
                continue
            is_whole = isinstance(value, NetArray)
            new = value.Array if is_whole else frozen_array(value, str(place[-1]))
            for other in places:
                if other not in parts or (other == place and not is_whole):
                    found[other] = shared_at(net, other).having(new)
    return found


def _sets(array: NetArray, name: str) -> bool:
    return array.Name == name and array.Array is not Automatic


def adopting(net: Net, other: Net) -> Net:
    """Return a net with the values that another one has of the arrays that both share."""
    found: dict[Path, NetArray] = {}
    for name, places in net.shapes.shared.items():
        own, its = shared_at(net, places[0]), other.shapes.shared.get(name)
        setting = Automatic if its is None else shared_at(other, its[0]).Array
        if own.value is Automatic and setting is not Automatic:
            found[places[0]] = own.having(setting)
    return net.with_parts(found) if found else net
