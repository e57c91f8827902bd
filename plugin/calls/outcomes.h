/* outcomes.h
 * What became of a request, and of a call: its final response, or that none came.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_OUTCOMES_H
#define SIPRESP_OUTCOMES_H

#include "calls/model.h"

/* A new answer, which the message is, of a transaction with a request: makes it
 * the final response of the request if it is the best one, and so on. */
void take_outcome(calls *c, uint32_t answer, const call_message *m);

/* The dialog of the message's call, which is known, between its tags, whichever is whose; NULL: none. */
sip_dialog *dialog_find(const calls *c, const call_message *m);

/* The number of one that is not the first of its call. */
uint32_t dialog_number(const calls *c, const call_message *m);

/* Goes over to what was not answered in time. */
void expire_calls(calls *c, uint32_t frame);

#endif
