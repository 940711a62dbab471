"""Addresses of platforms of civil society: the directory of members, and nominations."""

from services.gateway.routes import member_directory, nominations
from services.gateway.routing import joined

ROUTES = joined(member_directory.ROUTES, nominations.ROUTES)
