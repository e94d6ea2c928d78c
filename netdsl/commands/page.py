"""A report as a page of its own, which a browser opens from a file."""

from __future__ import annotations

STYLE = """\
:root{color-scheme:light dark}
body{margin:2em;font:15px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
table,.netdsl-parts{overflow-wrap:normal;font-size:.9em}
th{border-bottom:1px solid rgba(128,128,128,.6)}"""

FORMULAS = """\
<script>MathJax = {tex: {inlineMath: [["$", "$"]]}}</script>
<script async src="https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-chtml.js"></script>
"""
"""Sets the formulas of a page, if it has some."""


def page(title: str, body: str) -> str:
    """Return HTML as a whole page."""
    from html import escape  # here, since it is slow to load for what is seldom asked

    formulas = FORMULAS if "$\\displaystyle" in body else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>\n{formulas}</head>\n"
        f"<body>\n{body}\n</body>\n</html>"
    )
