"""Data collection: what was asked and answered, written down beside the answering, for monitoring and retraining."""
