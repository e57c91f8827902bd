/* transaction_checks.h
 * Which rules a response breaks when it is read with its transaction in mind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_TRANSACTION_CHECKS_H
#define SIPRESP_TRANSACTION_CHECKS_H

#include "calls/calls.h"
#include "meaning/checks.h"

/* A response as it stands in one frame. */
typedef struct {
    unsigned code;
    sip_method_set method;
    int64_t time;               /* of the frame, ns since the epoch */
    const calls *followed;
    const answer_record *record;
} judged_response;

/* Nothing is said of what the rest of the capture could still bring, as far as
 * it was seen. ignored, found and user_data as for check_response(). */
void check_transaction(const judged_response *response, const bool *ignored, response_finding_fn found,
                       void *user_data);

#endif
