"""Microsoft.Insights: Application Insights."""
