# SPDX-License-Identifier: GPL-2.0-or-later
"""An hour and more of a small exchange, so that calls begin, are over, and are forgotten at all times of it."""

import random

from conversation import message
from packets import tcp, udp

CODES = (("486 Busy Here", 4), ("503 Service Unavailable", 2), ("404 Not Found", 2), ("603 Decline", 1))


class Exchange:
    """Packets of phones that call over one server, as (seconds, packet) pairs of write_capture()."""

    def __init__(self, seed, seconds, calls, transport="udp"):
        self._random = random.Random(seed)
        self._transport = transport
        self._sequences = {}
        self._packets = []
        self._seconds = seconds
        for number in range(calls):
            self._call(number, self._random.uniform(0, seconds))
        for phone in range(4):
            self._registrations(phone)
        self._packets += [(self._random.uniform(0, seconds), udp(b"\x80\0noise", 40000, 40002)) for _ in range(calls)]

    def packets(self):
        """In the order of time; TCP numbers its bytes in that order."""
        return [(time, self._sent(*packet) if isinstance(packet, tuple) else packet)
                for time, packet in sorted(self._packets, key=lambda item: item[0]) if time <= self._seconds]

    def _sent(self, payload, phone, to_server, server, ip_id):
        here, there = bytes([198, 51, 100, phone]), bytes([203, 0, 113, server])
        ends = {"source": here, "destination": there} if to_server else {"source": there, "destination": here}
        if self._transport == "udp":
            return udp(payload, 5060, 5060, ip_id=ip_id, **ends)
        place = (phone, server, to_server)
        sequence = self._sequences.get(place, 1)
        self._sequences[place] = sequence + len(payload)
        ports = {"source_port": 30000 + phone, "port": 5060} if to_server else {"source_port": 5060, "port": 30000 + phone}
        return tcp(payload, sequence, **ports, **ends)

    def _send(self, time, phone, to_server, payload, server=1):
        chance = self._random.random()
        ip_id = self._random.randrange(1, 65536)
        self._packets.append((time, (payload, phone, to_server, server, ip_id)))
        if self._transport == "udp" and chance < 0.03:
            # Sent again, since the other side did not hear of it in time.
            self._packets.append((time + 0.5, (payload, phone, to_server, server, ip_id % 65535 + 1)))
        elif self._transport == "udp" and chance < 0.06:
            # Captured twice.
            self._packets.append((time + self._random.choice((0.001, 0.1)), (payload, phone, to_server, server, ip_id)))

    def _call(self, number, start):
        pick = self._random.random
        phone, call_id = 1 + number % 40, f"{number}@198.51.100.{1 + number % 40}"
        sender, tag = f"<sip:{1000 + number % 40}@example.com>;tag=a{number}", f";tag=b{number}"
        def said(line, method="INVITE", cseq=1, to="", branch=0, *more):
            return message(line, f"Via: SIP/2.0/UDP 198.51.100.{phone};branch=z9hG4bK{number}-{cseq}{branch}",
                           f"From: {sender}", f"To: <sip:bob@example.com>{to}", f"Call-ID: {call_id}",
                           f"CSeq: {cseq} {method}", *more)

        invite = f"INVITE sip:{2000 + number % 7}@example.com SIP/2.0"
        time, cseq = start, 1
        self._send(time, phone, True, said(invite))
        if pick() < 0.05:
            for wait in (0.5, 1.5, 3.5, 7.5, 15.5, 31.5):
                self._send(time + wait, phone, True, said(invite))
            return
        self._send(time + 0.02, phone, False, said("SIP/2.0 100 Trying"))
        if pick() < 0.2:
            self._send(time + 0.1, phone, False, said("SIP/2.0 407 Proxy Authentication Required", to=tag + "c"))
            self._send(time + 0.15, phone, True, said("ACK sip:bob@example.com SIP/2.0", "ACK", to=tag + "c"))
            time, cseq = time + pick() * 10, 2
            self._send(time, phone, True, said(invite, "INVITE", 2, "", 0, "Proxy-Authorization: Digest x"))
        time += self._random.expovariate(1 / 3)
        self._send(time, phone, False, said("SIP/2.0 180 Ringing", "INVITE", cseq, tag))
        if pick() < 0.05:
            return
        time += self._random.expovariate(1 / 20) + (pick() < 0.05) * 300
        if pick() < 0.3:
            code, = self._random.choices([code for code, _ in CODES], [weight for _, weight in CODES])
            self._send(time, phone, False, said(f"SIP/2.0 {code}", "INVITE", cseq, tag))
            self._send(time + 0.01, phone, True, said("ACK sip:bob@example.com SIP/2.0", "ACK", cseq, tag))
            return
        self._send(time, phone, False, said("SIP/2.0 200 OK", "INVITE", cseq, tag))
        self._send(time + 0.01, phone, True, said("ACK sip:bob@example.com SIP/2.0", "ACK", cseq, tag, 1))
        if pick() < 0.1:
            return
        talk = self._random.expovariate(1 / 120)
        if talk > 60:
            self._send(time + 50, phone, True, said(invite, "INVITE", cseq + 1, tag))
            self._send(time + 50.1, phone, False, said("SIP/2.0 200 OK", "INVITE", cseq + 1, tag))
            self._send(time + 50.2, phone, True, said("ACK sip:bob@example.com SIP/2.0", "ACK", cseq + 1, tag, 1))
        time += talk
        self._send(time, phone, True, said("BYE sip:bob@example.com SIP/2.0", "BYE", cseq + 2, tag))
        if pick() < 0.95:
            self._send(time + 0.02, phone, False, said("SIP/2.0 200 OK", "BYE", cseq + 2, tag))

    def _registrations(self, phone):
        """The same Call-ID for all of them, as RFC 3261 10.2.4 wants it."""
        for number, time in enumerate(range(phone * 7, self._seconds, 60)):
            def said(line, cseq, *more):
                return message(line, f"Via: SIP/2.0/UDP 198.51.100.{phone};branch=z9hG4bKr{phone}-{cseq}",
                               f"From: <sip:{phone}@example.com>;tag=r{phone}", f"Call-ID: register{phone}",
                               f"CSeq: {cseq} REGISTER", "To: <sip:bob@example.com>", *more)

            register = "REGISTER sip:example.com SIP/2.0"
            self._send(time, phone, True, said(register, 2 * number + 1))
            self._send(time + 0.01, phone, False, said("SIP/2.0 401 Unauthorized", 2 * number + 1))
            self._send(time + 0.02, phone, True, said(register, 2 * number + 2, "Authorization: Digest x"))
            self._send(time + 0.03, phone, False, said("SIP/2.0 200 OK", 2 * number + 2))
