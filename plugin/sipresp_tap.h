/* sipresp_tap.h
 * What sipresp tells tap listeners: a record for each response, and a record
 * for each step of a session that the figures of RFC 6076 are made of. Other
 * plugins may copy this header; it needs nothing else of sipresp.
 *
 *     register_tap_listener(SIPRESP_TAP, data, filter, TL_REQUIRES_NOTHING, reset, packet, draw, finish)
 *
 * calls packet() with a const sipresp_response *, SIPRESP_SESSION_TAP with a
 * const sipresp_session_step *. Both come in the order of the capture, with or
 * without a protocol tree, and only while somebody listens. A record and all
 * that it points to hold until packet() returns; copy what is to be kept.
 *
 * Times are nanoseconds since the epoch, delays nanoseconds. Both are observed
 * where the capture was taken, by the clock that took it.
 *
 * Left out are responses that an ICMP error quotes or a sipfrag body reports:
 * nobody received them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TAP_H
#define SIPRESP_TAP_H

#include <stdbool.h>
#include <stdint.h>

#define SIPRESP_TAP "sipresp"
#define SIPRESP_SESSION_TAP "sipresp_sessions"

#define SIPRESP_UNKNOWN INT64_MIN       /* as a delay or a repetition */
#define SIPRESP_OUTCOME_UNKNOWN (-1)

typedef struct {
    uint32_t frame;
    int64_t time;
    uint8_t class_digit;        /* 1 to 6; 0 for a code outside 100 to 699 */
    uint16_t code;              /* 0 to 999 */
    const char *method;         /* what it answers, from CSeq; "" where that is missing */
    bool method_registered;     /* with IANA */
    const char *phrase;         /* on the wire, as valid UTF-8; "" where there is none */
    const char *registered_phrase; /* NULL for a code that no table has */
    bool phrase_differs;        /* a registered code came with another phrase than its own */
    int outcome;                /* as sipresp.outcome, or SIPRESP_OUTCOME_UNKNOWN */
    const char *outcome_name;   /* NULL where it is unknown */
    bool ends_call;             /* the first copy of the first final response to an INVITE
                                 * that begins a dialog, on this hop */
    int64_t delay;              /* since the first copy of the request, or SIPRESP_UNKNOWN */
    int64_t repetition;         /* 0 for the first copy, or SIPRESP_UNKNOWN */
} sipresp_response;

/* Only first copies make a step: no retransmission counts or resets a clock
 * (RFC 6076 4). Of an INVITE, BYE or REGISTER that the capture shows on several
 * hops, the hop where it was seen first counts. */
typedef enum {
    SIPRESP_INVITE,             /* an INVITE that begins a dialog */
    SIPRESP_ALERTED,            /* the first response to it that the caller hears: 180, 183 or a 2xx */
    SIPRESP_INVITE_FINAL,       /* its final response */
    SIPRESP_BYE,
    SIPRESP_BYE_FINAL,
    SIPRESP_REGISTER,
    SIPRESP_REGISTER_FINAL,
    SIPRESP_STEP_COUNT
} sipresp_step;

typedef struct {
    sipresp_step step;
    uint32_t frame;
    int64_t time;
    uint16_t code;      /* of the response; 0 for a request */
    uint16_t after;     /* requests: the challenge or redirection that made the client send the
                         * request again (same Call-ID and From tag); 0: it starts anew */
    bool counted;       /* requests, ALERTED: true.
                         * INVITE_FINAL: false where another fork had answered before.
                         * BYE_FINAL: true where the session that ends began in the capture
                         * and, of several forks that answered, is that of the first.
                         * REGISTER_FINAL: true */
    int64_t delay;      /* SIPRESP_UNKNOWN, or, with every challenge and redirection inside:
                         * ALERTED: since the INVITE (PDD).
                         * INVITE_FINAL: from the INVITE to the first response but 100 (SRD).
                         * BYE: since the 2xx that set up the session (SDT).
                         * BYE_FINAL: since the BYE (SDD).
                         * REGISTER_FINAL: since the REGISTER (RRD) */
} sipresp_session_step;

#endif
