"""What Pakt needs fails, and comes back."""
