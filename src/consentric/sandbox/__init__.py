"""A Google Customer Match and a Meta custom audiences to practise on, in one process on the loopback.

This room knows the two wire protocols as their documentation describes them, and a hidden truth
behind them: which accounts a list really holds. It knows nothing of consentric: it imports none of
its other rooms, so that it can disagree with them. It is a simulator written from documentation;
what the documentation leaves open is a named switch (``switches.py``).
"""
