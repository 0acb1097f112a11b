"""Where things are: the repository, and the page of the site for each of its files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
LESSONS = tuple(sorted((ROOT / "notebooks").glob("*.ipynb")))
DEPLOY = "data/deploy"
PAGES = {
    "README.md": "index",
    "docs/glossary.md": "glossary",
    "docs/cheat-sheet.md": "cheat-sheet",
    "data/deploy/README.md": "catalogue/index",
    "data/deploy": "catalogue/index",
    "data/triggers.csv": "catalogue/index",
    "LICENSE": "more/licence",
}
"""Pages of their own, by the file of the repository that has their content."""
MARKDOWN = ("CONTRIBUTING.md", "CHANGELOG.md")


def page_of(path: str) -> str:
    """The page for a file or folder of the repository, without its suffix."""
    path = path.rstrip("/")
    place = PurePosixPath(path)
    if path in PAGES:
        return PAGES[path]
    if path.startswith("notebooks/"):
        return f"lessons/{place.stem}"
    if path in MARKDOWN or place.parts[:-1] == ("docs",):
        return f"more/{place.stem.lower()}"
    folder = example_folder(path)
    if folder:
        return f"catalogue/{folder}"
    return f"files/{path}"


def example_folder(path: str) -> str:
    """The folder of `data/deploy/` in which a file is; "" if it is in none."""
    parts = PurePosixPath(path).parts
    is_inside = parts[:2] == ("data", "deploy") and len(parts) > 2
    is_folder = is_inside and (ROOT / DEPLOY / parts[2]).is_dir()
    return parts[2] if is_folder else ""
