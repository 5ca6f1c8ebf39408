"""The parts of `infrastructure-change`: plans of a tool such as OpenTofu, and a stand-in for it."""
