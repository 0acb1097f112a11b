"""Pictures of runs, panels, and what a lesson asks; a picture's title is the answer it gives. Nothing uses pyplot."""

from sim.show.backlog import backlog
from sim.show.catalogue import Catalogue, catalogue
from sim.show.console import console
from sim.show.controls import Control
from sim.show.curve import curve
from sim.show.distribution import latency
from sim.show.fates import fates
from sim.show.follow import follow
from sim.show.heatmap import heatmap
from sim.show.iterator_age import iterator_age
from sim.show.lesson import Prediction, Presses, check, predict, presses
from sim.show.overview import Overview, overview
from sim.show.panel import Panel, panel
from sim.show.replay import Replay, replay
from sim.show.self_check import ready
from sim.show.timeline import Timeline, environments, timeline
from sim.show.tuning import power_tuning
from sim.show.words import describe

__all__ = [
    "Catalogue",
    "Control",
    "Overview",
    "Panel",
    "Prediction",
    "Presses",
    "Replay",
    "Timeline",
    "backlog",
    "catalogue",
    "check",
    "console",
    "curve",
    "describe",
    "environments",
    "fates",
    "follow",
    "heatmap",
    "iterator_age",
    "latency",
    "overview",
    "panel",
    "power_tuning",
    "predict",
    "presses",
    "ready",
    "replay",
    "timeline",
]
