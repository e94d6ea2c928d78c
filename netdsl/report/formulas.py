"""Formula: what a net computes, as equations."""

from __future__ import annotations

from itertools import product
from math import prod
from operator import index
from typing import TYPE_CHECKING, Any, SupportsIndex

from netdsl.errors import NetError, SettingError, nearest
from netdsl.options import choice, with_options
from netdsl.report.information import refuse
from netdsl.spec import Net
from netdsl.symbols import All, Automatic

if TYPE_CHECKING:
    from netdsl.formula.result import Formula as NetFormula

Spot = tuple[int, ...]


@with_options
def Formula(
    net: Net,
    output: Any = Automatic,
    *,
    Form: Any = Automatic,
    Entries: Any = Automatic,
    Arrays: Any = Automatic,
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
    list of them, or All. Arrays that are set are in them as numbers, with `Arrays="Symbolic"` by
    their names:

    >>> Formula(LinearLayer(2, Weights=[[1, -2], [0.3, 0]], Biases=[5, 0]), Entries=All)
    Output[0] = Input[0] - 2*Input[1] + 5
    Output[1] = 0.3*Input[0]

    Of one index it is a formula, of more a mapping with the formula of each. Together they may
    have 2000 parts, names, numbers and operations; Automatic writes them with names for what
    layers inside compute where they have more than 400 without.

    `output` is the name of an output; of several, Automatic gives a dict of all. An unknown name,
    an index beyond the end, or a wrong option raises a SettingError; sizes that are too open, or
    entries that are too many or of a net with open sizes, a NetError.
    Source: the formulas are those that each layer states, which the tests hold against its run.
    """
    if not isinstance(net, Net):
        refuse(net, "Formula", "a layer, a chain or a graph", Net)
    choice("Form", Form, (Automatic, "Expanded", "Composed"))
    choice("Arrays", Arrays, (Automatic, "Symbolic"))
    if output is not Automatic:
        return _formula(net, _known(net, output), Form, Entries, Arrays)
    found = {name: _formula(net, name, Form, Entries, Arrays) for name in net.output_names}
    return found if len(found) > 1 else next(iter(found.values()))


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


def _formula(net: Net, name: str, form: Any, entries: Any, arrays: Any) -> Any:
    from netdsl.formula.notation import formula_of  # now only, since it loads sympy

    if entries is Automatic:
        return formula_of(net, name, form)
    from netdsl.formula.written import write_out

    formula = formula_of(net, name, "Composed")
    _see_that_sizes_are_known(net, formula)
    sizes = tuple(map(int, formula.sizes))
    is_several = isinstance(entries, list) or entries is All
    values = {} if arrays == "Symbolic" else formula.values
    if entries is All:
        found = write_out(formula, prod(sizes), product(*map(range, sizes)), form, values)
    else:
        spots = [_spot(one, sizes) for one in (entries if is_several else [entries])]
        found = write_out(formula, len(spots), spots, form, values)
    return found if is_several else next(iter(found.values()))


def _see_that_sizes_are_known(net: Net, formula: NetFormula) -> None:
    sizes = [*formula.sizes, *(size for one in formula.where for size in one.sizes)]
    sizes += [size for dims in formula.dims.values() for size in dims]
    names = {symbol.name for size in sizes for symbol in size.free_symbols}
    if not names:
        return
    raise NetError(
        "Entries of a net with open sizes cannot be written out.",
        layer=net.brief(),
        expected="sizes that are numbers, for instance with Input=(3, 4)",
        got=", ".join(sorted(names)),
    )


def _spot(one: Any, sizes: Spot) -> Spot:
    at = one if isinstance(one, tuple) else (one,)
    if len(at) != len(sizes) or not all(
        isinstance(place, SupportsIndex)
        and not isinstance(place, bool)
        and 0 <= index(place) < size
        for place, size in zip(at, sizes, strict=True)
    ):
        raise _no_entry(one, sizes)
    return tuple(index(place) for place in at)


def _no_entry(got: Any, sizes: Spot) -> SettingError:
    ends = ", ".join(f"0 to {size - 1}" for size in sizes)
    return SettingError(
        "The output has no such entry.",
        call="Formula",
        setting="Entries",
        expected=f"indices that count from 0: {ends}; or All" if sizes else "All, or () for it",
        got=repr(got),
    )
