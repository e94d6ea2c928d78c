"""Names of ports, arrays and sizes as names in a programming language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain, count


@dataclass
class Names:
    """Gives each thing a name of its own; `word` makes a name of any text, `reserved` are taken.

    `join` stands before the number of a second thing of a name.
    """

    word: Callable[[str], str]
    reserved: Iterable[str] = ()
    join: str = "_"
    known: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def __post_init__(self) -> None:
        self.taken = set(self.reserved)

    def of(self, kind: str, name: str) -> str:
        """Return the name of a thing of this kind, always the same."""
        if (kind, name) not in self.known:
            word = self.word(name)
            more = (f"{word}{self.join}{number}" for number in count(2))
            chosen = next(one for one in chain([word], more) if one not in self.taken)
            self.taken.add(chosen)
            self.known[kind, name] = chosen
        return self.known[kind, name]


def plain(name: str) -> str:
    """Return a name of ASCII letters, digits and underscores.

    >>> plain("a b"), plain("2nd"), plain("Größe"), plain("h[0, 1]")
    ('a_b', 'x2nd', 'Grosse', 'h_0_1')
    """
    folded = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    word = re.sub(r"[^0-9A-Za-z_]+", "_", re.sub(r"[^0-9A-Za-z_]+$", "", letters))
    return word if re.match(r"[A-Za-z]", word) else f"x{word}"


def function_word(output: str) -> str:
    """Return the name of the function of an output, or of one entry of it.

    >>> function_word("Output[0, 1]")
    'output'
    """
    return plain(output.partition("[")[0]).lower()


def letters_only(name: str) -> str:
    """Return a name of letters and digits that begins small, as the Wolfram Language has them.

    >>> letters_only("InputGateBiases_2.lstm"), letters_only("x_1")
    ('inputGateBiases2lstm', 'x1')
    """
    word = plain(name).replace("_", "")
    return word[:1].lower() + word[1:]
