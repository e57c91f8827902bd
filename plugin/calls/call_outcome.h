/* call_outcome.h
 * What a response says of the call that its INVITE begins.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CALL_OUTCOME_H
#define SIPRESP_CALL_OUTCOME_H

#include "calls/calls.h"

#define OUTCOME_UNKNOWN (-1)

/* A number of tables/outcomes.toml; OUTCOME_UNKNOWN where the method or the
 * request is not known. record may be NULL. */
static inline int
outcome_of_response(const sip_message *message, sip_text method, const answer_record *record)
{
    const sip_request *request = record ? record->request : NULL;

    if (!method.length) {
        return OUTCOME_UNKNOWN;
    }
    if (!sip_text_equals(method, "INVITE") || (request && request->flags & REQUEST_IN_DIALOG)) {
        return OUTCOME_NOT_A_CALL;
    }
    return request ? (int)response_outcome_of(message) : OUTCOME_UNKNOWN;
}

#endif
