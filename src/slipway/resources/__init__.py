"""Resources and functions of the provider `slipway`, one a file: what a program declares.

What they do is in `slipway.provider`, which runs in a process of its own.
"""
