"""Formula: what a net computes, as equations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from netdsl.errors import SettingError, nearest
from netdsl.options import choice, whole, with_options
from netdsl.report.entries import is_several, see_that_sizes_are_known, spots_of
from netdsl.report.information import refuse, with_shapes
from netdsl.spec import Net
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.formula.result import Formula as NetFormula
    from netdsl.formula.written import Written


@with_options
def Formula(
    net: Net,
    output: Any = Automatic,
    *,
    Form: Any = Automatic,
    Entries: Any = Automatic,
    Arrays: Any = Automatic,
    Digits: Any = Automatic,
    **ports: Any,
) -> Any:
    """Return what a net computes as a formula, composed of its layers' formulas; nothing is run.

    >>> net = NetChain([LinearLayer(2), Tanh, LinearLayer(())], Input="n")
    >>> Formula(net)
    Output = Biases_3[0] + Sum(tanh(Biases_1[i] + Sum(Input[j]*Weights_1[i, j], (j, 0, n - 1)))...

    One entry of the output stands for all of them; indices count from 0, and every array is zero
    outside of its bounds. Arrays have the mark of their layer; the numbers of those that are set
    are in `values`. `latex()` is the formula for a paper, `composition` says which layers feed
    which:

    >>> print(Formula(net).composition)
    Output = f_3(f_2(f_1(Input)))
        f_1 = LinearLayer(2)
        f_2 = ElementwiseLayer(Tanh)
        f_3 = LinearLayer(())

    `Form="Composed"` gives what layers inside compute names of its own, "Expanded" does not, and
    raises a NetError where the formula would be too large. Automatic is the expanded form where
    it is short:

    >>> Formula(net, Form="Composed")
    Output = Biases_3[0] + Sum(Weights_3[0, i]*h_2[i], (i, 0, 1))
        h_2[i] = tanh(Biases_1[i] + Sum(Input[j]*Weights_1[i, j], (j, 0, n - 1)))

    `Entries` are entries of the output to write out without sums: an index such as 0 or (0, 1), a
    list or a range of them, or All, which may also stand for one of the indices, as in (0, All).
    Arrays that are set are in them as numbers, with `Arrays="Symbolic"` by their names:

    >>> Formula(LinearLayer(2, Weights=[[1, -2], [0.3, 0]], Biases=[5, 0]), Entries=All)
    Output[0] = Input[0] - 2*Input[1] + 5
    Output[1] = 0.3*Input[0]

    Of one index it is a formula, of more a mapping with the formula of each. Together they may
    have 2000 parts, names, numbers and operations; Automatic writes them with names for what
    layers inside compute where they have more than 400 without.

    Numbers are shown with 7 digits, 15 where arrays have double precision, or so many `Digits`,
    and stay exact in what is computed. `ports` are shapes to try, as in NetShapes:

    >>> Formula(NetChain([SummationLayer()]), Entries=(), Input=2)
    Output = Input[0] + Input[1]

    `output` is the name of an output; of several, Automatic gives a mapping of all, which prints
    all equations. An unknown name or port, an index beyond the end, or a wrong option raises a
    SettingError; sizes that are too open, or entries that are too many or of a net with open sizes,
    a NetError.
    Source: the formulas are those that each layer states, which the tests hold against its run.
    """
    if not isinstance(net, Net):
        refuse(net, "Formula", "a layer, a chain or a graph", Net)
    choice("Form", Form, (Automatic, "Expanded", "Composed"))
    choice("Arrays", Arrays, (Automatic, "Symbolic"))
    net = with_shapes(net, ports, ("Form", "Entries", "Arrays", "Digits"))
    asked = _Asked(net, Form, Entries, Arrays, whole("Digits", Digits, None))
    if output is not Automatic:
        return asked.formula(_known(net, output))
    return of_outputs(net, asked.formula)


def of_outputs(net: Net, formula: Callable[[str], Any]) -> Any:
    """Return the formula of the only output, of several all that there are, which show together."""
    found = {name: formula(name) for name in net.output_names}
    if len(found) == 1:
        return next(iter(found.values()))
    from netdsl.formula.several import Formulas  # now only, since it loads sympy

    return Formulas(found)


def _known(net: Net, output: Any) -> str:
    """Return the name of an output; a layer has its states beside."""
    names = (*net.output_names, *net.state_names)
    if output not in names:
        raise SettingError(
            "The net has no such output.",
            call="Formula",
            setting="output",
            expected=", ".join(names),
            got=repr(output),
            nearest=nearest(output, names),
        )
    return str(output)


@dataclass(frozen=True)
class _Asked:
    """A net, and how its formula is asked for."""

    net: Net
    form: Any
    entries: Any
    arrays: Any
    digits: int | None

    def formula(self, name: str) -> Any:
        """Return the formula of an output, or those of the entries that are asked for."""
        from netdsl.formula.notation import formula_of

        if self.entries is Automatic:
            found = formula_of(self.net, name, self.form)
            return found if self.digits is None else replace(found, digits=self.digits)
        formula = formula_of(self.net, name, "Composed")
        see_that_sizes_are_known(self.net, formula)
        found = self._written(formula)
        found = found if self.digits is None else found.rounded(self.digits)
        return found if is_several(self.entries) else next(iter(found.values()))

    def _written(self, formula: NetFormula) -> Written:
        from netdsl.formula.written import write_out

        sizes = tuple(map(int, formula.sizes))
        values = {} if self.arrays == "Symbolic" else formula.values
        count, spots = spots_of(self.entries, sizes)
        return write_out(formula, count, spots, self.form, values)
