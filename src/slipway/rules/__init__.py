"""What may be called what, and how large it may be: one rule in one place, for every room.

Each rule says why a value is refused (`refusal`), and stands in a type: `Annotated[str, IMAGE_NAME]`.
Components check their arguments by `fields.refusals`; pydantic asks the same rules in settings.
"""
