"""Calls with options: a misspelt one is met with the nearest name instead of a traceback."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from netdsl.errors import SettingError, nearest

P = ParamSpec("P")
R = TypeVar("R")


def with_options(function: Callable[P, R]) -> Callable[P, R]:
    """Let calls of `function` with wrong arguments end in a SettingError."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            names = list(signature.parameters)
            unknown = next((name for name in kwargs if name not in names), None)
            raise SettingError(
                "There is no such option." if unknown else "The call does not fit.",
                call=function.__name__.replace("apply_net", "net"),
                setting=unknown,
                expected=", ".join(_options(signature) if unknown else names),
                got=unknown or str(error),
                nearest=nearest(unknown, names),
            ) from None
        return function(*args, **kwargs)

    return call


def _options(signature: inspect.Signature) -> list[str]:
    """Return the names of the options, or of all parameters where there are no options."""
    options = [p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]
    return options or list(signature.parameters)


def choice(name: str, value: object, known: tuple[object, ...]) -> None:
    """See that an option has one of the values that it can have."""
    if not any(type(value) is type(item) and value == item for item in known):
        raise SettingError(
            "An option cannot have this value.",
            setting=name,
            expected=", ".join(repr(item) for item in known),
            got=repr(value),
            nearest=nearest(value, known),
        )
