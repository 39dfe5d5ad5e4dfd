"""Scoring a file: chunks in, exactly one row out per row in, and a kill at any time costs one chunk."""
