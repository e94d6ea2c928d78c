"""Layer: a frozen record whose declaration says all there is to know about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, dataclass_transform

import numpy as np

from netdsl.dims import port_type
from netdsl.errors import NetError, SettingError
from netdsl.spec.calls import check_call, taking_former_names
from netdsl.spec.classes import (
    arrays,
    default_of,
    fields,
    former_names,
    in_order,
    many,
    ports,
    shown,
)
from netdsl.spec.coder import Coder, read_port
from netdsl.spec.declaring import Declaration
from netdsl.spec.described import described
from netdsl.spec.fields import (
    KEY,
    ArrayField,
    OptionField,
    PortField,
    array,
    frozen_array,
    option,
    port,
    read_option,
    state,
    worded,
)
from netdsl.spec.inputs import INPUTS, InputsField, counted, fitting, inputs, read_inputs
from netdsl.spec.net import Net
from netdsl.spec.net_array import NetArray, read_shared
from netdsl.spec.rates import check_rates, read_rates
from netdsl.spec.shapes import NOTHING, Path, Shapes, Slot
from netdsl.spec.sharing import expanded, lacking
from netdsl.symbols import All, Automatic

LINE = 78
"""Characters of a short line."""

SOLVED = 1024
"""How many layers are kept solved, for others that are alike."""

_solved: dict[Any, Shapes] = {}

registry: dict[str, type[Layer]] = {}
"""Every layer class by its name."""


@dataclass_transform(frozen_default=True, field_specifiers=(option, port, inputs, state, array))
@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Layer(Net):
    """A layer is declared by its fields; see the guide "Write a layer" in docs/."""

    LearningRateMultipliers: Any = dataclasses.field(
        default=Automatic,
        kw_only=True,  # told to dataclasses itself: checkers look for it here
        metadata={
            KEY: OptionField(
                "rate of the arrays: a number, None or 0 to freeze, or rules", read_rates
            )
        },
    )

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__name__ in registry:
            raise NetError(
                "A layer of this name is known already.",
                layer=cls.__name__,
                expected=f"the one in {registry[cls.__name__].__module__}",
                got=cls.__module__,
            )
        dataclasses.dataclass(frozen=True, eq=False, repr=False)(cls)
        cls.__setattr__ = Net.__setattr__  # its message says more than the dataclass's
        if former_names(cls):
            cls.__init__ = taking_former_names(cls.__init__)
        cls.__doc__ = described(cls)
        registry[cls.__name__] = cls

    def __new__(cls, *args: Any, **settings: Any) -> Self:
        check_call(cls, args, settings)
        return object.__new__(cls)

    def __post_init__(self) -> None:
        for name, field in fields(type(self)).items():
            object.__setattr__(self, name, self._read(name, field, getattr(self, name)))
        if many(type(self)) is not None:
            given = fitting(getattr(self, INPUTS), type(self).__name__, *self.takes())
            object.__setattr__(self, INPUTS, given)
        self._check_rates()
        self.check()
        object.__setattr__(self, "shapes", self._known_shapes())
        for (name,), shared in lacking(self).items():
            object.__setattr__(self, str(name), shared)

    def _check_rates(self) -> None:
        try:
            check_rates(self.LearningRateMultipliers, arrays(type(self)), former_names(type(self)))
        except NetError as error:
            raise error.having(layer=type(self).__name__) from None

    def _read(self, name: str, field: Any, value: Any) -> Any:
        try:
            if isinstance(field, ArrayField):
                return self._read_array(name, field, value)
            if isinstance(field, PortField):
                value = read_port(name, value, field.is_output)
                return value if isinstance(value, Coder) else port_type(value).spec()
            if isinstance(field, InputsField):
                return read_inputs(value, fields(type(self)))
            return read_option(field, default_of(type(self), name), value)
        except NetError as error:
            role = {PortField: "port", ArrayField: "array"}.get(type(field), "setting")
            raise error.having(layer=type(self).__name__, **{role: name}) from None

    def _known_shapes(self) -> Shapes:
        """Return the shapes, solved once for layers that are alike: nets repeat theirs."""
        settings = self.settings()
        if many(type(self)) or not all(_is_plain(value) for value in settings.values()):
            return self.checked()
        key = (type(self), *settings, *map(_with_kind, settings.values()))
        if key not in _solved:
            if len(_solved) >= SOLVED:
                _solved.clear()
            _solved[key] = self.checked()
        return _solved[key]

    @staticmethod
    def _read_array(name: str, field: ArrayField, value: Any) -> Any:
        if value is None and not field.optional:
            raise SettingError("This array cannot be left out.", array=name, got=None)
        value = worded(value) if isinstance(value, str) else value
        if isinstance(value, NetArray):
            return read_shared(value, name, getattr(field, "learned", True))
        return frozen_array(value, name)

    def check(self) -> None:
        """See that the settings are possible; a layer with such rules overrides this."""

    def takes(self) -> tuple[int, int | None]:
        """Return the least and the largest number of `inputs`, None for any."""
        return 1, None

    # ---- what a layer may define -----------------------------------------------------------

    def relate(self, **dims: Any) -> Iterable[Any]:
        """Yield equations between dimensions, named as in the patterns."""
        return ()

    def alternatives(self) -> Iterable[Mapping[str, Any]]:
        """Yield other settings that may fit where these do not, the likeliest first.

        Errors offer them where they help.
        """
        return ()

    def multiply_adds(self, **dims: Any) -> Any:
        """Return how many products the layer adds up for one example, from sizes as in `relate`.

        Those of matrices, convolutions and dot products; a multiply-add is 2 FLOPs. Not counted
        are entrywise factors, offsets, poolings, means, normalizations, entries between others,
        and what a loss adds up. Automatic says that it is not known.
        """
        return 0

    @property
    def is_product(self) -> bool:
        """Whether it multiplies entries of arrays: what totals them takes a multiply-add for each.

        The products of attention are written so, where each head has its own.
        """
        return False

    @property
    def is_total(self) -> bool:
        """Whether it adds up entries of its only input, all of them once."""
        return False

    def sees(self, **dims: Any) -> Any:
        """Return which entries of the input one of the output depends on, evaluated.

        That is All, or a tuple with a Sight or All for each level of the input; of several
        inputs a list of these. Sizes may be open, but no rank.
        """
        return All

    def formula(self, sp: Any, at: tuple[Any, ...], **ports_and_arrays: Any) -> Any:
        """Return one entry of the output, at the 0-based index `at`, through sympy.

        Of several outputs, and of states, return a dict; a state that nothing feeds is None.
        """
        raise NotImplementedError

    def apply(self, xp: Any, **ports_and_arrays: Any) -> Any:
        """Compute the output on whole arrays, batch axis first, through the engine's `xp`.

        Of several outputs, and of states, return a dict; a state that nothing feeds is None. A
        layer that acts entry by entry may leave it out: it is compiled from the formula.
        """
        raise NotImplementedError

    # ---- what follows from the declaration --------------------------------------------------

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the input ports, in order."""
        return tuple(
            name
            for name, field in self.port_fields.items()
            if not field.is_output and not field.is_state
        )

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output ports, in order."""
        return tuple(name for name, field in ports(type(self)).items() if field.is_output)

    @property
    def state_names(self) -> tuple[str, ...]:
        """The names of the states, in order."""
        return tuple(name for name, field in ports(type(self)).items() if field.is_state)

    @property
    def array_fields(self) -> dict[str, ArrayField]:
        """The arrays that this layer has: those not left out by None."""
        return {
            name: field
            for name, field in arrays(type(self)).items()
            if getattr(self, name) is not None
        }

    @property
    def port_fields(self) -> Mapping[str, PortField]:
        """The declared ports, with one for each of any number of inputs."""
        several = many(type(self))
        if several is None or self.is_open:
            return ports(type(self))
        names = getattr(self, INPUTS).names
        own = {name: several.port(number) for number, name in enumerate(names, start=1)}
        return {**own, **ports(type(self))}

    @property
    def takes_list(self) -> bool:
        """Whether its inputs are given as a list; one that is just called Input is given as is."""
        has_many = many(type(self)) is not None
        return has_many and (self.is_open or self.input_names != ("Input",))

    @property
    def is_open(self) -> bool:
        """Whether the number of its inputs is not known."""
        return many(type(self)) is not None and getattr(self, INPUTS) is Automatic

    def with_inputs(self, count: int) -> Self:
        """Return this layer with so many inputs, if their number is open."""
        return dataclasses.replace(self, **{INPUTS: counted(count)}) if self.is_open else self

    def port_setting(self, name: str) -> Any:
        """What the user put at a port: a shape, a coder or Automatic."""
        return getattr(self, name) if name in fields(type(self)) else getattr(self, INPUTS)[name]

    def packed(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return values by port with those of any number of inputs as one list."""
        if many(type(self)) is None:
            return values
        own = self.input_names
        rest = {name: value for name, value in values.items() if name not in own}
        return {INPUTS: [values[name] for name in own], **rest}

    def _by_field(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return settings by field, what is given for one of any number of inputs among them."""
        has_list = many(type(self)) is not None and getattr(self, INPUTS) is not Automatic
        own = self.input_names if has_list else ()
        inner = {name: value for name, value in given.items() if name in own}
        if not inner:
            return dict(given)
        rest = {name: value for name, value in given.items() if name not in inner}
        return {INPUTS: getattr(self, INPUTS).having(inner), **rest}

    def children(self) -> Iterator[tuple[int | str, Net]]:
        """A layer contains no other."""
        return iter(())

    def leaves(self, path: Path = ()) -> Iterator[tuple[Path, Layer]]:
        """A layer is its own only leaf."""
        yield path, self

    def with_parts(self, parts: dict[Path, Any]) -> Self:
        """Return this layer with settings or arrays replaced."""
        if () in parts:
            return parts[()]
        given = expanded(self, parts)
        return self.with_ports({str(path[0]): value for path, value in given.items()})

    def with_ports(self, ports: Mapping[str, Any]) -> Self:
        """Return this layer with other shapes or coders at its ports."""
        return dataclasses.replace(self, **self._by_field(ports))

    def declare(
        self, shapes: Shapes, path: Path, sources: Mapping[str, Slot] = NOTHING
    ) -> dict[str, Slot]:
        """State the ports, the arrays and the equations of this layer, and conclude from them."""
        return Declaration(self, shapes, path, sources).state()

    def settings(self) -> dict[str, Any]:
        """Return every setting that differs from its default."""
        return {
            field.name: getattr(self, field.name)
            for field in in_order(type(self))
            if not _same(getattr(self, field.name), default_of(type(self), field.name))
            and getattr(getattr(self, field.name), "is_given", True)
        }

    def show_setting(self, name: str) -> str:
        """Return a setting as text; nothing where it is the default, or no setting of the layer."""
        value = getattr(self, name, None)
        if name not in fields(type(self)) or _same(value, default_of(type(self), name)):
            return ""
        return shown(type(self), name, value, 4)

    @property
    def numbered_names(self) -> tuple[str, ...]:
        """The names in the patterns of any number of inputs, each of which stands for a list."""
        several = many(type(self))
        return () if several is None else several.names

    def source(self, limit: int | None) -> str:
        """Return Python that rebuilds this layer; arrays above `limit` elements are described."""
        return self.written(self.settings(), limit)

    def written(self, settings: Mapping[str, Any], limit: int | None = 4) -> str:
        """Return Python that makes a layer of this class with these settings."""
        return f"{type(self).__name__}({', '.join(self._arguments(limit, settings))})"

    def _arguments(self, limit: int | None, given: Mapping[str, Any]) -> Iterator[str]:
        is_positional = True
        for field in in_order(type(self)):
            is_positional = is_positional and field.name in given and not field.kw_only
            if field.name in given:
                text = shown(type(self), field.name, given[field.name], limit)
                yield text if is_positional else f"{field.name}={text}"

    def __repr__(self) -> str:
        from netdsl.spec.fields import WHOLE

        return self.source(WHOLE)

    def brief(self) -> str:
        """Return this layer on one short line, arrays only described, or left out of a long one."""
        text = self.source(4)
        if len(text) <= LINE:
            return text
        given = {
            name: value for name, value in self.settings().items() if name not in self.array_fields
        }
        return self.written(given)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(getattr(self, name), getattr(other, name)) for name in fields(type(self)))

    def __hash__(self) -> int:
        return hash((type(self), tuple(_key(value) for value in self.settings().values())))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.settings())


def _rebuild(cls: type[Layer], settings: dict[str, Any]) -> Layer:
    return cls(**settings)


def _is_plain(value: Any) -> bool:
    """Whether a setting is nothing but numbers, names and tuples of them."""
    if isinstance(value, tuple):
        return all(_is_plain(item) for item in value)
    return value is None or value is Automatic or type(value) in (int, str, bool, float)


def _with_kind(value: Any) -> Any:
    """Return a setting so that 1, 1.0 and True differ."""
    return tuple(map(_with_kind, value)) if isinstance(value, tuple) else (type(value), value)


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and bool(np.array_equal(a, b, equal_nan=True))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return False
    # 0 == False and 1 == True in Python, but not in a setting.
    return type(a) is type(b) and bool(a == b)


def _key(value: Any) -> Any:
    # -0.0 equals 0.0, so it must hash as such.
    return (value.shape, (value + 0.0).tobytes()) if isinstance(value, np.ndarray) else value
