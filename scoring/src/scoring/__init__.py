"""Scoring runtime: Azure ML's HTTP contract and the Open Inference Protocol in one small server."""

__version__ = "0.1.0"
