"""What must hold of named sizes: as sentences, as sympy relations, as LaTeX."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from netdsl.dims import is_sum
from netdsl.infer import Solver, Var
from netdsl.infer.expressions import Constraint, form_of
from netdsl.infer.forms import (
    Atom,
    Form,
    Monomial,
    Number,
    linear_names,
    number,
    scaled,
    single,
    subtract,
)
from netdsl.infer.statements import Varying
from netdsl.infer.sympify import expression
from netdsl.infer.terms import variables
from netdsl.report.notation import size_latex, size_text
from netdsl.report.sizes import Sizes, sizes_of
from netdsl.report.trials import always, zeros

SIGNS = {"=": "=", ">=": r"\geq", "<=": r"\leq"}
FLIPPED = {"=": "=", ">=": "<=", "<=": ">="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two forms with "=", ">=" or "<=" between them; modulo a third one if it is given."""

    left: Form
    sign: str
    right: Form
    modulo: Form | None = None

    def relation(self) -> Any:
        """Return the comparison as a sympy relation."""
        import sympy

        left, right = sympy.sympify(expression(self.left)), sympy.sympify(expression(self.right))
        if self.modulo is not None:
            left = sympy.Mod(left, expression(self.modulo))
        kind: Any = {"=": sympy.Eq, ">=": sympy.Ge, "<=": sympy.Le}[self.sign]
        return kind(left, right)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was learned about named sizes, in words and as comparisons."""

    sentence: str
    comparisons: tuple[Comparison, ...]

    def latex(self) -> str:
        """Return the comparisons for LaTeX's math mode."""
        return r",\; ".join(_latex(each) for each in self.comparisons)


def _latex(comparison: Comparison) -> str:
    left, right = (size_latex(expression(side)) for side in (comparison.left, comparison.right))
    if comparison.modulo is not None:
        return rf"{left} \equiv {right} \pmod{{{size_latex(expression(comparison.modulo))}}}"
    return f"{left} {SIGNS[comparison.sign]} {right}"


def findings(solver: Solver) -> tuple[Finding, ...]:
    """Return what a solved net says of its named sizes: name by name, then between names."""
    named = {**_lengths(solver), **solver.names}
    names = {name: sizes_of(var) for name, var in named.items()}
    constraints = [each for each in solver.constraints if not _narrows(each, names)]
    found = (_between(constraint, list(names)) for constraint in constraints)
    between = [each for each in found if each is not None]
    own = [each for name, var in named.items() for each in _of_name(name, var, names[name])]
    own = [each for each in own if not _follows(each, between, names)]
    everything = (*own, *between, *_dividing(solver, names))
    return tuple({finding.sentence: finding for finding in everything}.values())


def _lengths(solver: Solver) -> dict[str, Var]:
    """Return the lengths that vary, by the names that are printed."""
    roots = (var.root() for var in solver.varying)
    return {str(root.name): root for root in roots if isinstance(root.name, Varying)}


def _narrows(constraint: Constraint, names: dict[str, Sizes]) -> bool:
    """Leave a name the sizes that a constraint on it alone allows; say whether these are known."""
    roots = list(constraint.form.roots.values())
    if len(roots) != 1 or constraint.is_least or roots[0].text not in names:
        return False
    found = zeros(constraint.form, names[roots[0].text])
    if found is not None:
        names[roots[0].text] = found
    return found is not None


def _follows(finding: Finding, between: list[Finding], names: Mapping[str, Sizes]) -> bool:
    """Whether a bound or a rest is that of what the name equals: f mod 3 = 0, f = 3*h*w."""
    one = finding.comparisons[0]
    name = subtract(one.left, number(one.left.constant)).key
    for other in (comparison for each in between for comparison in each.comparisons):
        if other.sign != "=" or other.left.key != name or len(finding.comparisons) > 1:
            continue
        if one.modulo is not None and one.modulo.value is not None:
            step = one.modulo.value
            return all(factor % step == 0 for monomial, factor in other.right.terms if monomial)
        if one.sign == ">=":
            return _least(other.right, names) >= (one.right.value or 0)
    return False


def _least(form: Form, names: Mapping[str, Sizes]) -> Number:
    """Return a size that a sum of products of names is not below, 0 where that is not seen."""
    total: Number = 0
    for monomial, factor in form.terms:
        known = all(atom.text in names and power > 0 for atom, power in monomial)
        if not known or (monomial and factor < 0):
            return 0
        lows = (names[atom.text].low ** power for atom, power in monomial)
        total += factor * math.prod(lows)
    return total


# ---- one name ---------------------------------------------------------------------------------


