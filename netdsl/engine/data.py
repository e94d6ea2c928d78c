"""Read what the user gives for a port: one example or a batch, checked against the port's type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import Dims, PortType, show_dims
from netdsl.errors import DataError, NetError
from netdsl.spec import Coder, Net
from netdsl.spec.fields import short

ROUNDING = 1e-4
"""How far a real may lie outside its limits: probabilities that were computed sum to nearly 1."""

Examples = NDArray[Any] | list[NDArray[Any]]
"""Examples along the first axis; a list where their sizes differ."""


@dataclass(frozen=True, slots=True)
class PortData:
    """What was given for one port."""

    examples: Examples
    is_batch: bool

    def __len__(self) -> int:
        return len(self.examples)

    def shapes(self) -> list[tuple[int, ...]]:
        """Return the dimensions of each example."""
        if isinstance(self.examples, np.ndarray):
            return [self.examples.shape[1:]] * len(self.examples)
        return [example.shape for example in self.examples]

    def take(self, which: Sequence[int] | NDArray[Any]) -> NDArray[Any]:
        """Return some examples, which have equal sizes, as one array."""
        if isinstance(self.examples, np.ndarray):
            return self.examples[which]
        return np.stack([self.examples[index] for index in which])


def read(net: Net, name: str, value: Any, *, batch: bool | None = None) -> PortData:
    """Read the data for an input port; `batch` says what it must be, None lets its rank decide."""
    setting = net.port_setting(name)
    kind = net.port(name)
    if isinstance(setting, Coder):
        return _encode(net, name, setting, value, batch)
    return read_array(net, name, kind, value, batch=batch)


def _encode(net: Net, name: str, coder: Coder, value: Any, batch: bool | None) -> PortData:
    one = coder.is_one(value) if batch is None else not batch
    try:
        array = coder.encode([value] if one else value)
    except NetError as error:
        raise error.having(layer=net.brief(), port=name) from None
    return PortData(array, not one)


def read_array(
    net: Net, name: str, kind: PortType, value: Any, *, batch: bool | None = None
) -> PortData:
    """Read numbers for a port of a type."""
    where = {"layer": net.brief(), "port": name}
    try:
        array = numbers(value)
    except DataError as error:
        raise error.having(**where) from None
    if array is None:
        return _ragged(net, name, kind, value, where)
    rank = array.ndim if kind.rank is None else kind.rank
    if batch is None:
        batch = array.ndim == rank + 1
    if array.ndim != rank + batch:
        wanted = f"rank {rank + 1} (a batch of {kind})" if batch else f"{kind}, or a batch of them"
        raise DataError(
            "The data have another rank than the port.",
            **where,
            expected=wanted,
            got=f"rank {array.ndim}, dimensions {show_dims(array.shape)}"
            if array.ndim
            else "a single number",
        )
    if array.size == 0:
        raise DataError("There are no data.", **where, expected=f"{kind}", got="nothing")
    examples = array if batch else array[None]
    _check_sizes(examples.shape[1:], kind, where)
    return PortData(check_elements(examples, kind, where), batch)


def numbers(value: Any) -> NDArray[Any] | None:
    """Return data as an array of numbers; None where the examples differ in size."""
    if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
        value = np.from_dlpack(value)
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype.kind not in "biuf":
        _refuse_text(value)
    return array


def _refuse_text(value: Any) -> NoReturn:
    raise DataError("The data are not numbers.", expected="numbers", got=short(value))


def _ragged(net: Net, name: str, kind: PortType, value: Any, where: dict[str, str]) -> PortData:
    """Read a batch whose examples differ in size, which only a Varying port takes."""
    parts = [read_array(net, name, kind, item, batch=False) for item in value]
    if kind.dims is not None and kind.is_fixed:
        raise DataError(
            "The examples differ in size.", **where, expected=f"{kind}", got="rows of several sizes"
        )
    return PortData([np.asarray(part.examples[0]) for part in parts], True)


def _check_sizes(shape: tuple[int, ...], kind: PortType, where: dict[str, str]) -> None:
    dims: Dims = shape if kind.dims is None else kind.dims
    for dim, size in zip(dims, shape, strict=True):
        if isinstance(dim, int) and dim != size:
            raise DataError(
                "The data have another size than the port.",
                **where,
                expected=show_dims(kind.dims),
                got=show_dims(shape),
                nearest=_turned(shape, dims),
            )


def _turned(shape: tuple[int, ...], dims: Dims) -> str | None:
    """Return how to turn one example into the order of the port, if that is all there is to do."""
    orders = (order for order in permutations(range(len(shape))) if len(shape) < 5)
    fits = (o for o in orders if tuple(shape[axis] for axis in o) == dims)
    order = next(fits, None)
    return None if order is None else f"np.transpose(example, {order})"


def check_elements(examples: NDArray[Any], kind: PortType, where: dict[str, str]) -> Any:
    """Return the examples, as integers where the port takes such; see that they are in limits."""
    if examples.dtype.kind == "f" and np.isnan(examples).any():
        at = tuple(int(i) + 1 for i in np.argwhere(np.isnan(examples))[0])
        raise DataError(
            "The data contain NaN.",
            **where,
            expected="numbers",
            got=f"NaN in example {at[0]}" + (f", position {at[1:]}" if at[1:] else ""),
        )
    integer = kind.element == "Integer"
    return _in_limits(examples, kind, where) if integer or kind.first is not None else examples


def _in_limits(examples: NDArray[Any], kind: PortType, where: dict[str, str]) -> NDArray[Any]:
    integer = kind.element == "Integer"
    with np.errstate(invalid="ignore"):
        whole = examples.astype(np.int64) if integer else examples
    slack = 0 if integer else ROUNDING
    wrong = whole != examples
    if kind.first is not None:
        wrong = wrong | (whole < kind.first - slack)
    if kind.last is not None:
        wrong = wrong | (whole > kind.last + slack)
    if wrong.any():
        limits = "" if kind.first is None else f" from {kind.first}"
        limits += "" if kind.last is None else f" to {kind.last}"
        raise DataError(
            "The data contain what the port does not take.",
            **where,
            expected=f"{'integers' if integer else 'numbers'}{limits}",
            got=examples[wrong].ravel()[0].item(),
        )
    return whole
