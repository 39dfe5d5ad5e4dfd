"""The running server: Granian around the application, signals, threads, logs."""
