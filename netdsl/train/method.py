"""The setting Method: a method of optimization and its options, read and checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netdsl.errors import SettingError
from netdsl.options import named
from netdsl.symbols import Automatic
from netdsl.train.optimizers import METHODS, Optimizer
from netdsl.train.parameters import Parameters

COMMON: Mapping[str, Any] = {
    "LearningRateSchedule": None,
    "GradientClipping": None,
    "WeightClipping": None,
    "L2Regularization": None,
}
"""The options of every method."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method and all of its options."""

    kind: type[Optimizer]
    options: dict[str, Any]

    def setting(self) -> list[Any]:
        """Return it as a user writes it."""
        return [self.kind.name, dict(self.options)]

    def optimizer(self, parameters: Parameters, threads: int) -> Optimizer:
        """Return the method at work on parameters, in so many threads where they are many."""
        return self.kind(parameters, self.options, threads)


def read_method(setting: Any) -> Method:
    """Read "ADAM", or ["ADAM", {"Beta1": 0.8}]; an unknown word raises a SettingError."""
    known = {name: {**kind.defaults, **COMMON} for name, kind in METHODS.items()}
    name, options = named("ADAM" if setting is Automatic else setting, known)
    for key, value in options.items():
        _check(f"Method {name}, {key}", key, value, known[name][key])
    return Method(METHODS[name], options)


_SHARE = ("a number from 0 to below 1", lambda x: 0 <= x < 1)
_BOUND = ("a positive number, or None", lambda x: 0 < x < math.inf)
_LIMITS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "Beta": _SHARE,
    "Beta1": _SHARE,
    "Beta2": _SHARE,
    "Momentum": _SHARE,
    "Epsilon": ("a positive number", lambda x: 0 < x < math.inf),
    "GradientClipping": _BOUND,
    "WeightClipping": _BOUND,
    "L2Regularization": ("a number from 0, or None", lambda x: 0 <= x < math.inf),
}


def _check(where: str, key: str, value: Any, default: Any) -> None:
    if key == "LearningRateSchedule":
        wanted, fits = "a function f(batch, total), or None", value is None or callable(value)
    else:
        wanted, limit = _LIMITS[key]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        fits = limit(value) if number else value is None and default is None
    if not fits:
        raise SettingError(
            "An option of the method cannot have this value.",
            setting=where,
            expected=wanted,
            got=repr(value),
        )
