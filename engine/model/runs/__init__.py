"""Parts of a run: checkpoints, signals, reports, results, resources."""
