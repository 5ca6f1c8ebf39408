"""The parts of `test-run`: how a suite of tests is read and executed, and a suite to try it with."""
