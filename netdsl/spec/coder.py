"""What an encoder or a decoder at a port must be; the coders themselves are in netdsl.coders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from netdsl.dims import PortType
from netdsl.errors import SettingError
from netdsl.spec.fields import worded


class Coder:
    """Something at a port that turns what users have into arrays, or arrays into that."""

    is_decoder: bool
    named: ClassVar[dict[tuple[str, bool], Callable[[], Coder]]] = {}
    """Coders with no parameters, by their name and whether they stand at an output."""

    @property
    def port_type(self) -> PortType:
        """What the coder says of its port's array."""
        raise NotImplementedError

    def is_one(self, value: Any) -> bool:
        """Whether `value` is one example, not a batch of them."""
        raise NotImplementedError

    def encode(self, values: Sequence[Any]) -> Any:
        """Return the array of a batch of values."""
        raise NotImplementedError

    def decode(self, array: Any, prop: Any) -> Any:
        """Return what one example's array stands for."""
        raise NotImplementedError

    def decode_all(self, arrays: Any, prop: Any) -> list[Any]:
        """Return what the array of each example of a batch stands for."""
        return [self.decode(array, prop) for array in arrays]


def read_port(name: str, value: Any, is_output: bool) -> Any:
    """Return the coder that a bare name stands for, or the value with its words as such."""
    value = worded(value)
    if isinstance(value, str) and (value, is_output) in Coder.named:
        return Coder.named[value, is_output]()
    if isinstance(value, Coder) and value.is_decoder != is_output:
        raise SettingError(
            "A coder stands at the wrong end.",
            port=name,
            expected="a NetDecoder" if is_output else "a NetEncoder",
            got=repr(value),
        )
    return value
