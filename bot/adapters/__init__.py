"""Agents of other frameworks ask people at a gate before they call a tool."""
