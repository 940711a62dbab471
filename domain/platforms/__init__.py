"""What a platform of civil society keeps here itself: the directory of its members, and whom it nominates."""
