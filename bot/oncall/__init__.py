"""On-call schedules of the settings, and the services and calendars that know who is on call now."""
