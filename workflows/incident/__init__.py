"""What the incident workflow knows of devices, and how it diagnoses them."""
