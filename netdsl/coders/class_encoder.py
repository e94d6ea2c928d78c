"""The encoder of classes, each known by its label."""

from __future__ import annotations

from dataclasses import KW_ONLY
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netdsl.coders.declared import truth
from netdsl.coders.decoder import NetDecoder
from netdsl.coders.encoder import NetEncoder, within
from netdsl.coders.labels import Places, read_labels
from netdsl.coders.values import NUMERIC, listed
from netdsl.dims import PortType
from netdsl.errors import DataError, SettingError, nearest
from netdsl.spec import option
from netdsl.spec.fields import short

FORMS = ("Index", "IndicatorVector")


def read_form(value: Any) -> str:
    """Read the form of the codes; "UnitVector" is the old name of IndicatorVector."""
    if isinstance(value, str) and value == "UnitVector":
        return "IndicatorVector"
    if not isinstance(value, str) or value not in FORMS:
        raise SettingError(
            "There is no such form of class codes.",
            expected=", ".join(FORMS),
            got=repr(value),
            nearest=nearest(value, FORMS),
        )
    return value


class ClassEncoder(NetEncoder, name="Class"):
    """Turn a label into its position among the labels, from 1, or into a vector with a 1 there.

    >>> NetEncoder("Class", ["cat", "dog", "emu"])(["emu", "cat"])
    array([3, 1])
    >>> NetEncoder("Class", ["cat", "dog", "emu"], "IndicatorVector", Multilabel=True)(
    ...     ["emu", "cat"])
    array([1., 0., 1.], dtype=float32)

    A label is any hashable value, and 1, 1.0 and True are three: one of another type is
    unknown, which raises a DataError. Codes are left alone: positions in range, vectors of
    numbers from 0 to 1. Where labels are numbers themselves a number of their kind is always a
    label, and with the form Index any number is. Source: Wolfram `NetEncoder`, "Class".
    """

    Labels: tuple[Any, ...] = option(read=read_labels, doc="the classes, in order")
    Form: str = option(default="Index", read=read_form, doc="Index or IndicatorVector")
    _: KW_ONLY
    Multilabel: bool = option(
        default=False, read=truth, doc="whether each example has a list of labels"
    )

    def check(self) -> None:
        """See that several labels have a vector to stand in."""
        if self.Multilabel and self.Form == "Index":
            raise SettingError(
                "Several labels have no single index.",
                setting="Form",
                expected="'IndicatorVector' where Multilabel is True",
                got=repr(self.Form),
            )

    @cached_property
    def _places(self) -> Places:
        return Places(self.Labels)

    @property
    def item(self) -> PortType:
        """An integer up to the number of classes, or a vector of that size."""
        size = len(self.Labels)
        if self.Form == "Index":
            return PortType((), "Integer", 1, size)
        return PortType((size,), "Real")

    def is_code(self, kind: str) -> bool:
        """Whether numbers of a kind cannot be labels."""
        labels = self._places.kinds
        if self.Form == "Index":
            return kind in "iuf" and not labels
        return kind in NUMERIC and not labels & ({"f"} if kind == "f" else {"b", "i"})

    def is_thing(self, value: Any) -> bool:
        """Whether a value is a label or, with Multilabel, a list of labels."""
        if not self.Multilabel:
            return self._is_label(value)
        if isinstance(value, set | frozenset):
            return True
        items = listed(value)
        if items is None:
            return self._is_label(value)
        return all(self._is_label(item) for item in items)

    def _is_label(self, value: Any) -> bool:
        return super().is_thing(value) or self._places.find(value) is not None

    def code(self, value: Any) -> Any:
        """Return the position of a label, or the vector of one or of several."""
        if self.Form == "Index":
            return 1 + self._place(value)
        labels = self._several(value) if self.Multilabel else [value]
        vector = np.zeros(len(self.Labels), np.float32)
        vector[[self._place(label) for label in labels]] = 1
        return vector

    def _place(self, label: Any) -> int:
        found = self._places.find(label)
        if found is None:
            facts = self._places.unknown(label)
            if self.is_code("i") and self.Form == "Index":
                facts["expected"] += f"; or a position from 1 to {len(self.Labels)}"
            raise DataError("This is not one of the classes.", **facts)
        return found

    def _several(self, value: Any) -> Any:
        items = value if isinstance(value, set | frozenset) else listed(value)
        if items is None:
            raise DataError(
                "An example has a list of labels.",
                expected=f"for instance {[self.Labels[0]]!r}",
                got=short(value),
                nearest=repr([value]) if self._places.find(value) is not None else None,
            )
        return items

    def checked(self, codes: NDArray[Any]) -> NDArray[Any]:
        """See that positions are in range, and vectors hold numbers from 0 to 1."""
        if self.Form != "Index":
            return within(codes, 0, 1, "numbers from 0 to 1")
        size = len(self.Labels)
        return within(codes, 1, size, f"integers from 1 to {size}", whole=True).astype(np.int64)

    def counterpart(self) -> NetDecoder:
        """Return the decoder with the same labels."""
        depth = 1 + len(self.Dimensions)
        return NetDecoder("Class", self.Labels, InputDepth=depth, Multilabel=self.Multilabel)