def _of_name(name: str, var: Var, sizes: Sizes) -> Iterator[Finding]:
    root = var.root()
    itself = single(Atom("length" if root.varies else "name", name))
    if root.value is not None:
        yield Finding(f"{name} = {root.value}", (Comparison(itself, "=", number(root.value)),))
    elif root.name != name:
        other = form_of(root)
        if other is not None and not isinstance(root.name, Varying):
            yield Finding(f"{name} = {root.name}", (Comparison(itself, "=", other),))
    else:
        yield from _of_sizes(name, itself, sizes)


def _of_sizes(name: str, itself: Form, sizes: Sizes) -> Iterator[Finding]:
    if sizes.low == sizes.high:
        yield Finding(f"{name} = {sizes.low}", (Comparison(itself, "=", number(sizes.low)),))
        return
    rest = sizes.low % sizes.step
    least = Comparison(itself, ">=", number(sizes.low))
    if sizes.high is not None:
        most = Comparison(itself, "<=", number(sizes.high))
        is_least = sizes.low > 1
        text = f"{sizes.low} <= {name} <= {sizes.high}" if is_least else f"{name} <= {sizes.high}"
        yield Finding(text, (least, most) if is_least else (most,))
    elif sizes.low > (rest or sizes.step):
        yield Finding(f"{name} >= {sizes.low}", (least,))
    if sizes.step > 1:
        word = {(2, 0): f"{name} is even: ", (2, 1): f"{name} is odd: "}.get((sizes.step, rest), "")
        text = f"({name} - {rest})" if rest else name
        step = number(sizes.step)
        comparison = Comparison(subtract(itself, number(rest)), "=", number(0), step)
        yield Finding(f"{word}{text} mod {sizes.step} = 0", (comparison,))


# ---- between names ----------------------------------------------------------------------------


def _between(constraint: Constraint, order: list[str]) -> Finding | None:
    """Return a constraint with what is added on one side and what is taken away on the other.

    None where both are one, once quotients are multiplied out.
    """
    form = _whole(constraint.form)
    more = Form(tuple((monomial, factor) for monomial, factor in form.terms if factor > 0))
    less = scaled(Form(tuple(term for term in form.terms if term[1] < 0)), -1)
    sign = ">=" if constraint.is_least else "="
    if _rank(less, form, order) < _rank(more, form, order):
        more, less, sign = less, more, FLIPPED[sign]
    if expression(more) == expression(less):
        return None
    sentence = f"{size_text(expression(more))} {sign} {size_text(expression(less))}"
    return Finding(sentence, (Comparison(more, sign, less),))


def _whole(form: Form) -> Form:
    below = math.lcm(*(Fraction(factor).denominator for _, factor in form.terms))
    factors = [int(factor * below) for _, factor in form.terms]
    return scaled(form, Fraction(below, math.gcd(*factors)))


def _rank(side: Form, form: Form, order: list[str]) -> tuple[int, int]:
    """Return how late a side stands: a single name is first, a number last."""
    if side.value is not None:
        return 2, 0
    names = [atom.text for atom, _ in linear_names(form)]
    alone = [text for text in names if side.key == single(Atom("name", text)).key]
    if alone:
        return 0, order.index(alone[0]) if alone[0] in order else 0
    return 1, 0


def _dividing(solver: Solver, names: Mapping[str, Sizes]) -> Iterator[Finding]:
    """Yield what must divide without a rest, since sizes are whole numbers."""
    seen: set[int] = set()
    for equation in solver.equations:
        for var in (*variables(equation.left), *variables(equation.right)):
            root = var.root()
            if id(root) not in seen and root.value is None:
                seen.add(id(root))
                form = form_of(root)
                if form is not None and not form.is_open:
                    yield from _whole_only(form, names)


def _whole_only(form: Form, names: Mapping[str, Sizes]) -> Iterator[Finding]:
    for above, under in _quotients(form):
        exact = single(Atom("ratio", parts=(above, under)))
        if always(exact, names, lambda value: value == int(value)):
            continue
        left, right = size_text(expression(above)), size_text(expression(under))
        left = f"({left})" if is_sum(left) else left
        right = right if under.value is not None else f"({right})"
        comparison = Comparison(above, "=", number(0), under)
        yield Finding(f"{left} mod {right} = 0", (comparison,))


def _quotients(form: Form) -> Iterator[tuple[Form, Form]]:
    """Yield what stands above and below the line in a form."""
    whole: list[tuple[Monomial, Number]] = []
    for monomial, factor in form.terms:
        atoms = [atom for atom, power in monomial if atom.kind == "ratio" and power == 1]
        if len(monomial) == 1 and atoms:
            above, under = atoms[0].parts
            exact = Fraction(factor)
            yield scaled(above, exact.numerator), scaled(under, exact.denominator)
        elif not atoms:
            whole.append((monomial, factor))
    below = math.lcm(*(Fraction(factor).denominator for _, factor in whole))
    if below > 1:
        terms = tuple((m, factor) for m, factor in whole if isinstance(factor, Fraction))
        yield scaled(Form(terms), below), number(below)
