"""The MCP server for AI agents: `signoff mcp`."""
