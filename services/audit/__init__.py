"""What an auditor needs: replay, and checks that need nothing of Pakt."""
