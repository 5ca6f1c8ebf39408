"""What people do: messages, commands, clicks, modals, and the rights an act gives the app for a while."""
