"""Where the repository and its folders are."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
