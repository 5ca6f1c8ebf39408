"""What a node waits for beside people: elements of a list, polls, signals, times."""
