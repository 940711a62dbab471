"""The way in over HTTP: who asks, what they may ask, and how answers and refusals look."""
