"""Tests of succession."""
