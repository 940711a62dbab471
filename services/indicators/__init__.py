"""Indicators that compute themselves: a library of queries over read models, asked of the past as it was known.

A value is a function of a query, an instant and a position in each log. Whoever has the three gets the same value, at
any later time: nothing that is recorded afterwards is seen.
"""
