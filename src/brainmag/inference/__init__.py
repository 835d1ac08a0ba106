"""What can be inferred from many runs: which numbers an observable hangs on."""
