"""What this domain brings to the platform, and who may ask it for what: a module per part, joined here."""

from domain.action_measures.manifest.indicator import INDICATORS
from domain.action_measures.manifest.measure import MEASURES
from domain.action_measures.manifest.monitoring_report import MONITORING
from domain.action_measures.manifest.strategy import STRATEGIES
from domain.kernel.manifest import joined

DOMAIN = joined("action_measures", STRATEGIES, MEASURES, INDICATORS, MONITORING)
"""The strategy: objectives, measures, indicators, what was promised for when and what became of it."""
