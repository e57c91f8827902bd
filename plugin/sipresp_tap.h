/* sipresp_tap.h
 * What sipresp tells tap listeners: a record for each response, and a record
 * for each step of a session that the figures of RFC 6076 are made of. Other
 * plugins may copy this header; it needs nothing else of sipresp.
 *
 *     register_tap_listener(SIPRESP_TAP, data, filter, TL_REQUIRES_NOTHING, reset, packet, draw, finish)
 *
 * calls packet() with a const sipresp_response *, SIPRESP_SESSION_TAP with a
 * const sipresp_session_step *, SIPRESP_REQUEST_TAP with a const sipresp_request *
 * for the first copy of each request but ACK, on its first hop, SIPRESP_CALL_TAP with
 * a const sipresp_call * for each message of a call. All come in the order of the capture, with or
 * without a protocol tree, and only while somebody listens. A record and all
 * that it points to hold until packet() returns; copy what is to be kept.
 *
 * Times are nanoseconds since the epoch, delays nanoseconds. Both are observed
 * where the capture was taken, by the clock that took it.
 *
 * Left out are responses that an ICMP error quotes or the body of another message
 * reports: nobody received them. A message that the snap length cut is told of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TAP_H
#define SIPRESP_TAP_H

#include <stdbool.h>
#include <stdint.h>

#define SIPRESP_TAP "sipresp"
#define SIPRESP_SESSION_TAP "sipresp_sessions"
#define SIPRESP_REQUEST_TAP "sipresp_requests"
#define SIPRESP_CALL_TAP "sipresp_calls"

#define SIPRESP_UNKNOWN INT64_MIN       /* as a delay or a repetition */
#define SIPRESP_OUTCOME_UNKNOWN (-1)

/* What a record of SIPRESP_TAP tells of. */
typedef enum {
    SIPRESP_RESPONSE,           /* a response; everything below is of it */
    SIPRESP_CALL                /* a call began, or was not answered in time: only
                                 * frame, time and the call are told */
} sipresp_record;

typedef enum {
    SIPRESP_JUDGED,
    SIPRESP_NOT_JUDGED_CUT,     /* the snap length cut the response */
    SIPRESP_NOT_JUDGED_GAP      /* it cut another message between these hosts, so that
                                 * the rules on transactions were left out */
} sipresp_judgement;

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
    bool ends_call;             /* it gives the call of its INVITE another outcome; of each call
                                 * the one that was told last counts */
    int64_t delay;              /* since the first copy of the request, or SIPRESP_UNKNOWN */
    int64_t repetition;         /* 0 for the first copy, or SIPRESP_UNKNOWN */
    sipresp_record record;
    uint32_t captured_before;   /* frame of the first copy of this very message, which was
                                 * captured twice; 0: this one */
    sipresp_judgement judgement;
    uint32_t call;              /* with ends_call and SIPRESP_CALL: its number in the capture, */
    int call_outcome;           /* its outcome as that of tables/outcomes.toml */
    uint32_t call_number;       /* of the call that the response is of, whatever it answers; 0: of none */
    const char *call_outcome_name; /* name of call_outcome; NULL where there is no call */
} sipresp_response;

typedef struct {
    uint32_t frame;
    uint32_t number;            /* of the request in the capture, from 1 */
    int64_t time;
    uint32_t call_number;       /* 0: it is of no call */
} sipresp_request;

/* A message of a call, or (without texts) something that came out about it. What
 * is known of the call by then is asked of the model by its number. */
typedef struct {
    uint32_t number;            /* of the call in the capture, from 1 */
    uint32_t frame;
    int64_t time;
    const char *call_id;        /* valid UTF-8; NULL: not known, or not told here */
    const char *caller;         /* user part or number */
    const char *caller_name;    /* display name */
    const char *callee;
    const char *callee_name;
} sipresp_call;

/* Only first copies make a step: no retransmission counts or resets a clock
 * (RFC 6076 4). An INVITE, BYE or REGISTER is one however many hops, forks and
 * servers it went over, and its final response the best one of these (RFC 3261
 * 16.7 step 6). Where a better one comes, or the one that the client itself
 * got, its step takes the place of the step before: see instead. */
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

/* The step whose place another one takes. Where it was told, which a filter may
 * have kept from the listener, it is to be taken off again. */
typedef struct {
    uint32_t frame;     /* 0: there is none */
    int64_t time;
    int64_t delay;
    uint16_t code;
    bool counted;
} sipresp_step_before;

typedef struct {
    sipresp_step step;
    uint32_t frame;
    int64_t time;
    uint16_t code;      /* of the response; 0 for a request */
    uint16_t after;     /* requests: the challenge or redirection that made the client send the
                         * request again (same Call-ID and From tag); 0: it starts anew */
    bool counted;       /* requests, ALERTED: true.
                         * INVITE_FINAL: false where another fork had answered before.
                         * BYE_FINAL: true where the session that ends began in the capture,
                         * had not ended before, and of several forks that answered is that
                         * of the first.
                         * REGISTER_FINAL: true */
    int64_t delay;      /* SIPRESP_UNKNOWN, or, with every challenge and redirection inside:
                         * ALERTED: since the INVITE (PDD).
                         * INVITE_FINAL: from the INVITE to the first response but 100 (SRD).
                         * BYE: since the 2xx that set up the session (SDT).
                         * BYE_FINAL: since the BYE (SDD).
                         * REGISTER_FINAL: since the REGISTER (RRD) */
    sipresp_step_before instead;
    uint32_t call_number;       /* of the call in the capture; 0: the step is of none */
} sipresp_session_step;

#endif
