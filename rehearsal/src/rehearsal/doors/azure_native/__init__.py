"""The provider that the Pulumi engine takes for azure-native."""
