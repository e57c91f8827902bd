/* sip_uri.h
 * URIs in headers, the hosts in them, and whether others can reach those.
 *
 * Pure: no Wireshark type and no allocation. Texts point into what went in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_URI_H
#define SIPRESP_SIP_URI_H

#include "sip/sip_text.h"

typedef struct {
    sip_text scheme;    /* "sip", "tel", in any case */
    sip_text user;      /* without a password; the number of a tel URI; may be absent */
    sip_text host;      /* without brackets; absent in a URI that has none */
    uint16_t port;      /* 0: none is named */
} sip_uri;

typedef enum {
    HOST_NAME,          /* or no address at all */
    HOST_PUBLIC,
    HOST_PRIVATE,       /* RFC 1918, 6598, 4193, or of the link alone (RFC 3927, 4291 2.5.6) */
    HOST_LOOPBACK       /* the sender itself, or no place at all (0.0.0.0) */
} sip_host_kind;

/* The URI of one value of From, To, Contact or Route, with or without angle
 * brackets (RFC 3261 20.10); empty if there is none. */
sip_text sip_uri_of(sip_text value);

/* Returns false for what has no scheme, such as the "*" of a Contact. */
bool sip_uri_read(sip_text uri, sip_uri *parts);

/* The host of "host:port", as it stands in Via and Warning; *port is 0 where
 * none is named. */
sip_text sip_host_of(sip_text host_and_port, uint16_t *port);

/* host with or without brackets. */
sip_host_kind sip_host_kind_of(sip_text host);

/* The same of an address of 4 or 16 bytes; anything else is a HOST_NAME. */
sip_host_kind sip_address_kind_of(const uint8_t *bytes, size_t length);

#endif
