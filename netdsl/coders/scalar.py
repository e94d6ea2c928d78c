"""The coders of plain numbers, which older nets name."""

from __future__ import annotations

from typing import Any, NoReturn

from numpy.typing import NDArray

from netdsl.coders.decoder import NetDecoder
from netdsl.coders.encoder import NetEncoder
from netdsl.dims import PortType
from netdsl.errors import DataError
from netdsl.spec.fields import short


class ScalarEncoder(NetEncoder, name="Scalar"):
    """Leave numbers as they are.

    >>> NetEncoder("Scalar")([1.5, 2.5])
    array([1.5, 2.5])

    Anything else raises a DataError. Source: Wolfram, version 11, "Scalar".
    """

    @property
    def item(self) -> PortType:
        """A number."""
        return PortType((), "Real")

    def code(self, value: Any) -> NoReturn:
        """Refuse: numbers need no code."""
        raise DataError("This is not a number.", expected="a number", got=short(value))

    def checked(self, codes: NDArray[Any]) -> NDArray[Any]:
        """Take any number."""
        return codes

    def counterpart(self) -> NetDecoder:
        """Return the decoder of numbers."""
        return NetDecoder("Scalar")


class ScalarDecoder(NetDecoder, name="Scalar"):
    """Leave a number as it is.

    >>> NetDecoder("Scalar")(1.5)
    1.5

    Source: Wolfram, version 11, "Scalar".
    """

    @property
    def port_type(self) -> PortType:
        """A number."""
        return PortType((), "Real")

    def encoder(self, form: str = "Index", *, size: int | None = None) -> NetEncoder:
        """Return the encoder of numbers."""
        return NetEncoder("Scalar")
