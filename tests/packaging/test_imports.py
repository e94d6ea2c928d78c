"""What `import netdsl` loads, and which room of the package imports which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A room, a module or folder of netdsl, may import itself and the rooms named here.
BASE = {"errors", "symbols", "foreign"}
CORE = BASE | {"dims", "infer", "spec", "options", "functions", "formula"}
CORE |= {"layers", "coders", "nets"}
ALL = CORE | {"engine", "train", "report", "files", "data"}
ARROWS = {
    "errors": set(),
    "symbols": {"errors"},
    "foreign": {"errors"},
    "dims": BASE,
    "infer": BASE | {"dims"},
    "spec": BASE | {"dims", "infer", "options"},
    "options": BASE,
    "functions": BASE,
    "formula": BASE | {"dims", "spec", "functions", "nets"},
    "layers": BASE | {"dims", "spec", "functions"},
    "coders": BASE | {"dims", "spec"},
    "nets": BASE | {"dims", "infer", "spec", "options", "functions", "coders", "layers"},
    "engine": CORE,
    "files": CORE | {"engine"},
    "train": ALL - {"report"},
    "report": ALL - {"train"},
    "data": set(),
    "__init__": ALL,  # `import netdsl` itself, which only demo and commands may write
    "demo": ALL | {"__init__"},
    "commands": ALL | {"__init__", "demo"},
    "__main__": ALL | {"commands"},
}
# Inside a function only: a net that is called asks the engine, one that is shown asks for its
# report, and a function that meets a sympy expression asks for its twin there.
LATE = {"spec": {"engine", "nets", "report"}, "functions": {"formula"}}

# A layer computes through the xp and the sp it is given, whatever the engine.
NUMPY = set(ARROWS) - {"layers"}
# Loaded by the function that needs them, so that importing netdsl takes no longer than numpy.
# The room formula is itself loaded so, and may import sympy at the top.
HEAVY = {"sympy", "networkx", "jax", "onnx", "matplotlib", "PIL"}


def imports(tree: ast.AST, package: tuple[str, ...], late: bool = False):
    """The dotted names a module imports, and whether each waits for a call or a type checker."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import(names=names):
                yield from ((name.name, late) for name in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                stem = package[: len(package) - level + 1] if level else ()
                stem = (*stem, module) if module else stem
                yield from ((".".join([*stem, name.name]), late) for name in names)
            case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                yield from imports(ast.Module(node.body, []), package, late=True)
                yield from imports(ast.Module(node.orelse, []), package, late)
            case _:
                call = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                yield from imports(node, package, late or call)


def allowed(path: str, name: str, late: bool) -> bool:
    """Whether the module at the path may import the dotted name."""
    here, module = path.removesuffix(".py").split("/")[1], path.split("/")[-1]
    top, *rest = name.split(".")
    if top == "numpy":
        return here in NUMPY
    if top != "netdsl":
        symbolic = here == "formula" and top == "sympy"
        heavy = late and here != "layers" and top in HEAVY
        return top in sys.stdlib_module_names or symbolic or heavy
    there = rest[0] if rest and rest[0] in ARROWS else "__init__"
    if here == there == "layers":
        return module == "__init__.py" or name.startswith("netdsl.layers._")
    return there == here or there in ARROWS[here] or (late and there in LATE.get(here, ()))


def broken(path: str, source: str) -> list[str]:
    """The imports of a module, named by its path in the installed package, that are not allowed."""
    found = imports(ast.parse(source), tuple(path.split("/")[:-1]))
    return [f"{path}: {name}" for name, late in found if not allowed(path, name, late)]


def modules() -> dict[str, str]:
    """The source of every module of the checkout, by its path in the installed package."""
    rooms, layers = (ROOT / "netdsl").rglob("*.py"), (ROOT / "layers").rglob("*.py")
    sources = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in rooms}
    return sources | {f"netdsl/layers/{path.name}": path.read_text("utf-8") for path in layers}


def test_every_room_is_listed():
    rooms = {path.removesuffix(".py").split("/")[1] for path in modules()}

    assert rooms - set(ARROWS) == set()


def test_rooms_import_only_what_the_table_names():
    assert [line for path, source in modules().items() for line in broken(path, source)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("netdsl/errors.py", "from netdsl.symbols import Automatic"),
        ("netdsl/errors.py", "import netdsl.symbols"),
        ("netdsl/dims.py", "from . import spec"),
        ("netdsl/infer/solver.py", "from ..spec import Layer"),
        ("netdsl/infer/solver.py", "def late():\n    from netdsl import nets"),
        ("netdsl/nets/chain.py", "from netdsl import LinearLayer"),
        ("netdsl/nets/chain.py", "import netdsl"),
        ("netdsl/spec/layer.py", "from netdsl.engine import run"),
        ("netdsl/engine/plan.py", "if True:\n    from netdsl.train import NetTrain"),
        ("netdsl/layers/ramp.py", "from netdsl.layers.linear import LinearLayer"),
        ("netdsl/layers/ramp.py", "from netdsl.infer import equal"),
        ("netdsl/layers/ramp.py", "def apply():\n    import numpy as np"),
        ("netdsl/layers/ramp.py", "def formula():\n    import sympy"),
        ("netdsl/layers/ramp.py", "def formula():\n    from netdsl.formula import largest"),
        ("netdsl/report.py", "import sympy as sp"),
        ("netdsl/report.py", "if TYPE_CHECKING:\n    pass\nelse:\n    import sympy"),
        ("netdsl/functions/tables.py", "from netdsl.formula import twin"),
        ("netdsl/engine/plan.py", "def run():\n    import torch"),
        ("netdsl/engine/plan.py", "from layers import LinearLayer"),
    ],
)
def test_a_broken_arrow_is_seen(path, source):
    assert len(broken(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("netdsl/__init__.py", "from netdsl.nets import NetChain"),
        ("netdsl/commands/answers.py", "from netdsl import NetChain, demo"),
        ("netdsl/infer/solver.py", "from .terms import Term"),
        ("netdsl/infer/__init__.py", "from .solver import Solver"),
        ("netdsl/layers/__init__.py", "from .ramp import Ramp"),
        ("netdsl/layers/ramp.py", "from netdsl.layers._windows import Window"),
        ("netdsl/spec/layer.py", "def call():\n    from netdsl.engine import run"),
        ("netdsl/report.py", "if TYPE_CHECKING:\n    import sympy"),
        ("netdsl/report.py", "def latex():\n    import sympy"),
        ("netdsl/formula/notation.py", "import sympy"),
    ],
)
def test_an_allowed_arrow_passes(path, source):
    assert broken(path, source) == []


def python(script: str) -> str:
    """What a fresh interpreter prints that finds the checkout first."""
    return subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)


def test_importing_loads_nothing_heavy():
    loaded = python("import sys, netdsl; print(*{name.split('.')[0] for name in sys.modules})")

    assert "netdsl" in loaded.split()
    assert set(loaded.split()) & (HEAVY | {"scipy"}) == set()


def test_layers_are_loaded_once():
    """In this very process, where pytest has collected the docstrings of every module."""
    assert [name for name in sys.modules if name.split(".")[0] == "layers"] == []
