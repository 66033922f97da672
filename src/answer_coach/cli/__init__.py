"""The command line: each command parses, wires, calls, prints and exits."""
