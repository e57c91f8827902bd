# SPDX-License-Identifier: GPL-2.0-or-later
"""What is equal is shown once: a fault that a capture has a thousand times has to leave room for the others."""


def folded(items, key):
    """[first item, how many are equal by that key] in the order of the first ones."""
    groups = {}
    for item in items:
        groups.setdefault(key(item), [item, 0])[1] += 1
    return list(groups.values())


def times(count, frame):
    """What stands behind the text of several, whose first one is in that frame."""
    return f" x {count}, first in frame {frame}" if count > 1 else ""
