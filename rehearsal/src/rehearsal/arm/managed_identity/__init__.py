"""Microsoft.ManagedIdentity: identities that resources use."""
