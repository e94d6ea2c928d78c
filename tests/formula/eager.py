"""The operations of the engine, run at once on numpy arrays."""

import numpy as np

from netdsl.engine.ops import OPS


class Eager:
    """An `xp` whose operations compute instead of being recorded; `count` says how many did."""

    def __init__(self):
        self.count = 0

    def __getattr__(self, name):
        if name not in OPS:
            raise AttributeError(name)

        def run(*args):
            self.count += 1
            arrays = [np.atleast_1d(arg) for arg in args]
            kinds = ["bool" if array.dtype == bool else "real" for array in arrays]
            kind = bool if OPS[name].kind(*kinds) == "bool" else float
            out = np.empty(np.broadcast_shapes(*(array.shape for array in arrays)), kind)
            real = [array if array.dtype == bool else array.astype(float) for array in arrays]
            op = OPS[name]
            needs = op.scratch(*(array.shape for array in real)) if op.scratch else ()
            for call in op.bind(real, out, [np.empty(shape) for shape in needs], {}):
                call()
            return out.view(Traced)

        return run


class Traced(np.ndarray):
    """An array that carries its `xp`, as a traced one does."""

    xp = Eager()
