"""A layer beside its twin in another library: the same arrays through both, there and back.

A twin is a function of the library, the layer and, by name, a batch for each port and the arrays
that the layer holds. All of it is in float64, so that what two implementations may differ by is
rounding alone; a definition that differs is far outside of the tolerances.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import netdsl
from netdsl import All, Automatic, NetPortGradient
from netdsl.spec import Layer

COUNT = 3
"""How many examples a batch has."""
TOLERANCE = {"rtol": 1e-10, "atol": 1e-12}
"""Sums of some hundred terms of size 1, in float64 and in another order."""
SINGLE = {"rtol": 2e-5, "atol": 2e-6}
"""For what a library computes in float32 whatever it is given."""

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Call:
    """The arguments of a layer, as a user types them."""

    arguments: tuple[Any, ...]
    settings: dict[str, Any]

    def __str__(self) -> str:
        shown = [*map(repr, self.arguments), *(f"{k}={v!r}" for k, v in self.settings.items())]
        return f"({', '.join(shown)})"


def call(*arguments: Any, **settings: Any) -> Call:
    """The arguments of a layer."""
    return Call(arguments, settings)


@dataclass(frozen=True)
class Twin:
    """The layers that a name and calls make, and what computes the same elsewhere.

    `jax` and `torch` get the library as their first argument and are compared there and back;
    `onnx` gets a function that runs one operator of the reference evaluator, forward only.
    """

    name: str
    calls: Sequence[Call]
    jax: Callable[..., Any] | None = None
    onnx: Callable[..., Any] | None = None
    torch: Callable[..., Any] | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Where the values of a port or an array lie; from -2 to 2 otherwise."""
    prepare: Callable[[Layer, Arrays], Arrays] = lambda _, data: data
    """What makes valid data from random ones."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """With what the layer is applied."""
    constant: Sequence[str] = ()
    """Real inputs and arrays by which the twin has no gradient."""
    tolerance: Mapping[str, float] = field(default_factory=lambda: TOLERANCE)
    onnx_tolerance: Mapping[str, float] = field(default_factory=lambda: TOLERANCE)

    @property
    def libraries(self) -> list[str]:
        """The names of the libraries that have it."""
        return [name for name in ("jax", "onnx", "torch") if getattr(self, name)]

    def layer(self, call: Call) -> Layer:
        """The layer, with a value in every array."""
        layer = getattr(netdsl, self.name)(*call.arguments, **call.settings)
        random = generator(call)
        values = {
            (name,): self.random(random, name, layer.shapes.array((), name))
            for name in layer.array_fields
            if getattr(layer, name) is Automatic
        }
        return layer.with_parts(values)

    def data(self, layer: Layer, call: Call) -> Arrays:
        """A batch for each input port."""
        random, found = generator(call, 1), {}
        for name in layer.input_names:
            kind = layer.port(name)
            shape = (COUNT, *kind.dims)
            if kind.element == "Integer":
                last = kind.last or 9
                found[name] = random.integers(kind.first or 1, last + 1, shape)
            else:
                found[name] = self.random(random, name, shape)
        return self.prepare(layer, found)

    def random(self, random: np.random.Generator, name: str, shape: Any) -> np.ndarray:
        """Numbers in the range of a port or an array."""
        return random.uniform(*self.ranges.get(name, (-2.0, 2.0)), shape)


def generator(call: Call, which: int = 0) -> np.random.Generator:
    """A source of numbers that belongs to a call, the same in every run."""
    return np.random.default_rng([zlib.crc32(str(call).encode()), which])


def each(twins: Sequence[Twin]) -> Any:
    """Every call of every twin in every library that has it."""
    found = [(twin, one, name) for twin in twins for one in twin.calls for name in twin.libraries]
    ids = [f"{twin.name}{one} {name}" for twin, one, name in found]
    return pytest.mark.parametrize(("twin", "call", "library"), found, ids=ids)


# ---- ours --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A layer with its data: what goes in and what is learned, by name."""

    layer: Layer
    data: Arrays
    options: Mapping[str, Any]
    constant: Sequence[str]

    @property
    def arrays(self) -> Arrays:
        """The inputs, and what the layer holds."""
        held = {name: getattr(self.layer, name) for name in self.layer.array_fields}
        return {**self.data, **{k: np.asarray(v, np.float64) for k, v in held.items()}}

    @property
    def reals(self) -> Arrays:
        """Those by which there are gradients."""
        return {
            name: value
            for name, value in self.arrays.items()
            if value.dtype == np.float64 and name not in self.constant
        }

    @property
    def rest(self) -> Arrays:
        """Those by which there are none."""
        return {name: value for name, value in self.arrays.items() if name not in self.reals}

    def outputs(self) -> Arrays:
        """What the layer gives, by port."""
        found = self.layer(self.data, All, WorkingPrecision="Real64", **self.options)
        return {name: np.asarray(value) for name, value in found.items()}

    def gradients(self, imposed: Arrays) -> Arrays:
        """The gradients by every real number, given those of the outputs."""
        if not imposed:
            return {}
        seeds = {NetPortGradient(name): value for name, value in imposed.items()}
        asked = {name: NetPortGradient(name) for name in self.reals}
        found = self.layer(
            {**self.data, **seeds},
            list(asked.values()),
            WorkingPrecision="Real64",
            **self.options,
        )
        return {name: np.asarray(found[key]) for name, key in asked.items()}


