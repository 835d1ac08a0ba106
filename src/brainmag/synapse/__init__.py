"""One synapse in milliseconds: block, release, calcium, and what a protocol leaves behind."""
