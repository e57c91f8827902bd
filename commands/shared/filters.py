# SPDX-License-Identifier: GPL-2.0-or-later
"""Display filters that tshark does not take."""

import re


def refused_filter(complaints):
    """(filter, why it is none) of what tshark complains of, or None."""
    # Each statistic that the filter was given to complains of it.
    refused = re.search(r'Filter "(.*?)" is invalid(?: - )?(.*?)(?=\ntshark: |\Z)', complaints, re.S)
    return (refused[1], " ".join(refused[2].split()).rstrip(".")) if refused else None


# Fields of these have nothing to do with media. Of any other it is not known.
NO_MEDIA = frozenset("sip sipresp sipcall sdp raw_sip msg_hdr frame eth vlan sll ip ipv6 tcp udp sctp tls websocket gre vxlan".split())
STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
NAMES = re.compile(r"(?<![\w.\-:])[a-z_][\w\-]*(?:\.[\w\-]+)*", re.I)
WORDS = frozenset("and or not xor in eq ne gt lt ge le contains matches any all true false len count upper lower "
                  "string max min abs eq any_eq all_eq any_ne all_ne bitand".split())


def may_ask_for_media(text):
    """May the filter need what a session description says of media streams? It has names of protocols and fields."""
    names = {name.partition(".")[0].lower() for name in NAMES.findall(STRINGS.sub("", text))}
    return not names <= NO_MEDIA | WORDS