# ---- theirs ------------------------------------------------------------------------------------


def installed(name: str) -> Any:
    """JAX, ONNX or PyTorch, on the CPU; the test is skipped where it is not installed."""
    extra = "torch" if name == "torch" else "the extra test-peers"
    found = pytest.importorskip(name, reason=f"{extra} is not installed")
    if name == "jax":
        found.config.update("jax_platforms", "cpu")
    return found


QUICK = {
    "xla_backend_optimization_level": 0,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
}
"""Everything is compiled to run once: with these it takes a quarter of the time."""


@functools.cache
def compiler_options() -> dict[str, Any]:
    """What makes JAX compile quickly, as far as this version has it."""
    jax, found = installed("jax"), {}
    for name, value in QUICK.items():
        try:
            jax.jit(jax.numpy.negative, compiler_options={name: value})(1.0)
        except RuntimeError:  # no such option
            continue
        found[name] = value
    return found


def compiled(jax: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that JAX compiles, with as little effort as it has."""
    return jax.jit(function, compiler_options=compiler_options())


def by_port(case: Case, result: Any) -> dict[str, Any]:
    """What a twin gives, by port; where it is not a dict it is the only output."""
    return result if isinstance(result, dict) else {case.layer.output_names[0]: result}


def by_jax(twin: Twin, case: Case, imposed: Arrays) -> tuple[Arrays, Arrays]:
    """The outputs and the gradients from JAX."""
    jax = installed("jax")

    def forward(reals: Any) -> Any:
        return by_port(case, twin.jax(jax, case.layer, **reals, **case.rest))

    def both(reals: Any, imposed: Any) -> Any:
        outputs, back = jax.vjp(forward, reals)
        return outputs, back(imposed)[0]

    with jax.enable_x64(True):
        if not imposed:
            return as_arrays(compiled(jax, forward)(case.reals)), {}
        outputs, gradients = compiled(jax, both)(case.reals, imposed)
        return as_arrays(outputs), as_arrays(gradients)


def by_torch(twin: Twin, case: Case, imposed: Arrays) -> tuple[Arrays, Arrays]:
    """The outputs and the gradients from PyTorch."""
    torch = installed("torch")
    reals = {name: torch.tensor(value, requires_grad=True) for name, value in case.reals.items()}
    rest = {name: torch.tensor(value) for name, value in case.rest.items()}
    outputs = by_port(case, twin.torch(torch, case.layer, **reals, **rest))
    if not imposed:
        return as_arrays(outputs), {}
    seeds = [torch.tensor(imposed[name]) for name in outputs]
    found = torch.autograd.grad(list(outputs.values()), list(reals.values()), seeds)
    outputs = {name: value.detach() for name, value in outputs.items()}
    return as_arrays(outputs), as_arrays(dict(zip(reals, found, strict=True)))


def by_onnx(twin: Twin, case: Case) -> Arrays:
    """The outputs from the operators of ONNX's reference evaluator."""
    installed("onnx")
    return as_arrays(by_port(case, twin.onnx(operator, case.layer, **case.reals, **case.rest)))


def operator(name: str, *inputs: Any, outputs: int = 1, **attributes: Any) -> Any:
    """Run one operator of ONNX; None stands for an input that is left out."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    given = {f"x{at}": np.asarray(value) for at, value in enumerate(inputs) if value is not None}
    names = [f"x{at}" if f"x{at}" in given else "" for at in range(len(inputs))]
    results = [f"y{at}" for at in range(outputs)]
    node = helper.make_node(name, names, results, **attributes)
    ins = [
        helper.make_tensor_value_info(at, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for at, value in given.items()
    ]
    outs = [helper.make_tensor_value_info(at, TensorProto.UNDEFINED, None) for at in results]
    model = helper.make_model(helper.make_graph([node], "twin", ins, outs))
    found = ReferenceEvaluator(model).run(None, given)
    return found[0] if outputs == 1 else found


def as_arrays(values: Mapping[str, Any]) -> Arrays:
    """Plain arrays, whatever library they come from."""
    return {name: np.asarray(value) for name, value in values.items()}


# ---- both --------------------------------------------------------------------------------------


def compare(twin: Twin, call: Call, library: str) -> None:
    """See that a layer and its twin agree, in the gradients too where the twin has them."""
    installed(library)
    layer = twin.layer(call)
    case = Case(layer, twin.data(layer, call), twin.options, twin.constant)
    outputs = case.outputs()
    if library == "onnx":
        same(outputs, by_onnx(twin, case), twin.onnx_tolerance)
        return
    random = generator(call, 2)
    imposed = {
        name: random.normal(size=value.shape)
        for name, value in outputs.items()
        if value.dtype == np.float64
    }
    theirs, their_gradients = (by_jax if library == "jax" else by_torch)(twin, case, imposed)
    same(outputs, theirs, twin.tolerance)
    same(case.gradients(imposed), their_gradients, twin.tolerance)


def same(ours: Arrays, theirs: Arrays, tolerance: Mapping[str, float]) -> None:
    """See that arrays of equal names are equal, in their shapes too."""
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert value.shape == theirs[name].shape, name
        np.testing.assert_allclose(value, theirs[name], **tolerance, err_msg=name)
