"""Microsoft.OperationalInsights: Log Analytics."""
