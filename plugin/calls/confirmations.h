/* confirmations.h
 * What an ACK, a PRACK, a CANCEL or a BYE says of the answers before it, and of
 * those that the capture lacks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CONFIRMATIONS_H
#define SIPRESP_CONFIRMATIONS_H

#include "calls/model.h"

void take_ack(calls *c, const call_message *m);
void take_prack(calls *c, const call_message *m);
void take_cancel(calls *c, const call_message *m);

/* request: what the BYE is. */
void take_bye(calls *c, uint32_t request, const call_message *m);

/* Frame of a BYE with this tag in its From, in a dialog without a 2xx; 0: none. */
uint32_t bye_seen_from(const calls *c, uint64_t call, uint64_t tag);

/* Was there a CANCEL, or a BYE of the same dialog, before this new answer? */
bool is_ended_early(const calls *c, uint32_t transaction, const call_message *m);

/* A new answer may stand behind its ACK or PRACK in the file. */
void take_early_confirmation(calls *c, uint32_t answer);

/* Makes what an ACK of a 2xx or a PRACK confirms be found by it, where a request
 * has several hops: a new answer; or, as the second hop comes, all of the first. */
void note_confirmable(calls *c, uint32_t answer);
void note_confirmables_of(calls *c, uint32_t transaction);

#endif
