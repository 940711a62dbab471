"""An installation's first events and the demo people's tokens."""
