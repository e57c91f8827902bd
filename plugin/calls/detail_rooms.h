/* detail_rooms.h
 * How the rooms of calls/ hand details on while they learn. Of these rooms alone.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_DETAIL_ROOMS_H
#define SIPRESP_DETAIL_ROOMS_H

#include "calls/details.h"
#include "calls/model.h"

/* A new transaction, with its request. */
void details_of_request(calls *c, uint32_t transaction, const call_message *m);

void details_of_repetition(calls *c, uint32_t transaction, const call_message *m);

/* A new answer; its transaction may lack the request. */
void details_of_answer(calls *c, uint32_t answer, const call_message *m);

/* The first event of the kind stays, but EVENT_LAST_COPY. */
void note_event(calls *c, event_kind kind, uint32_t subject, const call_message *m);

/* Which side of the call a BYE or re-INVITE comes from, by its tags. */
void note_side(calls *c, uint32_t request, const call_message *m);

/* A BYE in a dialog whose first BYE is known. */
void note_other_bye(calls *c, uint32_t request, uint32_t first, const call_message *m);

void note_sent_after(calls *c, uint32_t earlier, uint32_t later);

/* A new transaction, not over UDP: whatever was reset before was not its connection. */
void await_reset(calls *c, const sip_transaction *t);

/* Number of the text, which is kept once; 0 of an empty one. */
uint32_t keep_text(calls *c, sip_text text);

/* The text is NULL where there is none. */
sip_text text_at(const calls *c, uint32_t number);

/* Number of the text that the message is in few bytes. */
uint32_t keep_abridged(calls *c, const sip_message *message);

/* A new event to fill in, or the one to overwrite; NULL: the first one stays. */
call_event *event_to_set(calls *c, event_kind kind, uint32_t subject);

/* Gives up what is not in a pool. */
void details_end(calls *c);

#endif
