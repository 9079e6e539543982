"""The measurements of docs/benchmarks.md, each beside peers in the same run."""
