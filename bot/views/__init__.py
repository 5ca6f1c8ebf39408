"""Pure functions: records to Block Kit. How they look and speak is in one place each:
signs in `icons`, times in `times`, escaping and cutting in `text`, limits in `parts`."""
