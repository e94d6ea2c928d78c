"""The call that makes a layer: which settings it may name, and those under former names."""

from __future__ import annotations

import dataclasses
import sys
import warnings
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from netdsl.errors import NetError, RenamedWarning, SettingError
from netdsl.foreign import setting_meant
from netdsl.spec.classes import fields, former_names, in_order, options
from netdsl.spec.fields import freeze, short

if TYPE_CHECKING:
    from netdsl.spec.layer import Layer


def check_call(cls: type[Layer], args: tuple[Any, ...], settings: dict[str, Any]) -> None:
    """See that a call names the settings of a class of layers, each once."""
    known = in_order(cls)
    names = [field.name for field in known]
    positional = [field.name for field in known if not field.kw_only]
    former = former_names(cls)
    for name in settings:
        if name in former:
            if former[name] in settings:
                raise SettingError(
                    "A setting is given twice, under its former name too.",
                    layer=cls.__name__,
                    setting=former[name],
                    got=f"{former[name]} and {name}",
                )
        elif name not in names:
            raise SettingError(
                "There is no such setting.",
                layer=cls.__name__,
                setting=name,
                expected=", ".join(names),
                got=name,
                nearest=setting_meant(name, (*names, *former), of_layer=True),
            )
    if len(args) > len(positional):
        by_name = [field.name for field in known if field.kw_only]
        raise SettingError(
            "There are too many positional arguments.",
            layer=cls.__name__,
            expected=", ".join(positional) or "none",
            got=f"{len(args)} arguments",
            nearest=_named(cls, by_name, args[len(positional)]),
        )
    required = [field.name for field in known if field.default is dataclasses.MISSING]
    missing = [name for name in required if name not in (*positional[: len(args)], *settings)]
    if missing:
        doc = fields(cls)[missing[0]].doc
        raise SettingError(
            "A setting is missing.", layer=cls.__name__, setting=missing[0], expected=doc
        )
    twice = [name for name in positional[: len(args)] if name in settings]
    if twice:
        raise SettingError("A setting is given twice.", layer=cls.__name__, setting=twice[0])


def _named(cls: type[Layer], names: list[str], value: Any) -> str | None:
    """Return the first option that is given by name alone with a value, if it takes that."""
    for name in names:
        field = options(cls).get(name)
        if field is not None and field.read is not None:
            try:
                field.read(freeze(value))
            except NetError:
                return None
            return f"{name}={short(value)}"
    return None


def _to_the_user() -> int:
    """Return how far up the call is that the user wrote, as warnings count it."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("netdsl."):
        frame, level = frame.f_back, level + 1
    return level


def taking_former_names(init: Callable[..., None]) -> Callable[..., None]:
    """Return the constructor of a layer class, which takes former names with a note."""

    @wraps(init)
    def renaming(self: Layer, *args: Any, **settings: Any) -> None:
        former = former_names(type(self))
        for name in [name for name in settings if name in former]:
            note = f"{type(self).__name__}: {name} is called {former[name]} now."
            warnings.warn(note, RenamedWarning, stacklevel=_to_the_user())
            settings[former[name]] = settings.pop(name)
        init(self, *args, **settings)

    return renaming
