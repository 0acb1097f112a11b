"""What several tests share: the browser, and what happens without one."""

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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
