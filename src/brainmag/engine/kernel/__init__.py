"""A system of equations as machine code that runs eight subjects side by side."""
