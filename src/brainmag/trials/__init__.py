"""Virtual trials: a design, the people in it, what they would show, and what a statistician would find."""
