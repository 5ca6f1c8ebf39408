"""The socket through which the command line asks the process that serves."""
