"""Packages that only reading a template needs, loaded when it does."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sim.template.errors import TemplateError


def needed(module: str, package: str) -> Any:
    """The module; raises `TemplateError` that names the package to install."""
    try:
        return import_module(module)
    except ImportError as error:
        raise TemplateError(
            [f"Reading this template needs {package}: pip install {package} ({error})."]
        ) from None
