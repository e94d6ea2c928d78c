"""Information, NetDifference, NetShapes, WhyShape: what a net is asked before anything is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any

from netdsl.errors import SettingError, nearest
from netdsl.options import with_options
from netdsl.report.asking import asked, is_known, is_layers, made_of, refuse, refuse_shorthand
from netdsl.spec import Coder, Net
from netdsl.spec.fields import short
from netdsl.symbols import Automatic

if TYPE_CHECKING:
    from netdsl.report.comparing.difference import NetDifferences
    from netdsl.report.shapes import ShapeTable
    from netdsl.report.why import ShapeReason


@with_options
def Information(net: Any, prop: Any = Automatic, **ports: Any) -> Any:
    """Return a report of a net or a coder, or the property of that name; nothing is run.

    >>> net = NetChain([LinearLayer(3), ParametricRampLayer()], Input="n")
    >>> Information(net, "ArraysElementCounts")
    {(1, 'Weights'): 3*n, (1, 'Biases'): 3, (2, 'Slope'): 3}
    >>> Information(net, "ArraysTotalElementCount")
    3*n + 6

    Of a class of layers it gives the settings, ports and arrays, with what they mean:

    >>> Information(FlattenLayer).call
    'FlattenLayer(Levels)'

    `Information(net, "Properties")` lists the names. Arrays and layers come by position, a tuple
    such as (2, "Slope") that NetExtract takes; of a single layer it is ("Slope",). Sizes and counts
    are integers, sympy expressions where sizes have names, Automatic where one is open; so is the
    value of an array that has none yet. Multipliers are 0 for an array that is not learned: one
    that is frozen, and state. What a training moves without learning it, such as moving means, is
    state: it counts in StateElementCount, and neither as trainable nor as frozen. LayerTypeCounts
    counts by the name of the class. Nets of one TopologyHash have the same parts, connections and
    sizes: the values of their arrays may differ, and the multipliers. Bytes are those of the arrays
    as they are, 4 for each element of one without a value.

    MultiplyAdds and ActivationByteCount are of one example, evaluated: products that are summed
    up, each 2 FLOPs, and 4 bytes for each entry of each layer's output; LayersMultiplyAdds and
    LayersActivationByteCounts give them layer by layer. ReceptiveField says what an entry of each
    layer's output sees of the input, along the dimensions that windows slide along.
    MXNetNodeGraph, as Wolfram calls it, is a networkx graph of what the engine computes.
    SummaryGraphic and FullSummaryGraphic are drawings, which a notebook shows and
    `.save("net.svg")` writes; MXNetNodeGraphPlot is one of the operations.

    A list of nets gives a sequence of their reports that shows them side by side, parts aligned;
    with a property, or with names in a list, a list of results. In a dict nets have names, which
    stand above their columns. Of nets, coders and classes mixed it is a list of reports that prints
    them one below the other. Of several outputs "Formula", "FormulaLaTeX" and "Gradients" are
    mappings by output; a formula is that of evaluation, also where a layer does otherwise in a
    training. "Gradients" are computed one by one, each when it is asked for by its position.
    `ports` are shapes to try, as in NetShapes:

    >>> Information(NetChain([3, ParametricRampLayer()]), "ArraysTotalElementCount", Input=5)
    21

    Encoders and decoders have a report and "Properties" of their own. An unknown property raises a
    SettingError that offers the nearest; so do unknown ports, and what is neither net nor coder.
    Source: Wolfram `Information`.
    """
    if isinstance(net, Mapping):
        return _of_named(net, prop, ports)
    if isinstance(net, list | tuple):
        return _of_several(net, prop, ports)
    if isinstance(prop, list | tuple):
        return [Information(net, name, **ports) for name in prop]
    if ports and (isinstance(net, Coder) or is_layers(net)):
        raise _no_ports(net, next(iter(ports)))
    if isinstance(net, Coder):
        from netdsl.report import coders

        is_whole = prop is Automatic
        return coders.CoderReport(net) if is_whole else asked(net, prop, coders.PROPERTIES)
    if is_layers(net) and prop is Automatic:
        from netdsl.report.declared import ClassReport

        return ClassReport(net)
    if not isinstance(net, Net):
        call = made_of(net)
        if call is not None:
            refuse_shorthand(net, call)
        refuse(net, "Information", "a layer, a chain, a graph, an encoder or a decoder", Net, Coder)
    net = with_shapes(net, ports, ("prop",))
    if prop is Automatic:
        from netdsl.report.report import NetReport  # now only, so that `import netdsl` is quick

        return NetReport(net)
    from netdsl.report.properties import PROPERTIES

    return asked(net, prop, PROPERTIES)


def _of_several(nets: Sequence[Any], prop: Any, ports: Mapping[str, Any]) -> Any:
    """Return the comparison of nets, else the reports, or the property, of each of them."""
    if prop is not Automatic or not nets:
        return [Information(net, prop, **ports) for net in nets]
    if all(isinstance(net, Net) for net in nets):
        from netdsl.report.comparing.comparison import Comparison

        return Comparison(tuple(with_shapes(net, ports, ("prop",)) for net in nets))
    if any(isinstance(net, list | tuple | Mapping) for net in nets):
        return [Information(net, **ports) for net in nets]
    call = made_of(list(nets)) if not any(map(is_known, nets)) else None
    if call is not None:
        refuse_shorthand(nets, call)
    from netdsl.report.printed import Reports

    return Reports(Information(net, **ports) for net in nets)


def with_shapes(net: Net, ports: Mapping[str, Any], options: Iterable[str] = ()) -> Net:
    """Return a net with shapes to try at its ports; `options` may be meant by other names."""
    if not ports:
        return net
    from netdsl.report.shapes import read_types

    known = (*net.input_names, *net.output_names, *options)
    unknown = next((name for name in ports if name not in known), None)
    try:
        types = read_types(net, ports)
    except SettingError as error:
        raise error.having(nearest=nearest(unknown, known)) if unknown else error from None
    return net.with_ports({name: kind.spec() for name, kind in types.items()})


def _no_ports(thing: Any, name: str) -> SettingError:
    return SettingError(
        "Shapes can be tried at the ports of a net alone.",
        call="Information",
        setting=name,
        expected="a layer, a chain or a graph",
        got=f"the class {thing.__name__}" if isinstance(thing, type) else short(thing),
        nearest=nearest(name, ("prop",)),
    )


def _of_named(nets: Mapping[Any, Any], prop: Any, ports: Mapping[str, Any]) -> Any:
    """Return the comparison of nets under these names, or a dict of what is asked of each."""
    is_whole = prop is Automatic and bool(nets)
    if is_whole and all(isinstance(net, Net) for net in nets.values()):
        from netdsl.report.comparing.comparison import Comparison

        known = tuple(with_shapes(net, ports, ("prop",)) for net in nets.values())
        return Comparison(known, tuple(map(str, nets)))
    return {name: Information(net, prop, **ports) for name, net in nets.items()}


@with_options
def NetDifference(a: Net, b: Net, *, Tolerance: float = 0) -> NetDifferences:
    """Return what differs between two nets in structure, shapes and arrays; nothing is run.

    >>> a = NetChain([LinearLayer(3), Ramp, LinearLayer(2)], Input=4)
    >>> b = NetChain([LinearLayer(3), DropoutLayer(), Ramp, LinearLayer(5)], Input=4)
    >>> NetDifference(a, b)
    a = NetChain of 3, b = NetChain of 4: 1 part, 1 setting, 2 ports, 2 arrays
    <BLANKLINE>
    parts  path  b
    added  2     DropoutLayer
    ...
    >>> for difference in NetDifference(a, b)[:2]:
    ...     print(difference.kind, difference.paths, difference.text)
    part added (None, (2,)) only b has net[2] = DropoutLayer
    setting ((3,), (4,)) Size of net[3], in b net[4], is 2 in a, 5 in b

    What is returned is a sequence, empty where nothing differs: of parts that were added, removed,
    replaced, moved or renamed; then, of the parts that both nets have, settings, connections,
    shapes and coders at ports, arrays by their sizes and their values, learning rate multipliers,
    and which arrays are shared. A shape is told of where it comes from. Parts of chains are found
    again by kind, settings and order, those of graphs by name, else by their connections.

    Of values it says how many entries differ, the largest |b - a| and the norm of b - a. Entries
    that are at most `Tolerance` apart are equal, and so is NaN to NaN; single precision differs
    from double. Nets without a difference have one TopologyHash: names of shared arrays do not
    count, nor where a multiplier is set.

    What is not a net raises a SettingError, and so does a Tolerance that is no number from 0.
    """
    for net in (a, b):
        if not isinstance(net, Net):
            refuse(net, "NetDifference", "a layer, a chain or a graph", Net)
    is_number = isinstance(Tolerance, Real) and not isinstance(Tolerance, bool)
    if not is_number or not 0 <= Tolerance < float("inf"):
        raise SettingError(
            "A tolerance is a number from 0.",
            call="NetDifference",
            setting="Tolerance",
            expected="0, for entries that are equal, or for instance 1e-6",
            got=short(Tolerance),
        )
    from netdsl.report.comparing.difference import NetDifferences

    return NetDifferences(a, b, Tolerance)


@with_options
def NetShapes(net: Net, /, **ports: Any) -> ShapeTable:
    """Solve a net for the shape of each port and array; `ports` are shapes to try.

    >>> net = NetChain([LinearLayer(3), ParametricRampLayer()])
    >>> shapes = NetShapes(net, Input=("c", "h"))
    >>> shapes[1, "Weights"], shapes[2, "Slope"]
    ((3, c*h), (3,))
    >>> shapes.subs(h=5)[1, "Weights"]
    (3, 5*c)
    >>> len(shapes), [row.text for row in shapes if row.kind == "input"]
    (9, ['c x h', 'c x h', '3'])

    What is given at a port, input or output, replaces what the net says of it. A size is an
    integer, a name, a sympy symbol, "Varying", or Automatic where it is open. What was learned
    about names stands in `facts`, in words, and in `constraints`, as sympy relations:

    >>> net = NetChain([PoolingLayer(2, 2), ReshapeLayer((3, Automatic))])
    >>> shapes = NetShapes(net, Input=(1, "h", "w"))
    >>> shapes.facts
    ('h >= 2', 'w >= 2', 'floor(h/2)*floor(w/2) mod 3 = 0')

    From an output the sizes of the input follow, as sets where several will do; `solutions`
    lists those of a name or of a dimension, each tried out on the whole net:

    >>> shapes = NetShapes(ConvolutionLayer(3, 5, Stride=2), Input=(2, "h"), Output=(3, 7))
    >>> shapes.facts, shapes.solutions("h"), shapes.solutions(("Input", 2))
    (('17 <= h <= 18',), [17, 18], [17, 18])

    They come in a list with `complete`, which says whether these are all. `parameters` is the
    number of elements of all arrays.

    Rows are what the table has for each port and array. A row has `path` and `layer`, the part
    that it is of; `kind` ("input", "array", "output" or "state"), `name` and `position`, both
    together; `dims`, and the same as `text` and in `words`; for each dimension `sizes`, those that
    it can have, a set with `low`, `high` (None for no limit) and `step` to iterate over and to
    look into, and `bounds`, its ends; `terms`, the dimensions with such sets in place of what is
    open; `reasons`, why something in it is open, which `open_because` puts together:

    >>> NetShapes(FlattenLayer(), Input=(3, Automatic)).open_because
    ('Open since nothing says dimension 2 of Input (give Input=(3, ...)): Input and Output',)

    An unknown port or name raises a SettingError, shapes that do not fit a ShapeError, a
    position that leads nowhere a StructureError.
    """
    if not isinstance(net, Net):
        refuse(net, "NetShapes", "a layer, a chain or a graph", Net)
    from netdsl.report.shapes import shape_table

    return shape_table(net, ports)


@with_options
def WhyShape(net: Net, position: Any, /, **ports: Any) -> ShapeReason:
    """Return the facts from which the shape at a position was concluded, in order, in words.

    >>> net = NetChain([ConvolutionLayer(20, 5), PoolingLayer(2, 2)])
    >>> WhyShape(net, (2, "Output"), Input=(1, 28, 28))
    Output of net[2] is 20 x 12 x 12, since
    1  Input is given as (1, 28, 28)
    2  net[1] = ConvolutionLayer(20, 5): Channels is given as 20
    3  net[1] = ConvolutionLayer(20, 5): 28 - 4 = 24
    4  net[2] = PoolingLayer(2, 2): (24 - 2) // 2 + 1 = 12

    A position is that of a port or an array, "Output" or (2, "Output"), or of one dimension of
    it, (1, "Weights", 2). `ports` are shapes to try, as in NetShapes. Of what is open it says why:

    >>> WhyShape(net, (2, "Output", 3), Input=(1, 28, Automatic)).open_because[0]
    'it is floor(n/2) - 2, where n is dimension 3 of Input; nothing says dimension 3 of Input...

    What is returned can be iterated over: each step has `text`, `path` and `statement`. An
    unknown port raises a SettingError, a position that leads nowhere a StructureError.
    """
    if not isinstance(net, Net):
        refuse(net, "WhyShape", "a layer, a chain or a graph", Net)
    from netdsl.report.shapes import shapes_solved
    from netdsl.report.why import shape_reason

    return shape_reason(net, position, shapes_solved(net, ports))
