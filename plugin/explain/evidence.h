/* evidence.h
 * The frames that show what a sentence says: what conditions and places both ask
 * for. NULL: there is none, or more than anybody would look at.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_EVIDENCE_H
#define SIPRESP_EVIDENCE_H

#include "explain/situation.h"

/* Hops of a request, answers of a hop: more are only there where somebody made
 * them up, and then nothing is said. */
#define SITUATION_LOOKED_AT 64

typedef bool (*hop_fn)(const situation *s, const sip_transaction *hop);
typedef bool (*answer_fn)(const situation *s, const sip_answer *answer);

/* The first hop of the request that fits. */
const sip_transaction *situation_find_hop(const situation *s, hop_fn fits);

/* The oldest answer of the hop that fits. */
const sip_answer *situation_find_answer(const situation *s, const sip_transaction *hop, answer_fn fits);

/* 401 and 407 */
static inline bool
situation_is_challenge(unsigned code)
{
    return code == 401 || code == 407;
}

/* 180, before the final answer. */
bool situation_is_ringing(const situation *s, const sip_answer *answer);
/* Or 183, which may bring ringing or an announcement. */
bool situation_is_progress(const situation *s, const sip_answer *answer);
/* The code that is explained. */
bool situation_has_same_code(const situation *s, const sip_answer *answer);

/* Did the server send the request on over this hop? Where it and its client are
 * on one host, only ports tell. */
bool situation_is_behind(const situation *s, const sip_transaction *hop);

/* The first header of the name in the response; false: there is none, or no response. */
bool situation_header(const situation *s, sip_header_id id, sip_text *value);
/* The same of one that is a number of seconds. */
bool situation_seconds(const situation *s, sip_header_id id, uint32_t *seconds);

const sip_transaction *situation_first_hop(const situation *s);
/* The request that was sent in place of this one. */
const sip_request *situation_next(const situation *s);
/* The first answer that told the caller of ringing on this hop, before the final one. */
const sip_answer *situation_ringing(const situation *s);
const sip_answer *situation_progress(const situation *s);
/* A hop over which the server sent the request on: the one with the same answer, else one that rang, else the first. */
const sip_transaction *situation_behind(const situation *s);
/* A hop of the same client to another server, later than the answer: one that was answered with 2xx, else the first. */
const sip_transaction *situation_other_server(const situation *s);
/* The CANCEL of this hop, else of the first one, before the answer. */
const call_event *situation_cancel(const situation *s);
/* That of the hop where the INVITE was seen first. */
const call_event *situation_first_cancel(const situation *s);
const call_event *situation_icmp(const situation *s);
/* The BYE that ended the session which the answer set up. */
const sip_request *situation_bye(const situation *s);
/* A hop that repeats an earlier one between the same ends. */
const sip_transaction *situation_loop(const situation *s);

#endif
