"""Which input ports a function of arrays has: how many arrays it takes, and what it calls them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import numpy as np

from netdsl import functions
from netdsl.errors import SettingError
from netdsl.spec.inputs import INPUTS, default_names, read_inputs
from netdsl.symbols import Automatic

TAKEN = ("Function", "Output", INPUTS, "LearningRateMultipliers")
"""The names of settings, which no input can have."""


def ports_of(function: Any, inputs: Any) -> tuple[str, ...]:
    """Return the names of the inputs of a function; `inputs` is what InputPorts says of them."""
    needed, most = _parameters(function)
    if inputs is not Automatic:
        return _asked(inputs.names, len(needed), most)
    if not needed and most is None:
        raise SettingError(
            "The function takes any number of arrays.",
            setting=INPUTS,
            expected="FunctionLayer(f, InputPorts=2), or lambda x, y: ...",
            got="Automatic",
        )
    if not needed:
        raise SettingError(
            "The function has no argument.", setting="Function", expected="one array or several"
        )
    return input_names(needed)


def read_ports(given: Any) -> Any:
    """Read the setting InputPorts of a FunctionLayer."""
    try:
        return read_inputs(given, TAKEN)
    except SettingError as error:
        raise error.having(setting=INPUTS) from None


def _asked(names: tuple[str, ...], least: int, most: int | None) -> tuple[str, ...]:
    """Return the names that were asked for, if the function takes so many arrays."""
    if len(names) < least or (most is not None and len(names) > most):
        known = f"{least} or more" if most is None else f"{least} to {most}"
        raise SettingError(
            "The function takes another number of arrays.",
            setting=INPUTS,
            expected=least if least == most else known,
            got=len(names),
        )
    return ("Input",) if names == default_names(1) else names


def _parameters(function: Any) -> tuple[tuple[str, ...], int | None]:
    """Return the arguments that have to be given, and how many there may be, None for any."""
    if isinstance(function, functions.Function):
        of_one = function.most is not None or function.least > 1 or function.name in ("Max", "Min")
        return ("x",) * function.least if of_one else (), function.most
    if isinstance(function, np.ufunc):
        return ("x",) * function.nin, function.nin
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some functions written in C do not tell
        return ("x",), None
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    given = [item for item in found if item.kind in places]
    is_open = any(item.kind is item.VAR_POSITIONAL for item in found)
    needed = tuple(item.name for item in given if item.default is item.empty)
    return needed, None if is_open else len(given)


def input_names(parameters: Iterable[str]) -> tuple[str, ...]:
    """Return the ports of parameters: they name theirs if all begin with a capital letter."""
    names = tuple(parameters)
    if not all(name[0].isupper() for name in names):
        return ("Input",) if len(names) == 1 else default_names(len(names))
    for name in names:
        if name in TAKEN:
            raise SettingError(
                "A parameter has the name of a setting or an output.",
                setting="Function",
                expected=f"another name than {', '.join(TAKEN)}",
                got=name,
            )
    return names
