"""The unit tests of `destinations`: wires, answers, problems, the retry layer, and opening."""
