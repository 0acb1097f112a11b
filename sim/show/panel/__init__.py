"""Sliders beside a picture that follows them."""
