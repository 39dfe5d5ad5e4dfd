"""Builders of images: embedded, and Docker's; `table` chooses."""
