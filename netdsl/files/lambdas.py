"""Functions in a text: what `lambda x: Tanh(x)**2` becomes without being Python."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ReadFunction:
    """A function that was read: called, it computes its body by walking over the tree of it."""

    names: tuple[str, ...]
    text: str
    compute: Callable[..., Any] = field(compare=False)

    def __call__(self, *values: Any) -> Any:
        """Return what the body gives for these arguments."""
        return self.compute(*self.__signature__.bind(*values).args)

    @property
    def __signature__(self) -> inspect.Signature:
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        return inspect.Signature([inspect.Parameter(name, kind) for name in self.names])

    def __repr__(self) -> str:
        return self.text
