/* dialog_ends.h
 * Who of a call sent a message, and who ended it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_DIALOG_ENDS_H
#define SIPRESP_DIALOG_ENDS_H

#include "calls/call_facts.h"
#include "calls/model.h"

/* Whose the From tag of the message is. Of the message only call, from and to are read. */
call_side side_of_sender(const calls *c, uint32_t call, const call_message *m);

/* A BYE of the call: the first one of the dialog that ends last ends it; a second one
 * from the other side, but sent by the same host, shows that neither side did. request:
 * what the BYE is; dialog: before it takes the BYE; NULL: none is known. */
void note_call_end(calls *c, uint32_t call, uint32_t request, const sip_dialog *dialog, const call_message *m);

/* The dialog of the call in which the newest first BYE came; its first one where none did. */
const sip_dialog *dialog_that_ended(const calls *c, uint32_t call);

#endif
