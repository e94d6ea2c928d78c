"""The labels of classes: any values that can be told apart, each with a position from 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from netdsl.coders.declared import exact
from netdsl.coders.values import kind_of, listed, local
from netdsl.errors import SettingError, nearest
from netdsl.spec.fields import short
from netdsl.symbols import Automatic

SHOWN = 6
"""How many labels a message lists."""


def read_labels(value: Any) -> tuple[Any, ...]:
    """Read a list of labels: hashable, no two equal (1, 1.0 and True are), none of them NaN."""
    items = listed(value)
    if items is None or not len(items):
        raise SettingError(
            "Labels come as a list.", expected='for instance ["cat", "dog"]', got=short(value)
        )
    labels = tuple(local(item) for item in items)
    seen: dict[Any, Any] = {}
    for label in labels:
        try:
            twice, is_equal = label in seen, bool(label == label)
        except TypeError:  # no hash, or a missing value that equals nothing
            twice, is_equal = False, False
        if not is_equal:
            raise SettingError(
                "This cannot be a label.", expected="a hashable value, not NaN", got=short(label)
            )
        if twice:
            raise SettingError(
                "Two labels are equal.",
                expected="labels that differ; 1, 1.0 and True are equal",
                got=f"{short(seen[label])} and {short(label)}",
            )
        seen[label] = label
    return labels


def read_open_labels(value: Any) -> Any:
    """Read a list of labels, or Automatic."""
    return value if value is Automatic else read_labels(value)


def in_order(values: Iterable[Any]) -> list[Any]:
    """Return each label once, sorted; by type and text where they have no order of their own."""
    found: dict[Any, Any] = {}
    for value in values:
        try:
            found[exact(value)] = value
        except TypeError:
            raise SettingError(
                "This cannot be a label.", expected="a hashable value", got=short(value)
            ) from None
    try:
        return sorted(found.values())
    except TypeError:
        return sorted(found.values(), key=lambda label: (type(label).__name__, repr(label)))


class Places:
    """The positions of labels, found by value and type."""

    def __init__(self, labels: tuple[Any, ...]) -> None:
        self.labels = labels
        self.kinds = frozenset(kind_of(label) for label in labels) - {"O"}
        """Which kinds of numbers are among the labels."""
        self._places = {exact(label): place for place, label in enumerate(labels)}

    def find(self, label: Any) -> int | None:
        """Return the position of a label from 0, None if it is none."""
        try:
            return self._places.get(exact(local(label)))
        except TypeError:  # not hashable
            return None

    def unknown(self, label: Any) -> dict[str, Any]:
        """Return the facts about a label that is none."""
        label = local(label)
        return {
            "expected": some(self.labels),
            "got": short(label),
            "nearest": self._nearest(label),
        }

    def _nearest(self, label: Any) -> str | None:
        by_text = {str(known): known for known in self.labels}
        is_number = kind_of(label) != "O"  # 1, 1.0 and True are equal, "1" is not
        same = [known for known in self.labels if is_number and known == label]
        if same:
            return repr(same[0])
        word = str(label) if str(label) in by_text else nearest(label, by_text)
        return None if word is None else repr(by_text[word])


def some(labels: Iterable[Any]) -> str:
    """Return the first few labels as text, with how many more there are."""
    texts = [short(label) for label in labels]
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more
