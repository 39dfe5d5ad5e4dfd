"""`make demo` and `make demo-down`: the commands a user would type, typed one after another."""
