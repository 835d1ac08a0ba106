"""A system of equations run once, interpreted, with the events of its document."""
