"""The process that tells webhooks: the only one whose requests go where somebody else said."""
