"""Requests that leave the installation, to addresses that others chose."""
