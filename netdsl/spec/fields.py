"""The parts of a declaration: `option`, `port`, `state`, `array`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from netdsl.dims import Pattern, pattern
from netdsl.errors import NetError, SettingError
from netdsl.options import with_options
from netdsl.symbols import WORDS, Automatic, Word

Array = NDArray[np.floating[Any]]
"""The value of a layer's array: read-only."""

MISSING: Any = dataclasses.MISSING
KEY = "netdsl"


@dataclass(frozen=True, slots=True)
class By:
    """A declaration that depends on a setting: one text for each of its values."""

    setting: str
    cases: Mapping[Any, str]

    def __str__(self) -> str:
        return "; ".join(f"{text} ({self.setting}={case!r})" for case, text in self.cases.items())


def by(setting: str, **cases: str) -> By:
    """Declare a pattern for each value of a setting: by("Form", Index="*d", Binary="*d c")."""
    return By(setting, cases)


@dataclass(frozen=True, slots=True)
class OptionField:
    """A setting: what it is for, how what the user gives is read, and how it is written."""

    doc: str
    read: Callable[[Any], Any] | None = None
    show: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class PortField:
    """A port: its dimensions as a pattern.

    A state is a port on both sides, of the same dimensions: fed, it says where a sequence starts,
    and read, where it ended. It stays hidden until something is connected to it.
    """

    shape: str | By
    doc: str
    is_output: bool
    is_state: bool = False

    def pattern(self, layer: Any) -> Pattern:
        """The pattern that holds for this layer's settings."""
        if isinstance(self.shape, By):
            return pattern(self.shape.cases[getattr(layer, self.shape.setting)])
        return pattern(self.shape)


@dataclass(frozen=True, slots=True)
class ArrayField:
    """An array: its dimensions, and with what NetInitialize fills it.

    `init` is "weights" (random, by the method), "biases" (zero, unless the method says
    otherwise) or a number. One that is not learned is state: what `apply` gives to `xp.update`
    is its value after a batch of a training. `formerly` is the name of the setting in old nets.
    With `groups`, the setting of the groups that its channels are in, the array has the inputs
    first and then the outputs, and is drawn as one that has them the other way round.
    """

    shape: str
    doc: str
    init: str | float
    optional: bool
    learned: bool = True
    formerly: str = ""
    groups: str = ""

    @property
    def pattern(self) -> Pattern:
        """The declared dimensions."""
        return pattern(self.shape)


def option(
    *,
    doc: str,
    default: Any = MISSING,
    read: Callable[[Any], Any] | None = None,
    show: Callable[[Any], str] | None = None,
    kw_only: Any = MISSING,
) -> Any:
    """Declare a setting; `read` turns what the user gives into the form that is kept.

    `show` writes that as Python, where it is not simply its repr.
    """
    return dataclasses.field(
        default=default, kw_only=kw_only, metadata={KEY: OptionField(doc, read, show)}
    )


def port(
    shape: str | By,
    *,
    default: Any = MISSING,
    doc: str = "",
    output: bool | None = None,
    kw_only: Any = MISSING,
) -> Any:
    """Declare a port; one called Output or Loss is an output unless `output` says otherwise."""
    return dataclasses.field(
        default=default, kw_only=kw_only, metadata={KEY: _PendingPort(shape, doc, output)}
    )


def state(shape: str, *, doc: str, default: Any = Automatic, init: Literal[False] = False) -> Any:
    """Declare a state, which `apply` is given as None where nothing feeds it, and returns."""
    return dataclasses.field(
        default=default, init=init, metadata={KEY: PortField(shape, doc, False, is_state=True)}
    )


def array(
    shape: str,
    *,
    init: str | float,
    default: Any = MISSING,
    doc: str = "",
    optional: bool = False,
    learned: bool = True,
    formerly: str = "",
    groups: str = "",
    kw_only: Any = MISSING,
) -> Any:
    """Declare an array, which is learned or is state; an optional one is left out by None."""
    field = ArrayField(shape, doc, init, optional, learned, formerly, groups)
    return dataclasses.field(default=default, kw_only=kw_only, metadata={KEY: field})


@dataclass(frozen=True, slots=True)
class _PendingPort:
    """A port that does not know its name yet."""

    shape: str | By
    doc: str
    output: bool | None

    def named(self, name: str) -> PortField:
        is_output = name in ("Output", "Loss") if self.output is None else self.output
        return PortField(self.shape, self.doc, is_output)


