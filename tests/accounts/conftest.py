import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    """Attempts to sign in are counted in the cache; those of one test are not the next one's."""
    cache.clear()
