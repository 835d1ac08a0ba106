"""The claims, what their sources say, how sure that is, and what the model answers."""
