"""What can be asked of platforms' directories and of nominations."""
