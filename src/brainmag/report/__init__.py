"""What a person reads: tables and figures of a run, the demonstration, models for other programmes.

Nothing is imported here: a table should not wait for what draws or exports.
"""
