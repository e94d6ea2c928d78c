"""What every net has, be it one layer, a chain or a graph: ports, shapes, a way to be applied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

from netdsl.dims import PortType
from netdsl.errors import NetError, ShapeError
from netdsl.spec.shapes import Path, Shapes, Slot, at_ports, forget, uncollected

if TYPE_CHECKING:
    from netdsl.spec.layer import Layer


class Net(ABC):
    """A symbolic net: immutable, with named ports; shapes are solved when it is built."""

    shapes: Shapes

    @property
    @abstractmethod
    def input_names(self) -> tuple[str, ...]:
        """The names of the input ports, in order."""

    @property
    @abstractmethod
    def output_names(self) -> tuple[str, ...]:
        """The names of the output ports, in order."""

    @property
    def state_names(self) -> tuple[str, ...]:
        """The names of the states, which are ports only where something is connected to them."""
        return ()

    @property
    def takes_list(self) -> bool:
        """Whether the inputs are given as a list: those of a layer that takes any number."""
        return False

    @property
    def is_open(self) -> bool:
        """Whether the number of inputs is not known; then there are none by name."""
        return False

    def with_inputs(self, count: int) -> Self:
        """Return this net with so many inputs, if their number is open."""
        return self

    @abstractmethod
    def port_setting(self, name: str) -> Any:
        """What stands at a port of this net: a shape, a coder or Automatic."""

    @abstractmethod
    def declare(
        self, shapes: Shapes, path: Path, sources: Mapping[str, Slot] = ...
    ) -> dict[str, Slot]:
        """State everything that this net knows of its shapes; return its ports.

        `sources` are what feeds its inputs, where something does.
        """

    @abstractmethod
    def children(self) -> Iterator[tuple[int | str, Net]]:
        """Yield the nets directly inside, each with its key in paths."""

    @abstractmethod
    def with_parts(self, parts: dict[Path, Any]) -> Self:
        """Return this net with arrays, settings or whole parts replaced, by path."""

    @abstractmethod
    def with_ports(self, ports: Mapping[str, Any]) -> Self:
        """Return this net with other shapes or coders at its own ports."""

    def leaves(self, path: Path = ()) -> Iterator[tuple[Path, Layer]]:
        """Yield every layer that contains no other, with its path."""
        for key, child in self.children():
            yield from child.leaves((*path, key))

    def at(self, path: Path) -> Net:
        """Return the net inside at a path of keys that exist."""
        net: Net = self
        for key in path:
            net = dict(net.children())[key]
        return net

    def port(self, name: str) -> PortType:
        """Return what is known of a port of this net."""
        return self.shapes.port((), name)

    def solved(
        self, types: Mapping[str, PortType] | None = None, *, lengths_vary: bool = True
    ) -> Shapes:
        """Return the shapes of this net, or those that it has when its ports have these types.

        Examples of one size fix the lengths that vary: for them `lengths_vary` is False.
        """
        with uncollected():
            shapes = Shapes(self.describe, at_ports(types or {}), lengths_vary=lengths_vary)
            self.declare(shapes, ())
            slots = shapes.slots
            shapes.solve()
            forget(slots)
        return shapes

    def checked(
        self, types: Mapping[str, PortType] | None = None, *, lengths_vary: bool = True
    ) -> Shapes:
        """Return the shapes as `solved` does; an error offers the nearest edits that would fit."""
        try:
            return self.solved(types, lengths_vary=lengths_vary)
        except ShapeError as error:
            from netdsl.nets.repairs import with_edits

            raise with_edits(self, error, types) from None

    def describe(self, path: Path) -> str:
        """Return a part of this net as the user would type it, with what it is."""
        from netdsl.infer.causes import show_path

        part = self.at(path)
        text = part.brief()
        return text if not path else f"{show_path(path)} = {text}"

    @abstractmethod
    def source(self, limit: int | None) -> str:
        """Return Python that rebuilds this net; arrays above `limit` elements are described."""

    def brief(self) -> str:
        """Return this net on one short line."""
        from netdsl.spec.fields import short

        return short(self, 78)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Apply the net to data: one example, a batch, or a dict of ports.

        `net(x)`, `net({"Input": x}, NetEvaluationMode="Train")`, `net(x, "Probabilities")`,
        `net(x, NetPort([1, "Output"]))`, `net(x, NetPortGradient("Weights"))`.

        Options: BatchSize, the examples that run at once (Automatic: 1024); NetEvaluationMode,
        "Test" or "Train"; RandomSeeding; TargetDevice, "CPU" or `["CPU", {"Threads": 2}]`
        (Automatic: one thread for each core); WorkingPrecision, "Real32" or "Real64".
        """
        if len(args) == 1 and not options:
            quick = self.__dict__.get("_quick")
            result = None if quick is None else quick(args[0])
            if result is not None:
                return result
        recorded = _recorded(args[0]) if args else None
        if recorded is not None:
            return recorded.applied(self, *args, **options)
        from netdsl.engine.apply import apply_net  # the one arrow against the stream

        return apply_net(self.told(args[0]) if args else self, *args, **options)

    def told(self, data: Any) -> Net:
        """Return this net with the sizes of data, where a part of it waits for sizes."""
        return self

    def __getitem__(self, spec: Any) -> Any:
        """Return what NetExtract gives: `net[1]`, `net["name", "Weights"]`, `net[-1]`."""
        from netdsl.nets.extract import NetExtract

        return NetExtract(self, list(spec) if isinstance(spec, tuple) else spec)

    def __iter__(self) -> Iterator[Any]:
        """Yield the parts, as NetExtract gives them."""
        return (self[key] for key, _ in self.children())

    def __len__(self) -> int:
        """Return the number of parts directly inside; a layer has none."""
        return sum(1 for _ in self.children())

    def __bool__(self) -> bool:
        """A net is never nothing, not even a layer, which has no parts."""
        return True

    def __setattr__(self, name: str, value: Any) -> None:
        raise NetError("A net does not change; make a new one.", layer=self.brief(), setting=name)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def _repr_html_(self) -> str:
        from netdsl.report import Information  # the page that a notebook shows

        return Information(self)._repr_html_()


def _recorded(data: Any) -> Any:
    """Return an array of a function that is being made into a net, where data are made of such."""
    items = data.values() if isinstance(data, Mapping) else data
    items = items if isinstance(data, Mapping | list | tuple) else (data,)
    # By their types, which are few: a list may be long.
    if not any(hasattr(kind, "applied") for kind in {*map(type, items)}):
        return None
    return next(item for item in items if hasattr(item, "applied"))
