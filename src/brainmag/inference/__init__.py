"""What the record and the spreads of the numbers say of each other, run by run of the model."""
