"""Pages of provision: groups, sessions and My day."""
