"""The refusals that domain code raises. Each carries a sentence that tells the user what to do next.

`RefusalMiddleware` maps the class to an HTTP status, for a page and for a partial alike; commands print the sentence.
"""


class SendcoError(Exception):
    """Something the user can understand and act on. `status` is the HTTP status it maps to."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(SendcoError):
    """The change breaks a rule of the domain."""


class NotAllowed(SendcoError):
    """The user may know of the thing but may not do this to it."""

    status = 403


class NotFound(SendcoError):
    """There is no such thing, or the user may not know that there is."""

    status = 404


class Conflict(SendcoError):
    """Somebody saved a newer version first.

    current: the saved instance as it is now; field_names: the fields to compare, in the order to show them.
    """

    status = 409

    def __init__(self, message: str, *, current=None, field_names: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.current = current
        self.field_names = field_names
