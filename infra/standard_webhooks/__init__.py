"""Standard Webhooks: messages signed so that their receiver knows who sent them, and when."""
