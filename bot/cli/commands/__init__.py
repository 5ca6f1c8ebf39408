"""One module for each command of `signoff`: its arguments, its help and what it prints."""
