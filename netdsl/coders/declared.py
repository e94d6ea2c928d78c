"""What encoders and decoders share: a call with a name, declared parameters, value equality."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any, ClassVar, NoReturn, Self

from netdsl.dims import KEYWORDS
from netdsl.errors import NetError, SettingError, nearest
from netdsl.spec import Coder
from netdsl.spec.fields import declared, show_value

REQUIRED: Any = object()
"""Stands where nothing was given and something must be."""


class DeclaredCoder(Coder):
    """A coder of a named kind, whose parameters are declared with `option`.

    `NetEncoder` and `NetDecoder` are called with the name; a kind is a subclass of one of them
    that gives it: `class ClassEncoder(NetEncoder, name="Class")`. That registers it, for ports too.
    """

    kinds: ClassVar[dict[str, type[Any]]]
    public: ClassVar[str]
    Type: ClassVar[str]

    def __init_subclass__(cls, *, name: str | None = None, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        dataclasses.dataclass(init=False, eq=False, repr=False)(cls)
        if name is None:
            return
        assert name not in cls.kinds
        cls.Type = name
        cls.kinds[name] = cls
        if name not in KEYWORDS:  # at a port such a word is a shape
            Coder.named[name, cls.is_decoder] = partial(cls, name)

    def __new__(cls, spec: Any = REQUIRED, /, *arguments: Any, **parameters: Any) -> Self:
        if isinstance(spec, list | tuple) and spec:
            spec, arguments = spec[0], (*spec[1:], *arguments)
        if isinstance(spec, DeclaredCoder):
            return cls._paired(spec, (*arguments, *parameters))
        kind = cls.kinds.get(spec) if isinstance(spec, str) else None
        if kind is None:
            raise SettingError(
                f"There is no such {cls.public}.",
                setting="name",
                expected=", ".join(cls.kinds),
                got="none" if spec is REQUIRED else repr(spec),
                nearest=nearest(spec, cls.kinds),
            )
        self = object.__new__(kind)
        try:
            self._fill(*_trailing(arguments, parameters))
        except NetError as error:
            raise error.having(coder=f"{cls.public}({spec!r})") from None
        return self

    @classmethod
    def _paired(cls, coder: DeclaredCoder, more: tuple[Any, ...]) -> Any:
        if more:
            raise SettingError(
                "A coder made from another has its parameters from there.",
                setting=", ".join(str(item) for item in more),
                expected="no parameters",
                got=repr(more),
                coder=f"{cls.public}({coder!r})",
            )
        return coder if coder.is_decoder == cls.is_decoder else coder.counterpart()

    def counterpart(self) -> Coder:
        """Return the decoder that undoes this encoder, or the reverse."""
        self.refuse_counterpart(f"{self.Type!r} has no counterpart")

    def refuse_counterpart(self, because: str) -> NoReturn:
        """Raise the error that says why there is no counterpart."""
        raise SettingError(
            "This coder has no counterpart.",
            expected="a coder whose values can be turned back",
            got=repr(self),
            because=because,
        )

    # ---- parameters ------------------------------------------------------------------------

    def _fill(self, arguments: tuple[Any, ...], parameters: dict[str, Any]) -> None:
        given = _bind(type(self), arguments, parameters)
        for field in _in_order(type(self)):
            value = given.get(field.name, field.default)
            read = declared(field).read
            try:
                value = value if read is None else read(value)
            except NetError as error:
                raise error.having(setting=field.name) from None
            self.__dict__[field.name] = value
        self.check()

    def check(self) -> None:
        """See that the parameters are possible together; a kind with such rules overrides this."""

    def settings(self) -> dict[str, Any]:
        """Return every parameter that differs from its default, positional ones first."""
        return {
            field.name: getattr(self, field.name)
            for field in _in_order(type(self))
            if exact(getattr(self, field.name)) != exact(field.default)
        }

    def __repr__(self) -> str:
        return f"{self.public}({', '.join((repr(self.Type), *self._arguments()))})"

    def _arguments(self) -> Iterator[str]:
        given = self.settings()
        in_order = True
        for field in _in_order(type(self)):
            in_order = in_order and field.name in given and not field.kw_only
            if field.name in given:
                text = show_value(given[field.name])
                yield text if in_order else f"{field.name}={text}"

    # ---- as a value --------------------------------------------------------------------------

    @cached_property
    def _key(self) -> tuple[Any, ...]:
        return (type(self), *((name, exact(value)) for name, value in self.settings().items()))

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeclaredCoder) and self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.settings())

    def __setattr__(self, name: str, value: Any) -> None:
        raise NetError("A coder does not change; make a new one.", setting=name, coder=repr(self))

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)


def exact(value: Any) -> Any:
    """Return a key under which 1, 1.0 and True are three different things.

    >>> exact((1, True)) == exact((1, 1))
    False
    """
    if isinstance(value, tuple):
        return tuple, tuple(exact(item) for item in value)
    return type(value), value


def truth(value: Any) -> bool:
    """Read a parameter that is True or False."""
    if not isinstance(value, bool):
        raise SettingError(
            "A parameter cannot have this value.", expected="True, False", got=repr(value)
        )
    return value


def _rebuild(kind: type[Any], settings: dict[str, Any]) -> Any:
    return kind(kind.Type, **settings)


def _in_order(kind: type[Any]) -> list[dataclasses.Field[Any]]:
    return sorted(dataclasses.fields(kind), key=lambda field: bool(field.kw_only))


def _trailing(
    arguments: tuple[Any, ...], parameters: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Take the dict of parameters off the end of the arguments."""
    if not arguments or not isinstance(arguments[-1], Mapping):
        return arguments, parameters
    *plain, last = arguments
    for name in last:
        if name in parameters:
            raise SettingError("A parameter is given twice.", setting=name, got=repr(last[name]))
    return tuple(plain), {**last, **parameters}


def _bind(
    kind: type[Any], arguments: tuple[Any, ...], parameters: dict[str, Any]
) -> dict[str, Any]:
    """Return the parameters by name; an error says which is unknown, missing or given twice."""
    fields = _in_order(kind)
    _refuse_unknown(parameters, [field.name for field in fields])
    positional = [field.name for field in fields if not field.kw_only]
    if len(arguments) > len(positional):
        raise SettingError(
            "There are too many positional arguments.",
            expected=", ".join(positional) or "none",
            got=f"{len(arguments)} arguments",
        )
    given = dict(zip(positional, arguments, strict=False))
    twice = next((name for name in given if name in parameters), None)
    if twice is not None:
        raise SettingError("A parameter is given twice.", setting=twice, got=repr(given[twice]))
    given |= parameters
    missing = [f.name for f in fields if f.default is dataclasses.MISSING and f.name not in given]
    if missing:
        raise SettingError("A parameter is missing.", setting=missing[0], expected="a value")
    return given


def _refuse_unknown(parameters: dict[str, Any], names: list[str]) -> None:
    for name in parameters:
        if name not in names:
            raise SettingError(
                "There is no such parameter.",
                setting=name,
                expected=", ".join(names) or "none",
                got=name,
                nearest=nearest(name, names),
            )
