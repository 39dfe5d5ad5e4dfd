"""A stack's settings: names, types, defaults and what is allowed. One file a section, one a target."""
