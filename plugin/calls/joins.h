/* joins.h
 * The two sides of a back-to-back user agent are two calls, each with a Call-ID
 * of its own. They belong together where they say so: by Session-ID (RFC 7989),
 * by the icid-value of P-Charging-Vector (RFC 7315 4.6), by a header that the site
 * names, by Replaces (RFC 3891); or where they look so.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_JOINS_H
#define SIPRESP_JOINS_H

#include "calls/calls.h"

typedef enum {
    JOINED_NOT,
    JOINED_BY_SESSION_ID,
    JOINED_BY_ICID,
    JOINED_BY_HEADER,       /* which the site names: the same value, or the other Call-ID in it */
    JOINED_BY_REPLACES,
    JOINED_BY_LIKENESS,
    JOINED_AMBIGUOUS        /* several calls are as like: not joined */
} call_join;

typedef struct {
    call_join by;
    uint32_t leg_of;        /* number of the call that was seen first; 0: none */
} call_leg;

/* To be said before anything is learned. header: the name of a header, or empty; it
 * has to stay where it is. guess: join what only looks so. */
void calls_set_joining(calls *c, sip_text header, bool guess);

/* How the call with this number belongs to another one. */
call_leg calls_leg_of(const calls *c, uint32_t call);

#endif
