"""Third-party command-line tools: how they are found, fetched or built."""
