"""Inputs that are called as a function calls its arguments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netdsl.errors import SettingError, nearest
from netdsl.spec.inputs import default_names
from netdsl.symbols import Automatic


def argument_names(function: Any) -> tuple[str, ...]:
    """Return the names of the arguments if they are meant for ports: with a capital each."""
    names = tuple(symbol.name for symbol in getattr(function, "variables", ()))
    return names if all(name[0].isupper() for name in names) else ()


def called(layer: Any, names: tuple[str, ...], setting: str) -> Any:
    """Return the InputPorts of a layer in the order of these names, which they have or get."""
    given = dict(layer.InputPorts.settings)
    if tuple(given) == default_names(len(given)):
        given = dict(zip(names, given.values(), strict=True))
    for name in (*given, *names):
        if name not in names or name in vars(layer):
            raise SettingError(
                "No input can have this name.",
                layer=type(layer).__name__,
                setting=setting if name in names else "InputPorts",
                expected="another one" if name in names else ", ".join(names),
                got=name,
                nearest=None if name in names else nearest(name, names),
            )
    return replace(layer.InputPorts, settings=tuple((name, given[name]) for name in names))


def name_inputs(layer: Any, function: Any, setting: str) -> None:
    """Give the inputs of a layer that is being made the names that its function has for them.

    The only input of a function of one number is called Input.
    """
    names = argument_names(function)
    ports = layer.InputPorts
    if not names and ports is not Automatic and not ports.is_given and len(ports.names) == 1:
        names = ("Input",)
    if names:
        object.__setattr__(layer, "InputPorts", called(layer, names, setting))
