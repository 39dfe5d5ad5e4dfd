"""Deploys whole stacks to a rehearsal of their own: for engine tests and benchmarks."""
