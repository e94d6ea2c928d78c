"""The call that makes a layer: which settings it may name, and those under former names."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from netdsl.errors import RenamedWarning, SettingError, nearest
from netdsl.spec.classes import fields, former_names, in_order

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
                nearest=nearest(name, (*names, *former)),
            )
    if len(args) > len(positional):
        raise SettingError(
            "There are too many positional arguments.",
            layer=cls.__name__,
            expected=", ".join(positional) or "none",
            got=f"{len(args)} arguments",
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


def taking_former_names(init: Callable[..., None]) -> Callable[..., None]:
    """Return the constructor of a layer class, which takes former names with a note."""

    @wraps(init)
    def renaming(self: Layer, *args: Any, **settings: Any) -> None:
        former = former_names(type(self))
        for name in [name for name in settings if name in former]:
            note = f"{type(self).__name__}: {name} is called {former[name]} now."
            warnings.warn(note, RenamedWarning, stacklevel=2)
            settings[former[name]] = settings.pop(name)
        init(self, *args, **settings)

    return renaming
