"""Forms of provision."""
