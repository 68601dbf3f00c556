"""What foreign local governments can give."""
