"""The provider's schema, generated from the classes that it serves."""
