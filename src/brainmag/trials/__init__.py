"""Clinical trials: how their results are analysed."""
