"""The docker command line: which client, how it logs in, how its failures are told."""
