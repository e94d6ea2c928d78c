"""How wide text is: an estimate by the widths of the letters of Helvetica, Arial and their kin."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import combining, east_asian_width

FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif"

STYLES: dict[str, tuple[float, bool]] = {
    "title": (12.0, True),
    "key": (11.0, False),
    "plain": (11.0, False),
    "small": (9.5, False),
    "label": (9.5, False),
    "port": (9.0, False),
    **{f"shared{number}": (9.5, True) for number in range(6)},
}
"""The size of each style, and whether it is bold."""

BOLD = 1.09
"""How much wider bold text is; some letters are more, words are less."""

OTHER = 700
"""The width of a letter that is not in the table; fonts that stand in are wide."""

# In thousandths of the size of the font; Arial and Liberation Sans have the same.
GROUPS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jckzvxys",
    556: "0123456789#$?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "\N{HORIZONTAL ELLIPSIS}",
    1015: "@",
}
WIDTHS = {letter: width for width, letters in GROUPS.items() for letter in letters}


def _letter(letter: str) -> int:
    if letter in WIDTHS:
        return WIDTHS[letter]
    if combining(letter):
        return 0
    return 1000 if east_asian_width(letter) in "WF" else OTHER


@lru_cache(4096)
def text_width(text: str, style: str) -> float:
    """Return how wide a text is in a style, in the units of the drawing.

    >>> text_width("Linear", "title") > text_width("Linear", "plain") > 20
    True
    """
    size, is_bold = STYLES[style]
    width = size / 1000 * sum(map(_letter, text))
    return width * BOLD if is_bold else width


UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""What no text of XML may hold, or no line of a language of lines."""


def visible(text: str) -> str:
    """Return a text in which a sign stands for each letter that cannot be written.

    >>> visible("a\\x0bb") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def shortened(text: str, most: int) -> str:
    """Return a text as one line, with dots at its end where it has more letters than that.

    >>> len(shortened("a" * 50, 20))
    20
    """
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
