"""What is to be trained: the net with its losses and known sizes, and its data as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from netdsl.dims import PortType, are_numbers, show_dims
from netdsl.engine.compiled import set_arrays
from netdsl.engine.data import PortData
from netdsl.errors import ShapeError, StructureError
from netdsl.spec import Coder, Net
from netdsl.spec.shapes import Path
from netdsl.symbols import Automatic
from netdsl.train.column import Column, read_column
from netdsl.train.data import columns
from netdsl.train.losses import Attached, attach, check_taken_as_losses, read_losses
from netdsl.train.targets import check_class_count, for_targets

Data = dict[str, PortData]


@dataclass(frozen=True, slots=True)
class Task:
    """A net with everything that its training rests on.

    `net` is the user's, with the coders and sizes that the data brought; `attached` is what is
    trained; `data` are the examples by its input ports.
    """

    net: Net
    attached: Attached
    data: Data
    dtype: Any
    pair: tuple[str, str] | None
    """The input and the target, where there is just one of each."""

    @property
    def count(self) -> int:
        """The number of examples."""
        return len(next(iter(self.data.values())))

    @property
    def arrays(self) -> dict[Path, Any]:
        """The value of every array of the trained net, of a shared one at its first place."""
        first = self.attached.net.shapes.first_places()
        found = set_arrays(self.attached.net)
        return {place: value for place, value in found.items() if first.get(place, place) == place}

    @property
    def states(self) -> set[Path]:
        """The arrays that are updated and not learned."""
        return {
            (*path, name)
            for path, layer in self.attached.net.leaves()
            for name, field in layer.array_fields.items()
            if not field.learned
        }

    def read(self, data: Any) -> Data:
        """Read more data, to validate with, for the same ports."""
        own = self.net.input_names
        ports = (*own, *(name for name in self.attached.net.input_names if name not in own))
        found = columns(data, ports, self.pair, self.net.brief())
        return _read(self.attached, found, self.dtype, self.net)


def prepare(net: Net, data: Any, loss_setting: Any, dtype: Any) -> Task:
    """Read training data for a net, conclude from them what is open in it, attach the losses."""
    if net.is_open:
        raise StructureError(
            "The number of inputs of the net is not known.",
            layer=net.brief(),
            expected="InputPorts at its first layer, for instance InputPorts=2",
        )
    losses = read_losses(net, loss_setting)
    check_taken_as_losses(net, losses, data)
    targets = [loss.port for loss in losses if loss.has_target]
    extra = [name for loss in losses for name in loss.extra]
    ports = tuple(dict.fromkeys((*net.input_names, *targets, *extra)))
    pair = ports if len(net.input_names) == len(targets) == 1 and len(ports) == 2 else None
    given = columns(data, ports, pair, net.brief())
    try:
        sized = with_sizes(net, given)
        for at, loss in enumerate(losses):
            if loss.has_target:
                sized, losses[at] = for_targets(sized, loss, given[loss.port])
        attached = attach(sized, losses)
        whole = with_sizes(attached.net, given)
        if _lacks_sizes(whole):
            whole = with_sizes(whole, given, named=True)
        attached = replace(attached, net=whole)
    except ShapeError as error:
        raise error.having(data=_seen(given)) from None
    columns_read = _read(attached, given, dtype, net)
    if _lacks_sizes(attached.net):
        check_class_count(net, attached, losses, given)
    return Task(_concluded(sized, attached), attached, columns_read, dtype, pair)


def _concluded(net: Net, attached: Attached) -> Net:
    """Return the net with the sizes at its ports that follow from the losses and targets."""
    found: dict[str, Any] = {}
    for name in (*net.input_names, *net.output_names):
        kind = attached.net.shapes.port(attached.prefix, name)
        known = kind.dims is not None and all(isinstance(dim, int | str) for dim in kind.dims)
        is_open = not net.port(name).is_fixed and not isinstance(net.port_setting(name), Coder)
        if known and is_open and kind != net.port(name):
            found[name] = kind.spec()
    return net.with_ports(found) if found else net


def _read(attached: Attached, given: Mapping[str, Column], dtype: Any, of: Net) -> Data:
    names = attached.net.input_names
    return {name: read_column(attached.net, name, given[name], dtype, of) for name in names}


def with_sizes(net: Net, given: Mapping[str, Column], *, named: bool = False) -> Net:
    """Return the net with the sizes of the data at every input port where a size is open.

    A size with a name stays open, unless `named` says that it is needed.
    """
    sizes: dict[str, Any] = {}
    for name in net.input_names:
        kind = net.port(name)
        if kind.is_fixed or isinstance(net.port_setting(name), Coder):
            continue
        if given[name].numbers is None:
            continue  # refused when the column is read
        dims = _merged(kind, given[name].dims, named)
        if dims != kind.dims:
            sizes[name] = PortType(dims, kind.element, kind.first, kind.last).spec()
    return net.with_ports(sizes) if sizes else net


def _merged(kind: PortType, seen: tuple[Any, ...], named: bool) -> tuple[Any, ...]:
    """Return what the data say where the port says nothing."""
    if kind.dims is None:
        return seen
    if len(kind.dims) != len(seen):
        return kind.dims  # refused when the column is read
    return tuple(
        size if dim is Automatic or (named and _is_name(dim) and size != "Varying") else dim
        for dim, size in zip(kind.dims, seen, strict=True)
    )


def _is_name(dim: Any) -> bool:
    return isinstance(dim, str) and dim != "Varying"


def _lacks_sizes(net: Net) -> bool:
    """Whether the size of an array is still open."""
    shapes = [
        net.shapes.array(path, name) for path, layer in net.leaves() for name in layer.array_fields
    ]
    return not all(are_numbers(dims) for dims in shapes)


def _seen(given: Mapping[str, Column]) -> str:
    """Return what the data look like, for a message."""
    texts: list[str] = []
    for name, column in given.items():
        text = "labels" if column.numbers is None else str(PortType(column.dims))
        if isinstance(column.numbers, list):
            sizes = sorted({example.shape for example in column.numbers})
            text += f" (from {show_dims(sizes[0])} to {show_dims(sizes[-1])})"
        texts.append(f"{name}: {text}")
    return "; ".join(texts)
