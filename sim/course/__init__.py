"""What the course uses: systems to try and to repair, and tables to look things up in."""

from sim.course.game.game_day import game_day
from sim.course.game_day_scores import score
from sim.course.glossary_tables import cheat_sheet, glossary
from sim.course.incident_catalogue import Incident, incident, incidents
from sim.course.incident_impact import impact
from sim.course.reference_architecture import reference_system
from sim.course.trial_systems import trial, trials
from sim.results.fact_tables import (
    cold_starts,
    latencies,
    prices,
    quotas,
    runtimes,
)

__all__ = [
    "Incident",
    "cheat_sheet",
    "cold_starts",
    "game_day",
    "glossary",
    "impact",
    "incident",
    "incidents",
    "latencies",
    "prices",
    "quotas",
    "reference_system",
    "runtimes",
    "score",
    "trial",
    "trials",
]
