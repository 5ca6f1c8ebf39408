"""Resources that steps use: their rules, the queue for them, and how a run takes them."""
