"""Readers of pupils' files: pure, without the database. `read_file` is the door; `types` says what comes back."""

from .codebook import CodeBook, default_codebook
from .detect import read_file
from .mapping import FIELDS, suggest_mapping
from .types import Format, Limits, MappingNeeded, ReadResult, UnreadableFile

__all__ = [
    "FIELDS",
    "CodeBook",
    "Format",
    "Limits",
    "MappingNeeded",
    "ReadResult",
    "UnreadableFile",
    "default_codebook",
    "read_file",
    "suggest_mapping",
]
