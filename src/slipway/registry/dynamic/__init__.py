"""Pulumi resources on the registry client.

Their providers stand in every stack's state by module path and class name, so neither may ever
change: a stack whose provider cannot be imported can no longer be destroyed. They are stateless.
"""
