"""The stacks of a Pulumi project, as the `pulumi` command tells of them, and what uses what."""
