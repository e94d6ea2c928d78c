"""NetEncoder: what turns the things users have into arrays."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netdsl.coders.declared import DeclaredCoder
from netdsl.coders.values import NUMERIC, kind_of, listed, local, numeric
from netdsl.dims import Dims, PortType, port_type, show_dims
from netdsl.errors import DataError, NetError, SettingError
from netdsl.spec import option
from netdsl.spec.fields import freeze, plain, short


def dimensions(value: Any) -> Dims:
    """Read the dimensions of an array of things: 3, (2, 3), ("Varying",), ()."""
    kind = port_type(freeze(value))
    if kind.dims is None or kind.element is not None:
        raise SettingError(
            "Dimensions are sizes.", expected="for instance (), 3, (2, 3)", got=repr(value)
        )
    return kind.dims


class NetEncoder(DeclaredCoder):
    """Turn what users have, truth values or labels for instance, into arrays.

    >>> encode = NetEncoder("Class", ["cat", "dog", "emu"], "IndicatorVector")
    >>> encode("dog")
    array([0., 1., 0.], dtype=float32)
    >>> NetEncoder(["Boolean", 2])([True, False])
    array([1., 0.], dtype=float32)

    The first argument names the kind, those of the kind follow, parameters come as keywords or
    as a dict at the end; a list may hold it all; `NetEncoder.kinds` has the kinds.
    `NetEncoder(decoder)` is the one that belongs to a decoder. A list of things is a batch; what
    is encoded already is checked and left alone. An unknown kind or parameter raises a
    SettingError, a thing that cannot be encoded a DataError. Source: Wolfram `NetEncoder`.
    """

    kinds: ClassVar[dict[str, type[Any]]] = {}
    public = "NetEncoder"
    is_decoder = False

    _: KW_ONLY
    Dimensions: Dims = option(
        default=(), read=dimensions, doc="sizes of an array of things, each encoded; () for one"
    )

    # ---- what a kind defines ---------------------------------------------------------------

    @property
    def item(self) -> PortType:
        """The type of the array of one thing."""
        raise NotImplementedError

    def code(self, value: Any) -> Any:
        """Return the number or array of one thing, or raise a DataError."""
        raise NotImplementedError

    def checked(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Return arrays that were encoded already, or raise a DataError if their values are not."""
        raise NotImplementedError

    def is_code(self, kind: str) -> bool:
        """Whether numbers of a kind, one of "biuf", are codes and not things to be encoded."""
        return kind in NUMERIC

    def is_thing(self, value: Any) -> bool:
        """Whether a value is one thing, not yet encoded; overridden where a thing is a list."""
        return listed(value) is None and not self.is_code(kind_of(local(value)))

    # ---- what follows --------------------------------------------------------------------------

    @property
    def port_type(self) -> PortType:
        """The type of what comes out."""
        item = self.item
        assert item.dims is not None
        return PortType((*self.Dimensions, *item.dims), item.element, item.first, item.last)

    @property
    def Output(self) -> Any:
        """The type of what comes out, as a user would give it for a port."""
        return self.port_type.spec()

    def is_one(self, value: Any) -> bool:
        """Whether a value is one example: lists go no deeper than the parameters say."""
        return self._levels(value) <= len(self.Dimensions)

    def _levels(self, value: Any) -> int:
        """How many lists lie around one thing; those inside an encoded one do not count."""
        if self.is_thing(value):
            return 0
        items = listed(value)
        if items is None:
            return -len(self.item.dims or ())
        return 1 + (self._levels(items[0]) if len(items) else 0)

    def __call__(self, value: Any) -> Any:
        """Return the array of one example, or of a batch along the first axis."""
        if self.is_one(value):
            return plain(self.encode([value])[0])
        return self.encode(value)

    def encode(self, values: Any) -> Any:
        """Return the array of a batch; a list of arrays where their sizes differ."""
        batch = listed(values)
        if batch is None or not len(batch):
            raise DataError(
                "A batch is a list of examples.",
                expected=f"a list of {self.port_type}, or of what encodes to it",
                got=short(values),
                coder=short(self),
            )
        whole = self._encoded(batch)
        if whole is not None:
            return whole
        parts = [self._example(value, at, len(batch)) for at, value in enumerate(batch, start=1)]
        if self.port_type.is_fixed:
            return np.array(parts)
        arrays = [np.asarray(part) for part in parts]
        same = all(array.shape == arrays[0].shape for array in arrays)
        return np.stack(arrays) if same else arrays

    def _encoded(self, batch: Any) -> NDArray[Any] | None:
        """Return a batch that consists of codes; None where it has to be gone through."""
        if self.is_thing(batch[0]):
            return None
        mixed = not isinstance(batch, np.ndarray) and {type(value) for value in batch} != {int}
        if mixed and self.item.element == "Integer":
            return None  # a truth value among integers would become one of them
        array = numeric(batch)
        if array is None or not self.is_code(array.dtype.kind):
            return None
        self._fit(array.shape[1:], self.port_type)
        return self._check(array)

    def _example(self, value: Any, at: int, count: int) -> Any:
        try:
            return self._walk(value, self.Dimensions)
        except NetError as error:
            raise error.having(example=at if count > 1 else None, coder=short(self)) from None

    def _walk(self, value: Any, dims: Dims) -> Any:
        """Encode each thing in nested lists of these sizes."""
        if not dims:
            return self._one(value)
        items = None if self.is_thing(value) else listed(value)
        if items is None or (isinstance(dims[0], int) and len(items) != dims[0]):
            raise DataError(
                "The data have other dimensions than the encoder.",
                expected=f"a list of {show_dims(dims[:1])}",
                got=short(value) if items is None else f"a list of {len(items)}",
            )
        return [self._walk(item, dims[1:]) for item in items]

    def _one(self, value: Any) -> Any:
        value = local(value)
        array = None if self.is_thing(value) else numeric(value)
        if array is None or not self.is_code(array.dtype.kind):
            return self.code(value)
        self._fit(array.shape, self.item)
        return self._check(array)

    def _fit(self, shape: tuple[int, ...], kind: PortType) -> None:
        dims = kind.dims or ()
        fits = len(shape) == len(dims) and all(
            size == dim or not isinstance(dim, int) for size, dim in zip(shape, dims, strict=True)
        )
        if not fits:
            raise DataError(
                "The data have other dimensions than the encoder.",
                expected=f"{kind}",
                got=f"dimensions {show_dims(shape)}" if shape else "a number",
                coder=short(self),
            )

    def _check(self, codes: NDArray[Any]) -> NDArray[Any]:
        if codes.dtype.kind == "f" and np.isnan(codes).any():
            raise DataError(
                "The data contain NaN.", expected="numbers", got="NaN", coder=short(self)
            )
        try:
            return self.checked(codes)
        except NetError as error:
            raise error.having(coder=short(self)) from None


def within(
    codes: NDArray[Any], low: float, high: float, expected: str, *, whole: bool = False
) -> NDArray[Any]:
    """Return numbers from `low` to `high`, or raise a DataError that shows the first other one."""
    wrong = ~((codes >= low) & (codes <= high))
    if whole:
        wrong |= codes != np.floor(codes)
    if wrong.any():
        raise DataError(
            "The data contain what the coder does not take.",
            expected=expected,
            got=plain(codes[wrong].ravel()[0]),
        )
    return codes if codes.dtype.kind == "f" else codes.astype(np.float32)
