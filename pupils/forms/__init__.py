"""Forms of the pupils app: one file for each part of the record."""
