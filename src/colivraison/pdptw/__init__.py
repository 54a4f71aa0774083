"""The pickup-and-delivery problem with time windows: problem, solution, evaluation, search."""
