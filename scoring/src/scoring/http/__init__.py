"""HTTP in terms of this package: requests, responses, routes, and the application under Granian."""
