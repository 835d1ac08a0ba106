"""What the publications weigh: trials pooled, and what is claimed of them."""
