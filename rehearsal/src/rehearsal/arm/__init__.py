"""Azure's resource types, a folder for each namespace; `table` registers them."""
