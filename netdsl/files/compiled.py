"""Functions that a CompiledLayer imports by name: from a text none but numpy's are taken."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from netdsl.errors import SettingError
from netdsl.functions import cumulative, determinant
from netdsl.spec.fields import short

ROOMS: Final[dict[str, str]] = {
    "numpy": """
        all amax amin angle any append argmax argmin argsort around atleast_1d atleast_2d
        atleast_3d average bincount clip column_stack compress concatenate convolve copy correlate
        count_nonzero cross cumprod cumsum cumulative_prod cumulative_sum diag diagflat diagonal
        diff dot dstack ediff1d expand_dims fix flatnonzero flip fliplr flipud gradient hstack i0
        imag inner interp iscomplex isneginf isposinf isreal matrix_transpose max mean median min
        moveaxis nan_to_num nanargmax nanargmin nancumprod nancumsum nanmax nanmean nanmedian
        nanmin nanprod nanstd nansum nanvar ndim ones_like partition percentile permute_dims prod
        ptp quantile ravel real real_if_close repeat reshape roll rot90 round searchsorted shape
        sinc size sort squeeze stack std sum swapaxes take tensordot tile trace transpose trapezoid
        tril trim_zeros triu unique unwrap var vdot vstack where zeros_like""",
    "numpy.linalg": """
        cholesky cond cross det diagonal eigvals eigvalsh inv matmul matrix_norm matrix_power
        matrix_rank matrix_transpose norm pinv solve svdvals tensordot trace vecdot vector_norm""",
    "numpy.fft": "fftshift hfft ifftshift irfft irfft2 irfftn",
}
"""Functions of numpy, beside those of single numbers: none that writes, or makes far more of less.
"""

NAMES: Final = {room: frozenset(names.split()) for room, names in ROOMS.items()}

OWN: Final = {
    f"{module.__name__}:{name}"
    for module in (cumulative, determinant)
    for name, function in vars(module).items()
    if getattr(function, "__module__", "") == module.__name__ and name[0] != "_"
}
"""Functions of this package that stand in nets of its own."""


def see_that_it_is_numpys(given: tuple[Any, ...]) -> None:
    """Refuse what would import, and at once call, anything else than a function of arrays."""
    for value in given:
        if isinstance(value, str) and ":" in value and not _is_known(value):
            raise SettingError(
                "A text imports no other functions than those of numpy on arrays.",
                layer="CompiledLayer",
                expected='for instance "numpy:sort", "numpy:linalg.norm"',
                got=short(value),
                because="a layer calls its function as soon as it is made",
            )


def _is_known(path: str) -> bool:
    """Whether a path leads to a function on arrays that may stand in a text."""
    if path in OWN:
        return True
    room, _, name = path.replace(":", ".").rpartition(".")
    is_of_numbers = room == "numpy" and isinstance(getattr(np, name, None), np.ufunc)
    return is_of_numbers or name in NAMES.get(room, ())
