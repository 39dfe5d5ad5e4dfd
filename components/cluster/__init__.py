"""What belongs to `AksCluster` alone."""
