# SPDX-License-Identifier: GPL-2.0-or-later
"""Display filters that tshark does not take."""

import re


def refused_filter(complaints):
    """(filter, why it is none) of what tshark complains of, or None."""
    refused = re.search(r'Filter "(.*)" is invalid(?: - )?(.*)', complaints, re.S)
    return (refused[1], " ".join(refused[2].split()).rstrip(".")) if refused else None
