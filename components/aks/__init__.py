"""What is particular to a service on a cluster of Kubernetes: its options, and one file for each of its objects."""
