"""The commands of the command line: what they take, what they answer, how it is printed."""
