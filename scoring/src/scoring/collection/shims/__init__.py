"""The collectors that entry scripts import from Azure ML's packages, writing to this server's collection."""
