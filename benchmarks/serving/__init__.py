"""Throughput, latency, start-up and memory of this project's server and of others, on one machine in one run."""
