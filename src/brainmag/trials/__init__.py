"""Virtual trials: a design, who takes part, what is seen, and what a statistician makes of it."""
