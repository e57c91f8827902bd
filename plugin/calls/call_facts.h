/* call_facts.h
 * What is known of a call as a whole: from when to when, who ended it, and at
 * which hosts it begins and ends. Made of what the model keeps anyway.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_FACTS_H
#define SIPRESP_CALL_FACTS_H

#include "calls/joins.h"
#include "meaning/response_info.h"

#define CALLS_UNKNOWN INT64_MIN

typedef struct {
    uint32_t number;        /* of the call */
    uint8_t outcome;        /* of tables/outcomes.toml */
    call_result result;
    call_ender ended_by;
    uint16_t final_code;    /* of the response that its outcome comes from; 0: none */
    uint32_t first_frame;   /* of its first INVITE */
    uint32_t last_frame;
    int64_t begun;          /* time of its first INVITE */
    int64_t setup_time;     /* ns from there to the 2xx, */
    int64_t alert_time;     /* to the first 180 or 183 that the caller got, */
    int64_t ring_time;      /* from that to the final response, */
    int64_t duration;       /* and from the 2xx to the first BYE; CALLS_UNKNOWN: not seen */
    uint32_t caller_host;   /* calls_address() of the first host that sent the INVITE, */
    uint32_t callee_host;   /* and of the last one that it was sent to */
    call_leg leg;
} call_facts;

/* Number of the call with this Call-ID; 0: no INVITE was seen in it that begins a dialog. */
uint32_t calls_call_of(const calls *c, sip_text call_id);

/* The same of a message in this frame: 0 too where the call begins only behind it,
 * so that what is told of it is the same in every pass. */
uint32_t calls_call_by(const calls *c, sip_text call_id, uint32_t frame);

/* number is that of a call. */
call_facts calls_facts_of(const calls *c, uint32_t number);

typedef enum {
    SIDE_UNKNOWN,
    SIDE_CALLER,
    SIDE_CALLEE
} call_side;

/* Whose the From header of a message of the call is. */
call_side calls_from_is_of(const calls *c, uint32_t call, const sip_tags *tags);

#endif
