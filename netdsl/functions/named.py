"""What is known by its name: there is one of each, and copies are the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self


@dataclass(frozen=True, eq=False, repr=False)
class Named:
    """A record with a name, kept in `known` of its class; `doc` is its docstring."""

    name: str

    known: ClassVar[dict[str, Any]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.known = {}

    def __post_init__(self) -> None:
        assert self.name not in self.known
        self.known[self.name] = self
        object.__setattr__(self, "__doc__", getattr(self, "doc", None))

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).of, (self.name,)

    @classmethod
    def of(cls, name: str) -> Self:
        """Return the one of a name."""
        return cls.known[name]
