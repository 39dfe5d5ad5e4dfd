"""Container groups as local processes, from images that were really pulled."""
