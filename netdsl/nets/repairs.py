"""The nearest edits that make a net fit: tried on the net one by one, offered where they do."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from itertools import chain, islice, permutations
from typing import Any

from netdsl.dims import Dims, PortType
from netdsl.errors import NetError, ShapeError
from netdsl.infer import Place, Row, Var
from netdsl.infer.causes import in_order, show_path
from netdsl.infer.conflicts import RANKS, TOO_SMALL
from netdsl.infer.terms import INF
from netdsl.spec import Layer, Net, Shapes
from netdsl.spec.net_array import dims_of_array
from netdsl.spec.shapes import Path, at_ports, uncollected
from netdsl.symbols import Automatic

MOST = 3
"""How many edits are offered."""
TRIALS = 40
PATIENCE = 4000
"""How many edits are tried at most, and times how many layers: large nets take a while to solve."""

ALTERNATIVES = 1000
"""How many alternatives of a layer are looked at: of a large size there are as many as that."""

NEAR = 8
"""How many layers before the one that objects are looked at."""
OFTEN = ("PaddingSize", "Stride", "Form")
"""Settings that are often forgotten."""
FRESH = "one size"
"""A name for sizes that stay equal to each other, which no user can give."""

_searching: ContextVar[bool] = ContextVar("searching", default=False)

Edit = tuple[Any, str, Callable[[], object]]
"""What it changes, for one edit of a kind is enough; the edit in words; what tries it.

