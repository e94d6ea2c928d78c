"""A Python function on numpy arrays as a setting of a layer: named, called with care, tried out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from math import prod
from typing import Any, Final, NoReturn

import numpy as np

from netdsl.errors import DataError, NetError, SettingError
from netdsl.functions.code import code_of, path_of

FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What a user's function may raise."""

TRIED: Final = ContextVar[tuple[int, int]]("TRIED", default=(1 << 25, 1 << 25))
"""How many entries an array of zeros has at most on which a function is tried; one of SLOW."""

SLOW: Final = ("numpy.linalg", "netdsl.functions.determinant")
"""Modules whose functions take far longer than there are entries."""


@contextmanager
def tried_up_to(entries: int, of_slow: int) -> Iterator[None]:
    """Try functions only on arrays of so many entries, as for a text that nobody vouches for."""
    before = TRIED.set((entries, of_slow))
    try:
        yield
    finally:
        TRIED.reset(before)


@dataclass(frozen=True)
class HostFunction:
    """A callable; its text is "module:name" where that imports it again."""

    call: Callable[..., Any]

    def __repr__(self) -> str:
        return f"<{self.name}>" if self.path is None else repr(self.path)

    def __call__(self, *arrays: Any) -> Any:
        """Call the function itself."""
        return self.call(*arrays)

    @property
    def name(self) -> str:
        """What the function calls itself, in one word."""
        found = str(getattr(self.call, "__name__", type(self.call).__name__))
        return "function" if found == "<lambda>" else found

    @property
    def path(self) -> str | None:
        """Where the function is found again, None for one without a name of its own."""
        return path_of(self.call)

    @property
    def identity(self) -> str:
        """What is equal for functions that are one: the path, else what is computed."""
        return repr(self.path) if self.path is not None else f"<{self.name} {code_of(self.call)}>"

    @property
    def arity(self) -> int:
        """How many arrays it has to be given."""
        if isinstance(self.call, np.ufunc):
            return self.call.nin
        try:
            found = inspect.signature(self.call).parameters.values()
        except (TypeError, ValueError):  # some functions written in C do not tell
            return 1
        places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return sum(item.kind in places and item.default is item.empty for item in found)

    def at(self, *arrays: Any) -> Any:
        """Return what the function gives for arrays, as an array of reals; errors come with facts.

        The arrays can be read, not written.
        """
        try:
            result = np.asarray(self.call(*map(_read_only, arrays)))
        except FAILURES as error:
            if isinstance(error, NetError):
                raise
            raise DataError(
                "A function fails on an array.",
                setting=self.name,
                expected="a function of numpy arrays",
                got=" and ".join(f"an array of {_sizes(array)}" for array in arrays),
                because=_said(error),
            ) from error
        if result.dtype.kind not in "biuf":
            raise DataError(
                "A function gives no array of numbers.",
                setting=self.name,
                expected="real numbers",
                got=result.dtype.name,
            )
        return result

    def entry(self, sp: Any, array: Any, at: Any, *, is_batch: bool) -> Any:
        """Return one entry of what the function gives, as an expression in those of the array."""
        from netdsl.formula.host import entry_of

        return entry_of(self, array, sp.indices(len(array.shape)), at, is_batch=is_batch)


def _said(error: Exception) -> str:
    if "read-only" in str(error):
        return "it changes its array in place, which others read too"
    return f"{type(error).__name__}: {error}"


def _sizes(array: Any) -> str:
    return " x ".join(map(str, np.shape(array))) or "one number"


def _read_only(array: Any) -> Any:
    seen = np.asarray(array).view()
    seen.flags.writeable = False
    return seen


def host_function(value: Any) -> Any:
    """Read a callable, or the text "module:name" that imports one.

    >>> host_function("numpy:sort")(np.array([2, 1]))
    array([1, 2])
    """
    if isinstance(value, HostFunction):
        return value
    if isinstance(value, str):
        value = _imported(value)
    if not callable(value) or isinstance(value, type):
        raise SettingError(
            "This is no function.",
            expected='a function of a numpy array, or "module:name"',
            got=repr(value),
        )
    return HostFunction(value)


def function_of_one_array(value: Any) -> HostFunction:
    """Read a function of one numpy array, as host_function does."""
    found = host_function(value)
    if found.arity > 1:
        raise SettingError(
            "A function of several arrays is none of one.",
            expected="one argument without a default",
            got=f"{found.name} of {found.arity}",
        )
    return found


def _imported(text: str) -> Callable[..., Any]:
    module, _, name = text.partition(":")
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, ValueError, AttributeError) as error:
        raise SettingError(
            "No function is found under this name.",
            expected='"module:name", for instance "numpy:sort"',
            got=repr(text),
            because=str(error),
        ) from None
    return found


