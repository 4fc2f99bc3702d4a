"""``dedup``: what people type. One module a panel.

Every import of a room is inside its command, so that ``--help`` is instant.
"""
