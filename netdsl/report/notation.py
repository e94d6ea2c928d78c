"""Sizes as people write them: floor((h + 31)/224), names in LaTeX that stay one name."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# sympy has no type stubs; its expressions are Any here.

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from netdsl.infer.sympify import symbol


@lru_cache(4096)
def size_text(size: Any) -> str:
    """Return a size as text; sympy takes long, and a net has the same sizes in many places.

    >>> import sympy
    >>> h = sympy.Symbol("h", integer=True, positive=True)
    >>> size_text(1 - sympy.floor(h / 224 + sympy.Rational(31, 224)))
    '1 - floor((h + 31)/224)'
    """
    return str(size) if isinstance(size, int | str) else _printers()[0].doprint(size)


def size_latex(size: Any) -> str:
    r"""Return a size for LaTeX's math mode.

    >>> print(size_latex("h"), size_latex("row_size"), size_latex(3))
    h \mathit{row\_size} 3
    """
    return _printers()[1].doprint(symbol(size) if isinstance(size, str) else size)


def name_latex(name: str) -> str:
    r"""Return a name for LaTeX's math mode: letters that are one word, and no index.

    >>> print(name_latex("h"), name_latex("length1"))
    h \mathit{length1}
    """
    if len(name) == 1 and name.isascii():
        return name
    escaped = name.replace("_", r"\_")
    return rf"\mathit{{{escaped}}}"


@cache
def _printers() -> tuple[Any, Any]:
    import sympy
    from sympy.printing.latex import LatexPrinter
    from sympy.printing.str import StrPrinter

    def parts(expr: Any) -> tuple[Any, Any]:
        return sympy.fraction(sympy.together(expr.args[0]))

    class Text(StrPrinter):  # type: ignore[misc]
        def _rounded(self, expr: Any) -> str:
            above, below = parts(expr)
            inner = self._print(above)
            if below != 1:
                inner = f"({inner})" if above.is_Add else inner
                divisor = self._print(below)
                inner += f"/{divisor}" if below.is_Atom else f"/({divisor})"
            return f"{type(expr).__name__}({inner})"

        _print_floor = _print_ceiling = _rounded

    class Latex(LatexPrinter):  # type: ignore[misc]
        def _print_Symbol(self, expr: Any, style: str = "plain") -> str:
            return name_latex(expr.name)

        def _rounded(self, expr: Any, exp: Any = None) -> str:
            above, below = map(self._print, parts(expr))
            inner = above if below == "1" else rf"\frac{{{above}}}{{{below}}}"
            side = "floor" if isinstance(expr, sympy.floor) else "ceil"
            text = rf"\left\l{side}{{{inner}}}\right\r{side}"
            return text if exp is None else f"{text}^{{{exp}}}"

        _print_floor = _print_ceiling = _rounded

    return Text(), Latex()
