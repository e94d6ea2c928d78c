"""CompiledLayer: any Python function on a numpy array."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY
from typing import Any

from netdsl.dims import Dims
from netdsl.errors import NetError
from netdsl.functions.host import (
    HostCall,
    function_of_one_array,
    gradient_function,
    shape_of_result,
)
from netdsl.spec import Auto, Automatic, Layer, equal, option, port


class CompiledLayer(Layer):
    """Call a Python function on a numpy array, as it is.

    >>> CompiledLayer("numpy:sort")([3.0, 1.0, 2.0])
    array([1., 2., 3.], dtype=float32)
    >>> square = CompiledLayer(lambda x: x**2, lambda x, g: 2 * x * g)
    >>> square([1.0, 3.0], NetPortGradient("Input"))
    array([2., 6.], dtype=float32)

    The function takes one example, with Batched=True a whole batch, an array with one dimension
    more, and so does its gradient. The gradient is a function of the input and the gradient of
    the output, and of the output too if it takes three arrays. Automatic makes a FunctionLayer of
    the function for this, which works for what that one can do; None leaves it out: the layer is
    evaluated, and training through it raises a NetError. A function that is imported by name may
    be given as "module:name"; only such ones survive as text.

    The dimensions of the output are found by a call on zeros, unless Output gives them, as it has
    to where the input has more than 2**25 entries. The arrays that a function is given can be read
    only. One that fails, or gives NaN or other dimensions, raises a DataError. Source: Wolfram
    `CompiledLayer`, where a type declared in the function says whether it takes a batch.
    """

    Function: Callable[..., Any] | str = option(
        read=function_of_one_array, doc='function of a numpy array, or "module:name"'
    )
    Gradient: Callable[..., Any] | str | Auto | None = option(
        default=Automatic,
        read=gradient_function,
        doc="function of the input, the gradient of the output, and the output if it likes",
    )
    _: KW_ONLY
    Batched: bool = option(default=False, doc="whether the functions take a whole batch")
    Input: Dims | Auto = port("*d", default=Automatic)
    Output: Dims | Auto = port("*e", default=Automatic)

    def relate(self, d, e):
        sizes = tuple(size.value for size in d)
        if None in sizes:
            return
        function: Any = self.Function
        try:
            found = shape_of_result(function, sizes, self.Batched)
        except NetError as error:
            if self.Output is not Automatic:
                return
            raise error.having(layer=self.brief()) from None
        yield equal(e, list(found))

    def multiply_adds(self):
        return Automatic

    def formula(self, sp, at, Input):
        function: Any = self.Function
        return function.entry(sp, Input, at, is_batch=self.Batched)

    def apply(self, xp, Input):
        function: Any = self.Function
        call = HostCall(self.brief(), function, self.Gradient, self.Batched)
        return xp.host(Input, call=call, sizes=xp.sizes("Output"))
