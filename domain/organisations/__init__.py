"""Organisations of civil society, known once and by proof: what they can show, their officers, who acts for them."""

from domain.organisations.manifest import DOMAIN

__all__ = ["DOMAIN"]
