"""What the provider `slipway` does: create, read, update and delete its resources, answer its functions.

`plugin/` serves it to the engine, in a process of its own.
"""
