"""Work on a whole database: copies, checks, a move to a server, and its upkeep there."""
