"""What a running server tells about itself: metrics, traces, logs."""
