"""The coders of truth values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from numpy.typing import NDArray

from netdsl.coders.decoder import NetDecoder, Property, depth, probabilities
from netdsl.coders.encoder import NetEncoder, dimensions, within
from netdsl.coders.sampling import Sampling, binary_entropy, read_temperature
from netdsl.dims import Dims, PortType
from netdsl.errors import DataError
from netdsl.spec import Automatic, option
from netdsl.spec.fields import plain, short


class BooleanEncoder(NetEncoder, name="Boolean"):
    """Turn True into 1 and False into 0.

    >>> NetEncoder("Boolean")([True, False, True])
    array([1., 0., 1.], dtype=float32)

    Numbers from 0 to 1 are taken as encoded already; anything else raises a DataError.
    Source: Wolfram `NetEncoder`, "Boolean".
    """

    Dimensions: Dims = option(
        default=(), read=dimensions, doc="sizes of an array of truth values; () for one"
    )

    @property
    def item(self) -> PortType:
        """A number."""
        return PortType((), "Real")

    def code(self, value: Any) -> NoReturn:
        """Refuse: truth values are numbers already."""
        raise DataError("This is not a truth value.", expected="True, False", got=short(value))

    def checked(self, codes: NDArray[Any]) -> NDArray[Any]:
        """See that numbers are between False and True."""
        return within(codes, 0, 1, "True, False, or a number from 0 to 1")

    def counterpart(self) -> NetDecoder:
        """Return the decoder for arrays of as many dimensions."""
        return NetDecoder("Boolean", InputDepth=len(self.Dimensions))


class BooleanDecoder(NetDecoder, name="Boolean"):
    """Turn the probability of True into True where it is at least 0.5, else into False.

    >>> decode = NetDecoder("Boolean")
    >>> decode([0.2, 0.5])
    [False, True]
    >>> decode(0.2, "Probability")
    0.2

    Properties are Decision, Probability (of True), Entropy (in nats), and RandomSample, which
    takes a temperature, or a dict of Temperature and RandomSeeding. A value that is no
    probability raises a DataError. Source: Wolfram `NetDecoder`, "Boolean".
    """

    InputDepth: int = option(
        default=0, read=depth(0), doc="rank of the array whose entries are decoded; 0 for a number"
    )

    @property
    def port_type(self) -> PortType:
        """An array of that rank, its sizes open."""
        return PortType((Automatic,) * self.InputDepth, "Real")

    def checked(self, array: NDArray[Any]) -> NDArray[Any]:
        """See that the values are probabilities."""
        return probabilities(array, "LogisticSigmoid as the last function gives such")

    def encoder(self, form: str = "Index", *, size: int | None = None) -> NetEncoder:
        """Return the encoder of truth values, whatever the form of the loss."""
        return NetEncoder("Boolean", (Automatic,) * self.InputDepth)

    def decision(self, p: NDArray[Any]) -> Any:
        """Return whether True is the likelier."""
        return plain(p >= 0.5)

    def entropy(self, p: NDArray[Any]) -> Any:
        """Return how uncertain the value is, in nats."""
        return plain(binary_entropy(p))

    def sample(self, p: NDArray[Any], sampling: Sampling) -> Any:
        """Return True with its probability."""
        return plain(sampling.binary(p))

    properties: ClassVar[Mapping[str, Property]] = {
        "Decision": Property(decision),
        "Probability": Property(lambda _, p: plain(p)),
        "Entropy": Property(entropy),
        "RandomSample": Property(sample, read_temperature, default=1.0),
    }
