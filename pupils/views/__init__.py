"""HTTP of the pupils app."""
