"""What a user's folders hold: for images and as models."""
