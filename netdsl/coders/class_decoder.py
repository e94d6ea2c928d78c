"""The decoder of classes, each known by its label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netdsl.coders.declared import truth
from netdsl.coders.decoder import (
    TOLERANCE,
    Decoded,
    NetDecoder,
    Property,
    depth,
    probabilities,
)
from netdsl.coders.encoder import NetEncoder
from netdsl.coders.labels import Places, read_open_labels
from netdsl.coders.sampling import (
    Sampling,
    binary_entropy,
    count,
    read_sampling,
    read_temperature,
    surprise,
)
from netdsl.dims import PortType
from netdsl.errors import DataError, SettingError, nearest
from netdsl.spec import Auto, Automatic, option
from netdsl.spec.fields import number, plain

LIKELY = 0.01
"""The least probability of a class that "TopProbabilities" lists when no number is given."""

LOSSES = ("Index", "Probabilities", "Binary")


class ClassDecoder(NetDecoder, name="Class"):
    """Turn the probabilities of classes into the label of the likeliest.

    >>> decode = NetDecoder("Class", ["cat", "dog", "emu"])
    >>> decode([[0.1, 0.7, 0.2], [0.5, 0.1, 0.4]])
    ['dog', 'cat']
    >>> decode([0.1, 0.7, 0.2], "Probabilities")
    {'cat': 0.1, 'dog': 0.7, 'emu': 0.2}

    The probabilities sum to 1; with Multilabel each stands alone, and the labels above 0.5 come
    as a list. Without labels the classes are 1, 2, 3, ... Of equal ones the first class wins.
    Properties are Decision, {"TopDecisions": n}, TopProbabilities (those of at least 0.01),
    {"TopProbabilities": n}, Probabilities, {"Probability": label}, Entropy (in nats) and
    RandomSample, which takes a temperature t, p ** (1/t) being the new weights, or a dict:
    Temperature, TotalProbabilityCutoff, TopProbabilities (the narrower of both counts, after
    the temperature) and RandomSeeding. More classes than there are gives all. Values that are
    no probabilities raise a DataError. Source: Wolfram `NetDecoder`, "Class".
    """

    Labels: tuple[Any, ...] | Auto = option(
        default=Automatic, read=read_open_labels, doc="the classes, in order; else 1, 2, 3, ..."
    )
    _: KW_ONLY
    InputDepth: int = option(
        default=1, read=depth(1), doc="rank of the array, whose last dimension is the classes"
    )
    Multilabel: bool = option(
        default=False, read=truth, doc="whether the classes do not exclude each other"
    )

    @property
    def port_type(self) -> PortType:
        """An array of that rank, with a probability for each class."""
        size = Automatic if isinstance(self.Labels, Auto) else len(self.Labels)
        return PortType((*(Automatic,) * (self.InputDepth - 1), size), "Real")

    def encoder(self, form: str = "Index", *, size: int | None = None) -> NetEncoder:
        """Return the encoder of labels that suits a form of cross-entropy."""
        if not isinstance(form, str) or form not in LOSSES:
            raise SettingError(
                "There is no such form of cross-entropy.",
                setting="Form",
                expected=", ".join(LOSSES),
                got=repr(form),
                nearest=nearest(form, LOSSES),
            )
        if size is None and isinstance(self.Labels, Auto):
            self.refuse_counterpart("it has no labels; give their number as size=")
        return NetEncoder(
            "Class",
            self.places(size).labels,
            "Index" if form == "Index" and not self.Multilabel else "IndicatorVector",
            Dimensions=(Automatic,) * (self.InputDepth - 1),
            Multilabel=self.Multilabel,
        )

    def places(self, size: int | None) -> Places:
        """Return the labels, which are 1, 2, 3, ... up to `size` where none are given."""
        return numbered(size or 0) if isinstance(self.Labels, Auto) else self._places

    @cached_property
    def _places(self) -> Places:
        assert not isinstance(self.Labels, Auto)
        return Places(self.Labels)

    def checked(self, array: NDArray[Any]) -> NDArray[Any]:
        """See that the values are probabilities, which sum to 1 unless they stand alone."""
        hint = "LogisticSigmoid" if self.Multilabel else "SoftmaxLayer"
        probabilities(array, f"{hint} as the last layer gives such")
        if not self.Multilabel:
            sums = array.sum(axis=-1, dtype=np.float64)
            wrong = abs(sums - 1) > TOLERANCE
            if wrong.any():
                raise DataError(
                    "The probabilities of the classes do not sum to 1.",
                    expected="a sum of 1",
                    got=f"{sums[wrong].ravel()[0]:.6g}",
                    because=f"{hint} as the last layer gives such",
                )
        return array

    # ---- properties ----------------------------------------------------------------------------

    def decision(self, array: NDArray[Any]) -> Any:
        """Return the likeliest label, or all above 0.5."""
        labels = self.places(array.shape[-1]).labels
        if self.Multilabel:
            return rows(array, lambda p: [labels[i] for i in np.flatnonzero(p > 0.5)])
        return rows(array, lambda p: labels[int(p.argmax())])

    def top(self, array: NDArray[Any], count: int) -> Any:
        """Return the likeliest labels, best first."""
        labels = self.places(array.shape[-1]).labels
        return rows(array, lambda p: [labels[i] for i in best_first(p)[:count]])

    def top_probabilities(self, array: NDArray[Any], count: int | None) -> Any:
        """Return pairs of label and probability, best first."""
        labels = self.places(array.shape[-1]).labels

        def pairs(p: NDArray[Any]) -> list[tuple[Any, Any]]:
            shown = max(1, int((p >= LIKELY).sum())) if count is None else count
            return [(labels[i], number(p[i])) for i in best_first(p)[:shown]]

        return rows(array, pairs)

    def probabilities(self, array: NDArray[Any]) -> Any:
        """Return the probability of each label, in the order of the classes."""
        labels = self.places(array.shape[-1]).labels
        return rows(array, lambda p: dict(zip(labels, map(number, p), strict=True)))

    def probability(self, array: NDArray[Any], label: Any) -> Any:
        """Return the probability of one label."""
        places = self.places(array.shape[-1])
        found = places.find(label)
        if found is None:
            raise SettingError(
                "This is not one of the classes.", setting="Probability", **places.unknown(label)
            )
        return plain(array[..., found])

    def entropy(self, array: NDArray[Any]) -> Any:
        """Return how uncertain the label is, or the list of labels, in nats."""
        each = binary_entropy(array) if self.Multilabel else surprise(array)
        return plain(each.sum(axis=-1))

    def sample(self, array: NDArray[Any], sampling: Sampling) -> Any:
        """Return a label, or a list of them, drawn with the probabilities."""
        labels = self.places(array.shape[-1]).labels
        if self.Multilabel:
            drawn = sampling.binary(array)
            return rows(drawn, lambda row: [labels[i] for i in np.flatnonzero(row)])
        return rows(array, lambda p: labels[sampling.place(p)])

    def read_sampling(self, given: Any) -> Sampling:
        """Read the argument of RandomSample; of classes that stand alone none is a top one."""
        return read_temperature(self, given) if self.Multilabel else read_sampling(self, given)

    def read_likely(self, given: Any) -> int | None:
        """Read how many of the likeliest, None for all that are likely at all."""
        return None if given is Automatic else count("TopProbabilities", given)

    properties: ClassVar[Mapping[str, Property]] = {
        "Decision": Property(decision),
        "TopDecisions": Property(top, lambda _, given: count("TopDecisions", given)),
        "TopProbabilities": Property(top_probabilities, read_likely, default=Automatic),
        "Probabilities": Property(probabilities),
        "Probability": Property(probability, lambda _, label: label),
        "Entropy": Property(entropy),
        "RandomSample": Property(sample, read_sampling, default=1.0),
    }


def rows(array: NDArray[Any], answer: Decoded) -> Any:
    """Answer for each distribution; outer dimensions become nested lists."""
    return [rows(row, answer) for row in array] if array.ndim > 1 else answer(array)


def best_first(p: NDArray[Any]) -> NDArray[Any]:
    """Return the positions of probabilities from the largest; of equal ones the first wins."""
    return np.argsort(-p, kind="stable")


@cache
def numbered(size: int) -> Places:
    """Return the labels 1, 2, 3, ..."""
    return Places(tuple(range(1, size + 1)))
