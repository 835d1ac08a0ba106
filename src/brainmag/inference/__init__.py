"""What the record says about the model, and which numbers an observable hangs on."""
