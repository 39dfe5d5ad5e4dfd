"""Writes `plugin/schema.json`: `python -m plugin.schema`."""

from plugin.schema.file import PATH, text

PATH.write_text(text())
