"""The services of the grant pipeline: intake, scoring, policy, the register, letters, the page of awards."""
