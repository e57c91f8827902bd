/* situation.h
 * A final response, or a request without one, with all that the capture shows of
 * it: which conditions of tables/explanations.toml hold.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SITUATION_H
#define SIPRESP_SITUATION_H

#include "calls/details.h"
#include "meaning/explanation.h"

typedef struct {
    const calls *c;             /* NULL: nothing was followed */
    const sip_message *message; /* the response, whole or abridged; NULL: nothing of it is known, or there is none */
    unsigned code;              /* 0: there is no final response */
    sip_method_set method;      /* 0: unregistered or unknown */
    uint32_t request;           /* 0: it was not seen; then so are the next three */
    uint32_t answer;            /* 0: there is none */
    const sip_request *r;
    const sip_answer *a;
    const sip_transaction *t;   /* of the answer; without one the request's first hop */
} situation;

/* To be handed to explanation_choose(). */
bool situation_holds(explanation_condition_id id, const void *user_data);

#endif
