/* session_steps.h
 * Which steps of a session a message is, in the sense of RFC 6076: worked out
 * from what transactions.c knows, and only when somebody asks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SESSION_STEPS_H
#define SIPRESP_SESSION_STEPS_H

#include "sipresp_tap.h"
#include "calls/transactions.h"

#define STEPS_OF_MESSAGE_MAX 2

/* Is no other final response of the transaction older? False for a provisional one. */
bool answer_is_first_final(const sip_answer *answer);

/* Fills in the steps that a learned message of the frame is; returns how many.
 * The same comes out in every pass over the capture. */
unsigned steps_of_request(const packet_info *pinfo, const sip_identity *identity, sip_text method,
                          sipresp_session_step steps[STEPS_OF_MESSAGE_MAX]);
unsigned steps_of_response(const packet_info *pinfo, const sip_identity *identity, const answer_record *record,
                           sipresp_session_step steps[STEPS_OF_MESSAGE_MAX]);

#endif
