# SPDX-License-Identifier: GPL-2.0-or-later
"""A phone that speaks SIP over WebSocket (RFC 7118), as far as the websocket scene needs it."""

import base64
import hashlib
import os
import re
import socket
import struct

from failure import CaptureFailure

FINAL_TEXT_FRAME = 0x81
MASKED = 0x80
USER, PASSWORD, REALM = "alice", "secret", "example.com"


class WebSocketPhone:
    def __init__(self, server):
        self.socket = socket.create_connection(server, timeout=10)
        self.stream = self.socket.makefile("rb")
        self.host = f"{os.urandom(6).hex()}.invalid"  # RFC 7118 5: a browser does not know its address
        self.call_id, self.tag, self.cseq = os.urandom(8).hex(), os.urandom(4).hex(), 0
        self.upgrade(server)

    def upgrade(self, server):
        """The opening handshake, asking for the sip subprotocol."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET / HTTP/1.1\r\nHost: {server[0]}:{server[1]}\r\nOrigin: http://{REALM}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: sip\r\n\r\n").encode())
        status = self.stream.readline()
        while self.stream.readline().strip():
            pass  # the headers of the answer say nothing this phone needs
        if b" 101 " not in status:
            raise CaptureFailure(f"kamailio refused the WebSocket with {status.decode().strip()!r}; "
                                 "look at its event_route[xhttp:request]")

    def request(self, method, uri, headers=()):
        """Send a request and return the response."""
        self.cseq += 1
        lines = [f"{method} {uri} SIP/2.0",
                 f"Via: SIP/2.0/WS {self.host};branch=z9hG4bK{os.urandom(6).hex()}",
                 "Max-Forwards: 70",
                 f'From: "Alice" <sip:{USER}@{REALM}>;tag={self.tag}',
                 f'To: "Alice" <sip:{USER}@{REALM}>' if method == "REGISTER" else f"To: <{uri}>",
                 f"Call-ID: {self.call_id}",
                 f"CSeq: {self.cseq} {method}",
                 *headers, "Content-Length: 0", "", ""]
        self.send("\r\n".join(lines).encode())
        return self.receive()

    def register(self):
        contact = [f"Contact: <sip:{USER}@{self.host};transport=ws>;expires=600"]
        uri = f"sip:{REALM}"
        challenge = self.request("REGISTER", uri, contact)
        nonce = re.search(r'nonce="([^"]*)"', challenge)
        if not nonce:
            raise CaptureFailure(f"kamailio did not challenge, it said {challenge.splitlines()[0]!r}; "
                                 "look at its route[REGISTRAR]")
        return self.request("REGISTER", uri, contact + [credentials("REGISTER", uri, nonce[1])])

    def send(self, message):
        """One masked text frame: a client must mask (RFC 6455 5.3)."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(message))
        self.socket.sendall(struct.pack("!BBH", FINAL_TEXT_FRAME, MASKED | 126, len(message)) + mask + masked)

    def receive(self):
        """The next frame of the server; it is short and not masked."""
        _, length = self.stream.read(2)
        if length == 126:
            (length,) = struct.unpack("!H", self.stream.read(2))
        return self.stream.read(length).decode()

    def close(self):
        self.socket.close()


def credentials(method, uri, nonce):
    """Digest with qop=auth (RFC 2617 3.2.2)."""
    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()
    count, cnonce = "00000001", os.urandom(4).hex()
    user, request = md5(f"{USER}:{REALM}:{PASSWORD}"), md5(f"{method}:{uri}")
    answer = md5(f"{user}:{nonce}:{count}:{cnonce}:auth:{request}")
    return (f'Authorization: Digest username="{USER}", realm="{REALM}", nonce="{nonce}", uri="{uri}", '
            f'response="{answer}", cnonce="{cnonce}", qop=auth, nc={count}')
