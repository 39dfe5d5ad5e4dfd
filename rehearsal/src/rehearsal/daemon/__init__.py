"""Start, stop and state of the rehearsal process."""
