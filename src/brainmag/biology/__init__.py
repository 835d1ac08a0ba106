"""The body as text a physiologist can read: Antimony files and tables."""
