"""Pictures of runs, panels, and what a lesson asks; a picture's title is the answer it gives.

Nothing uses pyplot.
"""

from sim.show.lesson.catalogue import Catalogue, catalogue
from sim.show.lesson.check import check
from sim.show.lesson.game_day import game_day
from sim.show.lesson.overview import Overview, overview
from sim.show.lesson.prediction import Prediction, predict
from sim.show.lesson.presses import Presses, presses
from sim.show.lesson.repair import check_repair
from sim.show.lesson.self_check import ready
from sim.show.lesson.service_folds import service_walks
from sim.show.lesson.table import Table, table
from sim.show.lesson.tried import progress
from sim.show.panel.controls import Control
from sim.show.panel.panel import Panel, panel
from sim.show.pictures.backlog import backlog
from sim.show.pictures.captions import describe
from sim.show.pictures.cloudwatch import cloudwatch
from sim.show.pictures.concurrency import concurrency
from sim.show.pictures.curve import curve
from sim.show.pictures.fates import fates
from sim.show.pictures.heatmap import heatmap
from sim.show.pictures.iterator_age import iterator_age
from sim.show.pictures.latency import latency
from sim.show.pictures.power_tuning import power_tuning
from sim.show.pictures.rates import rates
from sim.show.pictures.timeline import environments, timeline
from sim.show.pictures.your_minutes import your_minutes
from sim.show.stage.stage import Stage, ages, race, system

__all__ = [
    "Catalogue",
    "Control",
    "Overview",
    "Panel",
    "Prediction",
    "Presses",
    "Stage",
    "Table",
    "ages",
    "backlog",
    "catalogue",
    "check",
    "check_repair",
    "cloudwatch",
    "concurrency",
    "curve",
    "describe",
    "environments",
    "fates",
    "game_day",
    "heatmap",
    "iterator_age",
    "latency",
    "overview",
    "panel",
    "power_tuning",
    "predict",
    "presses",
    "progress",
    "race",
    "rates",
    "ready",
    "service_walks",
    "system",
    "table",
    "timeline",
    "your_minutes",
]
