"""The parts of `model-training`: a small model of scikit-learn, and its files."""
