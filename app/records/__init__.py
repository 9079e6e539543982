"""The journal: what was suggested and what became of it. Tables and plain functions."""
