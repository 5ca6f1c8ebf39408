"""Approvals: their scope, their quorums, their forms, their deadlines."""
