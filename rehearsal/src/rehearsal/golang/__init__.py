"""Programs built from published Go modules: found Go, progress, a result that is there whole or not at all."""
