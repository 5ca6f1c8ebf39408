"""The proxy between an agent and an MCP server: `signoff mcp proxy`."""
