# SPDX-License-Identifier: GPL-2.0-or-later
"""Carries TCP connections on over TLS, and keeps the session keys: Debian's sipp has no TLS."""

import select
import socket
import ssl
import threading

import tls_ends


class TlsRelay:
    def __init__(self, listen_at, server, keylog):
        self.server = server
        # The certificate is made for each run, and lo is a network one can trust.
        self.context = tls_ends.client(keylog)
        self.listener = socket.create_server(listen_at)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            plain, _ = self.listener.accept()
            threading.Thread(target=self.carry, args=(plain,), daemon=True).start()

    def carry(self, plain):
        """Pass on what comes from either side until one of them is done."""
        with plain, self.context.wrap_socket(socket.create_connection(self.server)) as secure:
            secure.setblocking(False)
            while True:
                # What TLS has decrypted already does not show in select().
                ready = [secure] if secure.pending() else select.select([plain, secure], [], [])[0]
                for source in ready:
                    try:
                        data = source.recv(65536)
                    except ssl.SSLWantReadError:
                        continue  # TLS spoke for itself, for instance a new session ticket
                    if not data:
                        return
                    (secure if source is plain else plain).sendall(data)
