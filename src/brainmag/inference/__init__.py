"""What the record says about the model: its calibration, its rivals, and what cannot be told."""
