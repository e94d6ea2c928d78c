"""Functions that a CompiledLayer imports by name: from a text none but numpy's are taken."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from netdsl.errors import SettingError
from netdsl.functions import cumulative, determinant
from netdsl.spec.fields import short

PARTS: Final = ("linalg", "fft")
"""The modules inside of numpy whose functions are taken."""

OWN: Final = {
    f"{module.__name__}:{name}"
    for module in (cumulative, determinant)
    for name, function in vars(module).items()
    if getattr(function, "__module__", "") == module.__name__ and name[0] != "_"
}
"""Functions of this package that stand in nets of its own."""


def see_that_it_is_numpys(given: tuple[Any, ...]) -> None:
    """Refuse what would import, and at once call, anything else than a function of arrays."""
    for value in given:
        if isinstance(value, str) and ":" in value and not _is_known(value):
            raise SettingError(
                "A text imports no other functions than those of numpy on arrays.",
                layer="CompiledLayer",
                expected='for instance "numpy:sort", "numpy:linalg.norm"',
                got=short(value),
                because="a layer calls its function as soon as it is made",
            )


def _is_known(path: str) -> bool:
    """Whether a path leads to a function on arrays of numpy, and not to what reads files."""
    if path in OWN:
        return True
    module, *inner, name = path.replace(":", ".").split(".")
    if module != "numpy" or len(inner) > 1 or any(part not in PARTS for part in inner):
        return False
    room: Any = getattr(np, inner[0]) if inner else np
    function = getattr(room, name, None) if name in room.__all__ else None
    return isinstance(function, np.ufunc) or hasattr(function, "_implementation")
