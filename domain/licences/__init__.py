"""Licences to provide a social service: an issuer decides in its own log, every buyer knows by the national one."""

from domain.licences.manifest import DOMAIN

__all__ = ["DOMAIN"]
