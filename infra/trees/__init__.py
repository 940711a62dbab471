"""The sealed trees: tiles, signed heads and their cosignatures, kept per tenant and epoch."""
