"""One institution's whole log, with everything of it that cannot be made again, from one installation into another."""
