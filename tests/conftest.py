"""What all tests share: the browser, what happens without one, and Hypothesis's examples."""

import os
import shutil
import sys

import pytest
from hypothesis import HealthCheck, settings

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

# The same examples on every machine and in every run, however slow the machine is.
# To look for new ones: `make slow PYTEST_FLAGS=--hypothesis-profile=explore`.
settings.register_profile(
    "same",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore", settings.get_profile("same"), derandomize=False
)
settings.load_profile("same")

# jsonschema takes it, where it is installed, for formats that no test asks for: a second of work.
sys.modules.setdefault("rfc3987_syntax", None)


def installed_browser() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser for Playwright's `executable_path`."""
    return installed_browser() or missing_browser()


def missing_browser() -> str:
    """A learner without a browser sees a skip; CI without one has tested nothing, and fails."""
    if os.environ.get("CI"):
        pytest.fail(
            f"CI must have a browser: none of {', '.join(BROWSERS)} is on PATH",
            pytrace=False,
        )
    pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is on PATH")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every browser test is a slow test: `make test` needs no browser."""
    if item.get_closest_marker("browser"):
        item.add_marker("slow")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and installed_browser() is None:
        missing_browser()
