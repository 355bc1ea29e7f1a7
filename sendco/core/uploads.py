"""A cap on uploads that holds before anything reaches the disk."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

HOPELESS = 1_000_000_000
"""Bytes from which the connection is cut. Up to there the rest is read and thrown away, since a browser shows our
sentence only when it could send everything."""


class CappedUploadHandler(FileUploadHandler):
    """Stands before all other handlers. A request with more than the largest upload we take loses its files.

    The fields sent before the file survive, so the view can answer with its form; `request.upload_too_large` is True.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.cap = max(settings.IMPORT_MAX_BYTES, settings.DOCUMENT_MAX_BYTES)
        self.declared = 0
        self.received = 0

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.declared = content_length

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        # Fields beside the file take little; what is far above the cap is refused before its first byte.
        if self.declared > self.cap + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self._refuse()

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > self.cap:
            self._refuse()
        return raw_data

    def file_complete(self, file_size):
        return None

    def _refuse(self):
        if self.request is not None:
            self.request.upload_too_large = True
        raise StopUpload(connection_reset=self.declared > HOPELESS)
