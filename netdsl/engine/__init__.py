"""From a net to numbers: trace it into a program, differentiate, plan, run."""
