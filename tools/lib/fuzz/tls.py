# SPDX-License-Identifier: GPL-2.0-or-later
"""What two ends say to each other over TLS, and the keys by which Wireshark reads it.

What is sent is the caller's; the keys are new each time, as no library lets anyone choose them.
"""

import ssl

import tls_ends


class Tls:
    def __init__(self, folder):
        """Keeps certificate and keys in a folder that is there."""
        key, certificate = tls_ends.certificate(folder)
        self.keys = folder / "tls.keys"
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.load_cert_chain(certificate, key)
        self.client = tls_ends.client(self.keys)
        self.keys.chmod(0o644)

    def flights(self, messages):
        """(whether it is the client's, bytes) of what is sent: a handshake, and messages, which are given likewise."""
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        from_server, from_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = self.server.wrap_bio(to_server, from_server, server_side=True)
        client = self.client.wrap_bio(to_client, from_client)

        def carried():
            for by_client, sent, to in ((True, from_client, to_server), (False, from_server, to_client)):
                flight = sent.read()
                if flight:
                    to.write(flight)
                    yield by_client, flight

        shaking = [client, server]
        while shaking:
            for end in tuple(shaking):
                try:
                    end.do_handshake()
                    shaking.remove(end)
                except ssl.SSLWantReadError:
                    pass
                yield from carried()
        for by_client, message in messages:
            (client if by_client else server).write(message)
            yield from carried()
