"""What the model must do: expectations with ranges and sources, and how each is measured."""
