"""The solver on a graphics processor: the same equations and steps, one subject per thread."""
