"""`slipway`: everyday operations on what is deployed."""
