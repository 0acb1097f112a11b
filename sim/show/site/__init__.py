"""Playgrounds as static pages: panels whose runs are all made beforehand.

A page opens from a disk. It has no Python behind it, so every stop of a slider is a run that was
simulated when the page was made; nothing is interpolated.
"""
