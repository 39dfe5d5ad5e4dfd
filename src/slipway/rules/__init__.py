"""Rules that several rooms share: names, ranges, roles. Each has one home, here."""
