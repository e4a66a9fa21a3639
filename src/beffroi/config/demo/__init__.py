"""The demonstration: an invented year in the life of a real-sized town, dated relative to today.

Everything goes through the services that agents use; only the outcomes of past sendings, which no mail server
can replay, are written by `history.py`.
"""