def read_option(field: OptionField, default: Any, value: Any) -> Any:
    """Return a setting as it is kept; a text that it refuses may be a word: All, Automatic.

    A text that stands for something else, such as a tag or a form, is taken as it is.
    """
    value = freeze(value)
    if field.read is None:
        return worded(value) if isinstance(default, Word) else value
    try:
        return field.read(value)
    except NetError as error:
        other = worded(value)
        if other == value:
            raise
        try:
            return field.read(other)
        except NetError:
            raise error from None


def declared(field: dataclasses.Field[Any]) -> Any:
    """Return the declaration behind a dataclass field: OptionField, PortField or ArrayField."""
    found = field.metadata[KEY]
    return found.named(field.name) if isinstance(found, _PendingPort) else found


# ---- values ------------------------------------------------------------------------------


def freeze(value: Any) -> Any:
    """Return the value with lists as tuples and dicts as tuples of pairs, all the way down."""
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    if isinstance(value, Mapping):
        return tuple((freeze(key), freeze(item)) for key, item in value.items())
    if isinstance(value, np.ndarray):
        return freeze(value.tolist())
    return value


def worded(value: Any) -> Any:
    """Return the value with the texts "Automatic", "All" and "Inherited" in it as these words.

    >>> worded((2, "All"))
    (2, All)
    """
    if isinstance(value, tuple | list):
        return type(value)(worded(item) for item in value)
    return WORDS.get(value, value) if isinstance(value, str) else value


def frozen_array(value: Any, name: str) -> Any:
    """Return a read-only copy of an array: float64 where it came so from numpy, else float32."""
    if value is Automatic or value is None:
        return value
    wide = getattr(value, "dtype", None) == np.float64
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "biuf":
            raise TypeError
        with np.errstate(over="ignore"):
            result = np.array(given, dtype=np.float64 if wide else np.float32)
    except (TypeError, ValueError) as error:
        ragged = "inhomogeneous" in str(error)
        raise SettingError(
            "The rows of an array differ in length." if ragged else "An array is made of numbers.",
            array=name,
            expected="rows of equal length" if ragged else "numbers",
            got=short(value),
            nearest="None" if value == "None" else None,
        ) from None
    if not result.size:
        raise SettingError(
            "An array has at least one entry.",
            array=name,
            expected="sizes from 1",
            got=f"dimensions {result.shape}",
        )
    result.flags.writeable = False
    return result


@with_options
def Real64(values: Any) -> NDArray[np.float64]:
    """Return numbers as an array in double precision, which layers keep as it is.

    >>> LinearLayer((), Weights=Real64([[0.1]])).Weights.dtype
    dtype('float64')
    """
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "biufO" or (given.dtype.kind == "O" and None in given.flat):
            raise TypeError
        return np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise SettingError(
            "An array is made of numbers.",
            call="Real64",
            expected="numbers, in rows of equal length",
            got=short(values),
        ) from None


def short(value: Any, limit: int = 60) -> str:
    """Return a value as text that fits into a message."""
    text = " ".join(repr(value).split())
    return text if len(text) <= limit else text[: limit - 3] + "..."


WHOLE = 100
"""The most elements that repr writes out; larger arrays are only described.

Information(net, "InputForm") writes out all.
"""


def show_value(value: Any, limit: int | None = WHOLE) -> str:
    """Return a setting as Python source; an array of more than `limit` elements is described."""
    if isinstance(value, np.ndarray):
        if limit is not None and value.size > limit:
            return f"<array {' x '.join(str(n) for n in value.shape)}>"
        text = _numbers(value)
        return f"Real64({text})" if value.dtype == np.float64 else text
    return repr(value)


def show_port(value: Any, limit: int | None = WHOLE) -> str:
    """Return a shape or a coder as Python source; one size needs no tuple."""
    if isinstance(value, tuple):
        items: tuple[Any, ...] = value
        if len(items) == 1 and isinstance(items[0], int | str):
            return repr(items[0])
    return show_value(value, limit)


def _numbers(value: Any) -> str:
    if value.ndim == 0:
        text = repr(number(value[()]))
        return text if np.isfinite(value) else f'float("{text}")'
    return "[" + ", ".join(_numbers(item) for item in value) + "]"


def number(value: Any) -> float | int | bool:
    """Return a numpy scalar as the Python number with the fewest digits that is equal to it.

    >>> number(np.float32(0.1))
    0.1
    """
    if value.dtype == np.float32:
        return float(str(value))
    return value.item()


def plain(array: Any) -> Any:
    """Return what numpy gives of rank 0 as a Python number, and anything else as it is."""
    is_numpy = isinstance(array, np.ndarray | np.generic)
    return number(np.asarray(array)[()]) if is_numpy and array.ndim == 0 else array