An error says that it does not help.
"""


def with_edits(
    net: Net, error: ShapeError, types: Mapping[str, PortType] | None = None
) -> ShapeError:
    """Return the error with the nearest edits that would make the net fit."""
    if _searching.get() or "nearest" in error.facts:
        return error
    token = _searching.set(True)
    try:
        trials = max(4, min(TRIALS, PATIENCE // sum(1 for _ in net.leaves())))
        edits = _Search(net, error, types or {}).edits()
        found = list(islice(_working(edits, trials), MOST))
    except Exception:  # noqa: BLE001  (a layer's own code may fail; the first error is the one to see)
        found = []
    finally:
        _searching.reset(token)
    return error.having(nearest=tuple(found)) if found else error


def _working(edits: Iterator[Edit], trials: int) -> Iterator[str]:
    said: set[Any] = set()
    for kind, words, attempt in islice(edits, trials):
        if kind in said or (kind == "without" and said):
            continue
        try:
            attempt()
        except Exception:  # noqa: BLE001  (whatever an edit leads to: it is no way out)
            continue
        said.add(kind)
        yield words


class _Search:
    """The edits that could help, the likeliest first."""

    def __init__(self, net: Net, error: ShapeError, types: Mapping[str, PortType]) -> None:
        self.net, self.types, self.got = net, types, error.facts.get("got")
        self.is_small, self.is_rank = error.sentence == TOO_SMALL, error.sentence == RANKS
        self.focus: Path = () if error.focus is None else error.focus.path
        places = [cause.place for cause in in_order(error.causes) if cause.place is not None]
        roots = [c.place for c in in_order(error.causes) if c.place is not None and not c.parents]
        self.given = [p for p in dict.fromkeys(roots) if p.role in ("port", "array", "setting")]
        self.layers = dict(self._near([place.path for place in places if place.role != "port"]))

    def _near(self, named: list[Path]) -> Iterator[tuple[Path, Layer]]:
        """Yield the layers that the error names, then some before the one that objects."""
        leaves = dict(self.net.leaves())
        paths = list(leaves)
        at = paths.index(self.focus) if self.focus in leaves else len(paths)
        before = paths[max(0, at - NEAR) : at + 1][::-1]
        chosen = [self.focus, *reversed(named), *before]
        yield from {path: leaves[path] for path in chosen if path in leaves}.items()

    def edits(self) -> Iterator[Edit]:
        """Yield the edits: first what is often forgotten, then other sizes, then other settings."""
        yield from self._settings(lambda name: name == "Levels")
        for place in self.given:
            if place.role == "port" and not place.path and place.name in self.net.input_names:
                yield from self._images(place)
        often = self._settings(lambda name: name in OFTEN)
        given = (
            edit
            for role in ("setting", "port", "array")
            for place in reversed(self.given)
            if place.role == role
            for edit in self._other_sizes(place)
        )
        # Where something is too small, windows are the likelier to be wrong.
        yield from chain(often, given) if self.is_small else chain(given, often)
        yield from self._before()
        yield from self._settings(lambda name: name not in ("Levels", *OFTEN))
        yield from self._without()

    # ---- another size where one was given ------------------------------------------------------

    def _other_sizes(self, place: Place) -> Iterator[Edit]:
        if place.role == "array":
            yield from self._other_array(place)
            return
        given = self._given(place)
        if given is None:
            return
        slides = any(hasattr(layer, "KernelSize") for layer in self.layers.values())
        for tried, opened in _openings(given, slides):
            dims = self._nearest(place, given, tried, opened)
            if dims is not None and dims != given:
                yield (
                    place,
                    self._words(place, dims),
                    lambda dims=dims: self._solve({(place.path, place.name): PortType(dims)}),
                )

    def _other_array(self, place: Place) -> Iterator[Edit]:
        """Yield the array with its dimensions in another order, or left out."""
        dims = dims_of_array(getattr(self.net.at(place.path), place.name))
        assert dims is not None  # something was given there
        key = (place.path, place.name)
        for order in permutations(range(len(dims))) if len(dims) < 5 else ():
            turned = tuple(dims[axis] for axis in order)
            if turned != dims:
                words = f"np.transpose({place.name}, {order})"
                yield place, words, lambda turned=turned: self._solve({key: PortType(turned)})
        words = f"{self._at(place.path)} without {place.name}"
        yield place, words, lambda: self._solve({key: PortType()})

    def _given(self, place: Place) -> Dims | None:
        if not place.path and place.name in self.types:
            return self.types[place.name].dims
        part = self.net.at(place.path)
        if place.role == "port":
            setting = part.port_setting(place.name)
            kind = getattr(setting, "port_type", None)
            if kind is not None:
                return None  # a coder: its size is that of its labels
            return setting if isinstance(setting, tuple) else None
        value = getattr(part, place.name, None)
        return value if isinstance(value, tuple) else (value,)

    def _nearest(
        self, place: Place, given: Dims, tried: Dims | None, opened: tuple[int, ...]
    ) -> Dims | None:
        """Return the sizes nearest to those given when some of them may be others."""
        try:
            found = self._solve({(place.path, place.name): PortType(tried)}).opened
        except NetError:
            return None
        atom = found.get((place.path, place.name))
        row = (
            (atom,)
            if isinstance(atom, Var)
            else atom.root().known
            if isinstance(atom, Row)
            else None
        )
        if row is None:
            return None
        if tried is None:
            sizes = tuple(var.value for var in row)
            return None if None in sizes else sizes
        return tuple(
            _near(dim, var) if at in opened else dim
            for at, (dim, var) in enumerate(zip(given, row, strict=True))
        )

    def _words(self, place: Place, dims: Dims) -> str:
        value = dims[0] if len(dims) == 1 else dims
        if place.role == "port" or not place.path:
            inside = f" at {show_path(place.path)}" if place.path else ""
            return f"{place.name}={value!r}{inside}"
        layer = self.net.at(place.path)
        assert isinstance(layer, Layer)
        own = getattr(layer, place.name)
        new = dims if isinstance(own, tuple) else dims[0]
        return f"{_edited(layer, {place.name: new})} at {show_path(place.path)}"

    # ---- an image with its channels elsewhere ---------------------------------------------------

    def _images(self, place: Place) -> Iterator[Edit]:
        given = self._given(place)
        if given is None or not 1 <= len(given) <= 4:
            return
        others: list[tuple[Any, ...]] = [(1, *given)] if len(given) == 2 else []
        if len(given) == 1 and self.is_rank:
            others.append(("Varying", *given))
        *outer, last = given
        if outer and all(isinstance(dim, int) for dim in given) and last < min(outer):
            others.append((last, *outer))
        if self.is_rank and (len(given) == 4 or (outer and outer[0] == 1)):
            others.append((*outer[1:], last))
        for dims in others:
            if dims != given:
                yield (
                    "image",
                    f"{place.name}={dims!r}",
                    lambda dims=dims: self._solve({((), place.name): PortType(dims)}),
                )

    # ---- other settings -------------------------------------------------------------------------

    def _settings(self, is_wanted: Callable[[str], bool]) -> Iterator[Edit]:
        together: dict[Any, dict[Path, Any]] = {}
        for path, layer in self.layers.items():
            for edit in islice(layer.alternatives(), ALTERNATIVES):
                name = next(iter(edit), "")
                if is_wanted(name):
                    together.setdefault((name, type(layer)), {}).setdefault(path, edit)
                    at = f" at {show_path(path)}" if path else ""
                    words = f"{_edited(layer, edit)}{at}"
                    yield name, words, self._edit({path: edit})
        for (name, _), edits in together.items():
            if len(edits) > 1:
                values = {repr(edit[name]) for edit in edits.values()}
                paths = " and ".join(show_path(path) for path in sorted(edits, key=str))
                words = f"{name}={values.pop()} at {paths}"
                if not values:
                    yield name, words, self._edit(edits)

    def _edit(self, edits: dict[Path, Any]) -> Callable[[], object]:
        def attempt() -> object:
            layers = {
                path: dataclasses.replace(self.layers[path], **edit) for path, edit in edits.items()
            }
            return self._build(layers, is_wide=any("Stride" in edit for edit in edits.values()))

        return attempt

    # ---- a layer more --------------------------------------------------------------------------

    def _before(self) -> Iterator[Edit]:
        from netdsl.layers import FlattenLayer, LinearLayer, SequenceLastLayer
        from netdsl.nets.chain import NetChain

        kinds: list[type[Layer]] = [] if "rank 0" in str(self.got) else [FlattenLayer]
        if any("Varying" in (self._given(p) or ()) for p in self.given if p.role == "port"):
            kinds.insert(0, SequenceLastLayer)
        if self.focus == () and self.is_rank:
            kinds.append(LinearLayer)
        for path, part in list(self.layers.items())[:3]:
            if path and len(part.input_names) == 1 and not part.takes_list:
                for kind in kinds:
                    words = f"{kind.__name__}() before {show_path(path)}"
                    yield (
                        "before",
                        words,
                        lambda kind=kind, path=path, part=part: self._build(
                            {path: NetChain([kind(), part])}
                        ),
                    )

    def _without(self) -> Iterator[Edit]:
        from netdsl.nets.chain import NetChain

        for path in list(self.layers)[1:4]:
            around = self.net.at(path[:-1])
            if path and isinstance(around, NetChain) and len(around.nodes) > 1:
                rest = {key: part for key, part in around.nodes.items() if key != path[-1]}
                words = f"the net without {show_path(path)}"
                yield (
                    "without",
                    words,
                    lambda around=around, rest=rest, path=path: self._build(
                        {path[:-1]: around.rebuilt(rest, around.ports)}
                    ),
                )

    # ---- trying --------------------------------------------------------------------------------

    def _at(self, path: Path) -> str:
        return show_path(path) if path else type(self.net).__name__

    def _solve(self, fixed: Mapping[tuple[Path, str], PortType]) -> Shapes:
        with uncollected():
            shapes = Shapes(self.net.describe, {**at_ports(self.types), **fixed})
            self.net.declare(shapes, ())
            shapes.solve()
        return shapes

    def _build(self, parts: dict[Path, Any], is_wide: bool = False) -> Net:
        """Build the net with other parts; `is_wide` where named sizes must stay free."""
        net = self.net.with_parts(parts)
        shapes = net.solved(self.types) if self.types else net.shapes
        if is_wide and shapes.is_limited:
            raise NetError("Named sizes would be limited.")
        return net


def _openings(given: Dims, square: bool) -> Iterator[tuple[Dims | None, tuple[int, ...]]]:
    """Yield the dimensions with some of them open: each alone, equal ones as one, all, any rank.

    What was right stays, so one by itself comes first, but an image for windows stays `square`.
    """
    count = len(given)
    chosen = [(at,) for at in range(count)]
    equal = [at for at in range(count) if given.count(given[at]) > 1]
    same: list[tuple[int, ...]] = []
    if equal and isinstance(given[equal[0]], int):
        same = [tuple(at for at in range(count) if given[at] == given[equal[0]])]
    for at in (*same, *chosen) if square else (*chosen, *same):
        mark = FRESH if at in same else Automatic
        yield tuple(mark if spot in at else dim for spot, dim in enumerate(given)), at
    chosen = [tuple(range(1, count))] if count > 2 else []
    chosen += [tuple(range(count))] if count > 1 else []
    for at in dict.fromkeys(chosen):
        yield tuple(Automatic if spot in at else dim for spot, dim in enumerate(given)), at
    yield None, ()


def _near(given: Any, var: Var) -> Any:
    """Return the possible size that is nearest to what was given; another name for a name."""
    root = var.root()
    if root.low == root.high:
        return root.low
    if not isinstance(given, int):
        return "m" if given != "m" else "n"
    low, high, step = root.low, root.high, root.step
    if given <= low:
        return low
    below = low + (min(given, high) - low) // step * step
    above = below + step
    return above if above - given < given - below and above <= high < INF else below


def _edited(layer: Layer, settings: Mapping[str, Any]) -> str:
    """Return a layer with other settings as text, without its ports and arrays."""
    from netdsl.spec.classes import default_of, options

    own = {name: value for name, value in layer.settings().items() if name in options(type(layer))}
    new = {**own, **settings}
    return layer.written({k: new[k] for k in new if new[k] is not default_of(type(layer), k)})
