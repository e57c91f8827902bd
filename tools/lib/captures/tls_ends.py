# SPDX-License-Identifier: GPL-2.0-or-later
"""Certificate and client for TLS between ends that trust each other, with the keys kept for Wireshark."""

import ssl

from stage import run


def certificate(folder):
    """Files of a key and of a certificate for it, made for this run."""
    key, signed = folder / "tls.key", folder / "tls.crt"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=example.com",
        "-keyout", key, "-out", signed)
    return key, signed


def client(keylog):
    """The context of one that takes any certificate and appends its keys to that file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.keylog_filename = str(keylog)
    return context
