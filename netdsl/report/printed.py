"""Printed: sections, and what they look like as text, HTML, Markdown and LaTeX."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from netdsl.report.html import formula_html, lines_html, table_html
from netdsl.report.latex import formula_tex, lines_tex, table_tex
from netdsl.report.markdown import formula_markdown, lines_markdown, table_markdown
from netdsl.report.saving import write
from netdsl.report.table import Table, line_width, paragraph, terminal_width

Section = Any
"""A sentence, a tuple of sentences, a Table, or a formula, which has `latex()`."""

Form = Callable[..., str]


PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"/><title>netdsl</title></head>
<body style="font-family:sans-serif">{}</body>
</html>
"""
"""What a file of HTML is around a report."""


class Printed:
    """What prints through its sections, one below the other; those that are empty are left out."""

    def _sections(self) -> Iterable[Section]:
        raise NotImplementedError

    def text(self, width: int | None = None) -> str:
        """Return all as text, in lines of at most `width` characters where it is given."""
        return sections_text(self._sections(), width)

    def __str__(self) -> str:
        return self.text(terminal_width())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        found = _rendered(self._sections(), lines_html, table_html, formula_html)
        return f"<div>{''.join(found)}</div>"

    def to_html(self) -> str:
        """Return all as HTML that stands inside a page, as notebooks show it."""
        return self._repr_html_()

    def to_markdown(self) -> str:
        """Return all as GitHub and notebooks read it: tables with pipes, formulas between $$."""
        found = _rendered(self._sections(), lines_markdown, table_markdown, formula_markdown)
        return "\n\n".join(found) + "\n"

    def to_latex(self) -> str:
        """Return all for a LaTeX document: tabulars; formulas need the package amsmath."""
        found = _rendered(self._sections(), lines_tex, table_tex, formula_tex)
        return "\n\n".join(found) + "\n"

    def to_dict(self) -> dict[str, Any]:
        """Return all as dicts, lists, numbers and text, as json writes them."""
        raise NotImplementedError

    def save(self, path: str | PathLike[str]) -> Path:
        """Write all to a file and return its path; the suffix says in which form.

        It is .html, .md, .tex, .txt or .json. Another one, or a place where no file can be
        written, raises a SettingError.
        """
        forms: dict[str, Callable[[], str]] = {
            ".html": lambda: PAGE.format(self.to_html()),
            ".md": self.to_markdown,
            ".tex": self.to_latex,
            ".txt": lambda: f"{self.text()}\n",
            ".json": lambda: json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n",
        }
        return write(path, forms, "A report")


class Reports(list[Any]):
    """Reports in a list that prints them one below the other, a free line between two of them."""

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self))

    def _repr_html_(self) -> str:
        return f"<div>{'<hr/>'.join(report.to_html() for report in self)}</div>"


def sections_text(sections: Iterable[Section], width: int | None) -> str:
    """Return sections as text, a free line between two of them."""
    width = line_width(width)
    found = _rendered(
        sections,
        lambda texts: "\n".join(paragraph(text, width) for text in texts),
        lambda table: table.text(width),
        lambda formula: formula.text(width),
    )
    return "\n\n".join(found)


def _rendered(sections: Iterable[Section], lines: Form, table: Form, formula: Form) -> list[str]:
    """Return each section that is not empty in the forms given."""
    found: list[str] = []
    for section in sections:
        if isinstance(section, str | tuple):
            texts = [text for text in ((section,) if isinstance(section, str) else section) if text]
            found.append(lines(texts) if texts else "")
        elif isinstance(section, Table):
            found.append(table(section) if section.lines else "")
        else:
            found.append(formula(section))
    return [text for text in found if text]