def gradient_function(value: Any) -> Any:
    """Read a function that gives a gradient of two or three arrays; Automatic and None stay."""
    if value is None or getattr(value, "name", None) == "Automatic":
        return value
    found = host_function(value)
    if found.arity not in (2, 3):
        raise SettingError(
            "A function that gives a gradient takes two or three arrays.",
            expected="g(input, gradient of the output), or g(input, gradient, output)",
            got=f"{found.name} of {found.arity}",
        )
    return found


def shape_of_result(function: HostFunction, sizes: tuple[int, ...], is_batch: bool) -> Any:
    """Return the dimensions that a function gives for one example of these, tried on zeros."""
    is_slow = getattr(function.call, "__module__", None) in SLOW
    if prod(sizes) > TRIED.get()[is_slow]:
        raise SettingError(
            "The dimensions of the output are not known: the input is too large for a trial.",
            setting="Function",
            expected="Output=..., which gives them",
            got=f"an input of {' x '.join(map(str, sizes))}",
        )
    return _shape_of_trials(function, sizes, is_batch)


@cache
def _shape_of_trials(function: HostFunction, sizes: tuple[int, ...], is_batch: bool) -> Any:
    # Two trials, since with one batch a size of the examples may be taken for its length.
    batches = ((2,), (3,)) if is_batch else ((),)
    shapes = [_shape_of_trial(function, (*batch, *sizes)) for batch in batches]
    is_for_each = all(
        shape[: len(batch)] == batch for shape, batch in zip(shapes, batches, strict=True)
    )
    found = shapes[0]
    if is_batch and (not is_for_each or shapes[1][1:] != found[1:]):
        raise SettingError(
            "A function of a whole batch gives one result for each example.",
            setting="Batched",
            expected="an output whose first size is 2 for 2 examples, 3 for 3",
            got=" and ".join(" x ".join(map(str, shape)) or "one number" for shape in shapes),
        )
    if 0 in found:
        raise SettingError("A net has no empty arrays.", expected="sizes from 1", got=found)
    return found[1:] if is_batch else found


def _shape_of_trial(function: HostFunction, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the dimensions of what a function gives for zeros."""
    with np.errstate(all="ignore"):
        try:
            return function.at(np.zeros(sizes, np.float32)).shape
        except DataError as error:
            raise SettingError(
                f"The dimensions of the output are not known: {error.sentence.lower()}",
                setting="Function",
                expected="Output=..., which gives them",
                got=error.facts.get("got"),
                because=error.facts.get("because"),
            ) from None


@dataclass(frozen=True)
class HostCall:
    """A function and its gradient as an operation on the examples of a batch."""

    layer: str
    function: HostFunction
    gradient: Any
    is_batch: bool

    def forward(self, x: Any, out: Any) -> None:
        """Write what the function gives."""
        self._each(self.function, out, "output", x)

    def backward(self, x: Any, g: Any, y: Any, out: Any) -> None:
        """Write the gradient that arrives at the input."""
        arrays = (x, g, y)[: self.gradient.arity]
        self._each(self.gradient, out, "gradient", *arrays)

    def _each(self, function: HostFunction, out: Any, what: str, *arrays: Any) -> None:
        if self.is_batch:
            self._put(function, out, what, arrays)
            return
        for place in range(len(out)):
            self._put(function, out[place, ...], what, tuple(array[place] for array in arrays))

    def _put(self, function: HostFunction, out: Any, what: str, arrays: tuple[Any, ...]) -> None:
        setting = "Function" if what == "output" else "Gradient"
        facts = {"layer": self.layer, "setting": setting}
        try:
            result = function.at(*arrays)
        except NetError as error:
            raise type(error)(error.sentence, **{**error.facts, **facts}) from None
        if result.shape != out.shape:
            raise DataError(
                f"A function gives an {what} of other dimensions than expected."
                if what == "output"
                else "A function gives a gradient of other dimensions than expected.",
                **facts,
                expected=_sizes(out),
                got=_sizes(result),
            )
        out[...] = result
        if np.isnan(out).any() and not any(np.isnan(array).any() for array in arrays):
            raise DataError("A function gives NaN.", **facts, expected="numbers", got="NaN")

    def refuse(self, because: str | None = None) -> NoReturn:
        """Refuse to go on where a gradient is needed and there is none."""
        raise NetError(
            "A layer whose function has no gradient cannot be trained through.",
            layer=self.layer,
            setting="Gradient",
            expected="a function g(input, gradient of the output)",
            got="None" if self.gradient is None else "Automatic",
            because=because,
        )

    def __call__(self) -> None:
        """Stand for a setting of an operation, which is never called."""
        raise AssertionError
