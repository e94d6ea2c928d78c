"""FunctionLayer: a Python function on arrays, turned into a net."""
