"""Running model code beside the event loop: queue, workers, deadlines."""
