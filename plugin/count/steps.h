/* steps.h
 * Which steps of a session a message is, in the sense of RFC 6076: worked out
 * from the model of calls, and only when somebody asks.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_STEPS_H
#define SIPRESP_STEPS_H

#include "calls/calls.h"
#include "sipresp_tap.h"

typedef void (*step_fn)(const sipresp_session_step *step, void *user_data);

/* Calls found() with each step that a learned message is: the first copy of a
 * request, as this transaction, or a response. The same come in every pass over
 * the capture. */
void steps_of_request(const calls *c, const message_origin *origin, const sip_identity *identity,
                      uint32_t transaction, step_fn found, void *user_data);
void steps_of_response(const calls *c, const message_origin *origin, const sip_identity *identity,
                       const answer_record *record, step_fn found, void *user_data);

#endif
