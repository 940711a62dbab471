"""Certificates of volunteering as what somebody carries away: credentials, the lists that they need, and on paper."""
