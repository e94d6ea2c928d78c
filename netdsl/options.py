"""Calls with options: a misspelt one is met with the nearest name instead of a traceback."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from operator import index
from typing import Any, ParamSpec, SupportsIndex, TypeVar

from netdsl.errors import SettingError, nearest
from netdsl.foreign import setting_meant
from netdsl.symbols import Automatic

P = ParamSpec("P")
R = TypeVar("R")


def with_options(function: Callable[P, R]) -> Callable[P, R]:
    """Let calls of `function` with wrong arguments end in a SettingError."""
    signature = inspect.signature(function)
    places = [p for p in signature.parameters.values() if p.kind <= p.POSITIONAL_OR_KEYWORD]
    needed = sum(p.default is p.empty for p in places)
    kinds = {p.kind for p in signature.parameters.values()}
    most = math.inf if inspect.Parameter.VAR_POSITIONAL in kinds else len(places)
    is_open = inspect.Parameter.VAR_KEYWORD in kinds
    options = set(_options(signature))

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if needed <= len(args) <= most and kwargs.keys() <= options:
            return function(*args, **kwargs)  # most calls; `bind` takes as long as a small net
        try:
            signature.bind(*args, **kwargs)
        except TypeError as error:
            names = [name for name in signature.parameters if name != "self"]
            unknown = next((n for n in kwargs if n not in names and not is_open), None)
            raise SettingError(
                "There is no such option." if unknown else "The call does not fit.",
                call=_name(function),
                setting=unknown,
                expected=", ".join((unknown and _options(signature)) or names),
                got=unknown or str(error),
                nearest=setting_meant(unknown, names),
            ) from None
        return function(*args, **kwargs)

    return call


def _name(function: Callable[..., Any]) -> str:
    """Return what a user calls a function, or the class that it makes an instance of."""
    return function.__qualname__.removesuffix(".__init__").replace("apply_net", "net")


def _options(signature: inspect.Signature) -> list[str]:
    return [p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY]


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


def whole(name: str, value: Any, automatic: Any) -> Any:
    """Read an option that is a positive integer, or Automatic for the value given."""
    if value is Automatic:
        return automatic
    if isinstance(value, bool) or not isinstance(value, SupportsIndex) or index(value) < 1:
        raise SettingError(
            f"{name} is a positive integer.",
            setting=name,
            expected="an integer from 1, or Automatic",
            got=repr(value),
        )
    return index(value)


def named(
    setting: Any,
    known: Mapping[str, Mapping[str, Any]],
    option: str = "Method",
    what: str = "method",
) -> tuple[str, dict[str, Any]]:
    """Read a method, "name" or ["name", {option: value}]; return it with all of its options.

    `known` gives the options of each method with their defaults. Another `option` than Method is
    read the same way; `what` is the word for its values.
    """
    name, *parts = setting if isinstance(setting, list | tuple) and setting else [setting]
    if not isinstance(name, str) or name not in known:
        raise SettingError(
            f"There is no such {what}.",
            setting=option,
            expected=", ".join(known),
            got=repr(name),
            nearest=nearest(name, known),
        )
    defaults = known[name]
    given: dict[str, Any] = {}
    for part in parts:
        if not isinstance(part, Mapping):
            raise SettingError(
                f"The options of a {what} are a dict.",
                setting=option,
                expected=f"[{name!r}, {{{next(iter(defaults), '')!r}: ...}}]",
                got=repr(part),
            )
        given |= part
    unknown = next((key for key in given if key not in defaults), None)
    if unknown is not None:
        raise SettingError(
            f"The {what} has no such option.",
            setting=f"{option} {name}",
            expected=", ".join(defaults) or "none",
            got=repr(unknown),
            nearest=nearest(unknown, defaults),
        )
    return name, {**defaults, **given}
