"""What AWS accepts and is still wrong, each with a run that shows it."""

from sim.template.advice.advice import advise as advise
