/* sip_auth.h
 * Challenges, and the credentials that answer them: WWW-Authenticate and
 * Proxy-Authenticate, Authorization and Proxy-Authorization (RFC 3261 22).
 *
 * Pure: no Wireshark type and no allocation. Texts point into the headers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_AUTH_H
#define SIPRESP_SIP_AUTH_H

#include "sip/sip_value.h"

/* Texts are without their quotes, with the escapes that were sent; absent where not there. */
typedef struct {
    sip_text scheme;        /* "Digest" in any case; absent in a broken value */
    sip_text realm;
    sip_text nonce;
    sip_text username;      /* of credentials */
    sip_text algorithm;
    bool stale;             /* of a challenge: the nonce alone was too old */
} sip_auth;

/* The members are sip_auth.c's. */
typedef struct {
    sip_values parts;
    sip_text first;         /* the part that begins the next one */
} sip_auths;

sip_auths sip_auths_of(sip_text headers, sip_header_id id);

/* The next of all headers of that name. A comma separates the parameters of
 * one, and two of them where somebody joined lines against RFC 3261 7.3.1.
 * Returns false at the end. */
bool sip_auth_next(sip_auths *auths, sip_auth *auth);

#endif
