"""What is particular to Azure Container Instances."""
