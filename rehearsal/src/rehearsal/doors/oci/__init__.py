"""The registries: what an Azure Container Registry is to docker, skopeo, oras and Microsoft's client."""
