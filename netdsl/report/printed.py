"""Printed: sections, and what they look like as text, HTML, Markdown and LaTeX."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from netdsl.report.html import formula_html, lines_html, table_html
from netdsl.report.latex import formula_tex, lines_tex, table_tex
from netdsl.report.layout import equations
from netdsl.report.markdown import formula_markdown, lines_markdown, table_markdown
from netdsl.report.table import Table, line_width, paragraph, terminal_width

Section = Any
"""A sentence, a tuple of sentences, a Table, or a formula, which has `latex()`."""

Form = Callable[..., str]


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

    def to_markdown(self) -> str:
        """Return all as GitHub and notebooks read it: tables with pipes, formulas between $$."""
        found = _rendered(self._sections(), lines_markdown, table_markdown, formula_markdown)
        return "\n\n".join(found) + "\n"

    def to_latex(self) -> str:
        """Return all for a LaTeX document: tabulars; formulas need the package amsmath."""
        found = _rendered(self._sections(), lines_tex, table_tex, formula_tex)
        return "\n\n".join(found) + "\n"


def sections_text(sections: Iterable[Section], width: int | None) -> str:
    """Return sections as text, a free line between two of them."""
    width = line_width(width)
    found = _rendered(
        sections,
        lambda texts: "\n".join(paragraph(text, width) for text in texts),
        lambda table: table.text(width),
        lambda formula: equations(str(formula), width),
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
