"""Policy pack for previews: `pulumi preview --policy-pack policies`."""
