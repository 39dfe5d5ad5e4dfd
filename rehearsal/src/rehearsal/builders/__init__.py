"""Builders of images: embedded, and Docker."""
