"""The demo federation: made-up schools, built through the same actions as the screens, with two years of history."""

from .build import Built, build
from .people import DEMO_PASSWORD, SIGN_INS

__all__ = ["DEMO_PASSWORD", "SIGN_INS", "Built", "build"]
