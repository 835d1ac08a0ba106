"""What each command is asked, how that is checked, and the document that answers it."""
