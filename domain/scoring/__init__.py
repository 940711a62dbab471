"""How several people judge what others handed in: criteria, sealed scores, rankings, lots, and interests.

Grants and contracts judge by it. It has no events of its own: what is stored, and the words in which something is
refused, belong to the domain that asks.
"""
