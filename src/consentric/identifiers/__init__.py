"""How a person becomes match keys: rules (the readable reference, per value), the same rules compiled, recipes.

This room is pure. It knows texts and Arrow arrays; it knows no file, network, clock, engine or platform library, and
nothing in it raises, logs or shows a customer's value.
"""
