"""NetDecoder: what turns the arrays that nets give into the things users have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netdsl.coders.declared import REQUIRED, DeclaredCoder
from netdsl.coders.values import kind_of, listed, local, numeric
from netdsl.dims import show_dims
from netdsl.errors import DataError, NetError, SettingError, nearest
from netdsl.spec import Automatic, Coder
from netdsl.spec.fields import plain, short

TOLERANCE = 0.02
"""How far probabilities may be off: half precision and two-digit rounding stay below it."""

Decoded = Callable[[NDArray[Any]], Any]


@dataclass(frozen=True, slots=True)
class Property:
    """What can be asked of a decoder: `compute(decoder, array)`, with the argument if it has one.

    `argument(decoder, given)` reads the argument; `default` is what a bare name stands for.
    """

    compute: Callable[..., Any]
    argument: Callable[[Any, Any], Any] | None = None
    default: Any = REQUIRED


class NetDecoder(DeclaredCoder):
    """Turn the arrays that nets give into what users have, truth values or labels for instance.

    >>> decode = NetDecoder("Class", ["cat", "dog", "emu"])
    >>> decode([0.1, 0.7, 0.2])
    'dog'
    >>> decode([0.1, 0.7, 0.2], {"TopProbabilities": 2})
    [('dog', 0.7), ('emu', 0.2)]
    >>> decode([0.1, 0.7, 0.2], "Properties")[:3]
    ['Decision', 'TopDecisions', 'TopProbabilities']

    The first argument names the kind, those of the kind follow, parameters come as keywords or
    as a dict at the end; a list may hold it all; `NetDecoder.kinds` has the kinds.
    `NetDecoder(encoder)` is the one that belongs to an encoder. A property with an argument is a
    dict of one item, or a pair; None leaves the array as it is. One dimension more is a batch,
    which gives a list. An unknown kind, parameter or property raises a SettingError, an array
    that does not fit a DataError. Source: Wolfram `NetDecoder`.
    """

    kinds: ClassVar[dict[str, type[Any]]] = {}
    public = "NetDecoder"
    is_decoder = True
    properties: ClassVar[Mapping[str, Property]] = {}
    """What can be asked, by name; the first is what is meant where nothing is asked."""

    # ---- what a kind may define ----------------------------------------------------------------

    def checked(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return the array, or raise a DataError if its values cannot be decoded."""
        return array

    def decoded(self, array: NDArray[Any]) -> Any:
        """Return what one array stands for; a kind without properties overrides this."""
        return plain(array)

    def encoder(self, form: str = "Index", *, size: int | None = None) -> Coder:
        """Return the encoder for the targets of a loss of a form, at a port of a size."""
        self.refuse_counterpart(f"{self.Type!r} has no encoder")

    # ---- what follows --------------------------------------------------------------------------

    @property
    def Input(self) -> Any:
        """The type of what goes in, as a user would give it for a port."""
        return self.port_type.spec()

    def counterpart(self) -> Coder:
        """Return the encoder that this decoder undoes."""
        return self.encoder()

    def __call__(self, array: Any, prop: Any = Automatic) -> Any:
        """Return what one array stands for, or a list of that for a batch."""
        examples, is_batch = self._examples(array)
        if prop is None:
            return examples if is_batch else plain(examples[0])
        if isinstance(prop, str) and prop == "Properties":
            return list(self.properties)
        shown = self.decode_all(examples, prop)
        return shown if is_batch else shown[0]

    def is_one(self, value: Any) -> bool:
        """Whether an array is one example, not a batch."""
        return not self._examples(value)[1]

    def decode(self, array: Any, prop: Any) -> Any:
        """Return what one array stands for, or a property of it."""
        return self.decode_all([array], prop)[0]

    def decode_all(self, arrays: Any, prop: Any) -> list[Any]:
        """Return what each array of a batch stands for; samples of a batch are independent."""
        if prop is None:
            return [plain(array) for array in arrays]
        answer = self._asked(prop)
        try:
            if isinstance(arrays, np.ndarray):  # seen at once, which is faster
                return [answer(array) for array in self._seen(arrays)]
            return [answer(self._seen(np.asarray(array))) for array in arrays]
        except NetError as error:
            raise error.having(coder=short(self)) from None

    def _seen(self, array: NDArray[Any]) -> NDArray[Any]:
        real = array if array.dtype.kind == "f" else array.astype(np.float64)
        if np.isnan(real).any():
            raise DataError("The array contains NaN.", expected="numbers", got="NaN")
        return self.checked(real)

    def _examples(self, value: Any) -> tuple[Sequence[Any] | NDArray[Any], bool]:
        """Return the examples of a batch, or the one example in a list; and which it is."""
        dims = self.port_type.dims
        assert dims is not None
        array = numeric(local(value))
        if array is None and listed(value) is not None:
            parts = [self._examples(item) for item in local(value)]  # of several sizes
            if not any(is_batch for _, is_batch in parts):
                return [examples[0] for examples, _ in parts], True
        extra = -1 if array is None else array.ndim - len(dims)
        fits = array is not None and array.size and extra in (0, 1)
        if array is None or not fits or not self._fits(array.shape[extra:]):
            raise DataError(
                "The array does not fit the decoder.",
                expected=f"{self.port_type}, or a batch of them",
                got=short(value) if array is None else f"dimensions {show_dims(array.shape)}",
                coder=short(self),
            )
        return (array if extra else array[None]), bool(extra)

    def _fits(self, shape: tuple[int, ...]) -> bool:
        dims = self.port_type.dims or ()
        return all(
            size == dim or not isinstance(dim, int) for size, dim in zip(shape, dims, strict=True)
        )

    # ---- properties ----------------------------------------------------------------------------

    def _asked(self, prop: Any) -> Decoded:
        """Return what computes a property of one array."""
        if prop is Automatic:
            prop = next(iter(self.properties), Automatic)
        if prop is Automatic:
            return self.decoded
        if isinstance(prop, str) and prop == "Properties":
            return lambda _: list(self.properties)
        name, arguments = _named(prop)
        known = self.properties.get(name) if isinstance(name, str) else None
        if known is None:
            raise SettingError(
                "The decoder has no such property.",
                setting="property",
                expected=", ".join((*self.properties, "None")),
                got=repr(prop),
                nearest=nearest(name, self.properties),
                coder=short(self),
            )
        return self._with_argument(name, known, arguments)

    def _with_argument(self, name: str, known: Property, given: tuple[Any, ...]) -> Decoded:
        if known.argument is None:
            if given:
                raise SettingError(
                    "The property takes no argument.",
                    setting=name,
                    got=repr(given[0]),
                    coder=short(self),
                )
            return lambda array: known.compute(self, array)
        if not given and known.default is REQUIRED:
            raise SettingError(
                "The property needs an argument.",
                setting=name,
                expected=f"{{{name!r}: ...}}",
                got=repr(name),
                coder=short(self),
            )
        try:
            argument = known.argument(self, *(given or (known.default,)))
        except NetError as error:
            raise error.having(setting=name, coder=short(self)) from None
        return lambda array: known.compute(self, array, argument)


def _named(prop: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the name and the argument of a property: "P", {"P": a}, ("P", a)."""
    if isinstance(prop, Mapping) and len(prop) == 1:
        ((name, argument),) = prop.items()
        return name, (argument,)
    if isinstance(prop, list | tuple) and len(prop) == 2:
        return prop[0], (prop[1],)
    return prop, ()


def depth(least: int) -> Callable[[Any], int]:
    """Return what reads a rank that is at least so much."""

    def read(value: Any) -> int:
        value = local(value)
        if kind_of(value) != "i" or value < least:
            raise SettingError(
                "This is not a rank.", expected=f"an integer from {least}", got=repr(value)
            )
        return value

    return read


def probabilities(array: NDArray[Any], hint: str) -> NDArray[Any]:
    """Return numbers from 0 to 1, or raise a DataError that shows the first other one."""
    wrong = ~((array >= -TOLERANCE) & (array <= 1 + TOLERANCE))
    if wrong.any():
        raise DataError(
            "These are not probabilities.",
            expected="numbers from 0 to 1",
            got=plain(array[wrong].ravel()[0]),
            because=hint,
        )
    return array
