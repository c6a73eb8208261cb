"""Offer the engagement measures under one name: docs/engagement.md defines them, the parts lie in their own modules."""

from analytics.bands import BAND_FLOORS, TOO_EARLY, Band, BandStep, find_band, percent_of, shown_band
from analytics.clock import OVERDUE_DAYS, Outstanding
from analytics.evaluation import Evaluation, EvaluationInputs, evaluate_week, evaluate_weeks, needed_steps
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.measures import ENGAGEMENT_CODE_VERSION, Engagement, WeekMark, measure_engagement, measure_weeks
from analytics.weeks import WhyNot

__all__ = [
    "BAND_FLOORS",
    "ENGAGEMENT_CODE_VERSION",
    "OVERDUE_DAYS",
    "TOO_EARLY",
    "Band",
    "BandStep",
    "Engagement",
    "Evaluation",
    "EvaluationInputs",
    "LearnerHistory",
    "LearnerTask",
    "Outstanding",
    "Session",
    "SessionStatus",
    "WeekMark",
    "WhyNot",
    "evaluate_week",
    "evaluate_weeks",
    "find_band",
    "measure_engagement",
    "measure_weeks",
    "needed_steps",
    "percent_of",
    "shown_band",
]
