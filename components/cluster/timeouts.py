"""How long a cluster and its pools may take."""

import pulumi

# Clusters usually take 5 to 10 minutes; an upgrade goes machine by machine, and a deletion takes everything with it.
TIMEOUTS = pulumi.CustomTimeouts(create="45m", update="120m", delete="60m")
