"""Acts of people: messages, commands, clicks, modals, and the rights that each gives the app for a while."""
