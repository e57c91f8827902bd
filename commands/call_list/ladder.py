# SPDX-License-Identifier: GPL-2.0-or-later
"""A call as a ladder: a column a host, an arrow a message, time and frame before it."""

from shared.text import printable

LEFT = 18
GAP_MIN, GAP_MAX = 18, 40


def ladder(calls, messages, width):
    """Lines of text; width 0: as wide as it needs."""
    several = len(calls) > 1
    hosts = _hosts(messages)
    if not messages:
        return
    gap = GAP_MAX if not width else (width - LEFT - 2) // max(len(hosts) - 1, 1)
    gap = max(GAP_MIN, min(gap, GAP_MAX, _longest(messages, several, messages[0].time) + 6))
    places = {host: LEFT + gap * number for number, host in enumerate(hosts)}
    yield from _heading(hosts, places, gap)
    start = messages[0].time
    for message in messages:
        yield from _arrow(message, places, start, several)


def _end(end, with_port):
    address = f"[{end[0]}]" if ":" in end[0] and with_port else end[0]
    return f"{address}:{end[1]}" if with_port else address


def _with_ports(messages):
    """Where a host sends to itself, its ports tell who is who."""
    return any(message.source[0] == message.destination[0] for message in messages)


def _hosts(messages):
    with_port = _with_ports(messages)
    for message in messages:
        message.source, message.destination = (_end(end, with_port) for end in (message.source, message.destination))
    return list(dict.fromkeys(end for message in messages for end in (message.source, message.destination)))


def _label(message, several):
    label = printable(message.title)
    if message.again:
        label += f" x {len(message.again) + 1}"
    return f"{label} [{message.call}]" if several else label


def _longest(messages, several, start):
    return max(len(text) for message in messages for text in (_label(message, several), *message.media, *_again(message, start)))


def _again(message, start):
    return [f"again until {message.again[-1] - start:.3f} s"] if message.again else []


def _heading(hosts, places, gap):
    rows = [[], []]
    for number, host in enumerate(hosts):
        # Long addresses of neighbours would run into each other on one line.
        rows[number % 2 if any(len(each) >= gap - 1 for each in hosts) else 0].append(host)
    for row in filter(None, rows):
        line = ""
        for host in row:
            at = max(places[host] - len(host) // 2, len(line) + 1 if line else 0)
            line = line.ljust(at) + host
        yield line
    yield _lifelines(places, "     s    frame")


def _lifelines(places, begin=""):
    line = list(begin.ljust(max(places.values()) + 1))
    for place in places.values():
        line[place] = "|"
    return "".join(line).rstrip()


def _arrow(message, places, start, several):
    begin = f"{message.time - start:9.3f}{message.frame:7d} "
    low, high = sorted((places[message.source], places[message.destination]))
    line = _lifelines(places, begin)
    if low == high:
        yield f"{line[:low + 1]} {_label(message, several)} (to itself)"
        return
    room = high - low - 1
    label = _shortened(f" {_label(message, several)} ", room - 3)
    shaft = label.center(room - 1, "-")
    shaft = shaft + ">" if places[message.destination] == high else "<" + shaft
    yield line[:low + 1] + shaft + line[high:]
    for text in (*message.media, *_again(message, start)):
        text = _shortened(printable(text), room - 2)
        below = _lifelines(places)
        yield below[:low + 1] + text.center(room) + below[high:]


def _shortened(text, room):
    return text if len(text) <= room else text[:max(room - 3, 0)] + "..."
