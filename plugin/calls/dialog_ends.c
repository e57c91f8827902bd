/* dialog_ends.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/dialog_ends.h"

#include "calls/outcomes.h"

call_side
side_of_sender(const calls *c, uint32_t call, const call_message *m)
{
    const uint32_t caller = call_at(c, call)->caller;

    if (!caller) {
        return SIDE_UNKNOWN;
    }
    return hash_of_tag(m->from) == caller ? SIDE_CALLER : hash_of_tag(m->to) == caller ? SIDE_CALLEE : SIDE_UNKNOWN;
}

/* Few calls have another dialog than the first, and of those few one that ends. */
static uint64_t
ended_key(const calls *c, uint32_t call)
{
    return key_of(c, KEY_ENDED, call, 0);
}

/* Stands for the first dialog, where another one had ended before. */
#define FIRST_DIALOG UINT32_MAX

const sip_dialog *
dialog_that_ended(const calls *c, uint32_t call)
{
    const uint32_t number = call_at(c, call)->forked ? index_find(&c->index, ended_key(c, call)) : 0;

    return number && number != FIRST_DIALOG ? (const sip_dialog *)pool_at(&c->dialogs, number) : &call_at(c, call)->dialog;
}

static void
note_dialog_end(calls *c, uint32_t call, const sip_dialog *dialog, const call_message *m)
{
    if (dialog != &call_at(c, call)->dialog) {
        index_put(&c->index, ended_key(c, call), dialog_number(c, m));
    } else if (dialog_that_ended(c, call) != dialog) {
        index_put(&c->index, ended_key(c, call), FIRST_DIALOG);
    }
}

void
note_call_end(calls *c, uint32_t call, uint32_t request, const sip_dialog *dialog, const call_message *m)
{
    sip_call *ended = call_at(c, call);
    const call_side side = side_of_sender(c, call, m);
    const call_ender ender = side == SIDE_CALLER ? ENDED_BY_CALLER :
                             side == SIDE_CALLEE ? ENDED_BY_CALLEE : ENDED_BY_UNKNOWN;

    if (!dialog || !dialog->bye) {
        if (dialog) {
            note_dialog_end(c, call, dialog, m);
        }
        ended->ended_by = dialog || !ended->ended_by ? (uint8_t)ender : ended->ended_by;
        return;
    }
    if (dialog == dialog_that_ended(c, call) && dialog->bye != request && ender != ENDED_BY_UNKNOWN &&
        ended->ended_by != ender && transaction_at(c, request_at(c, dialog->bye)->first)->client == m->client.address) {
        ended->ended_by = ENDED_BY_NETWORK;
    }
}
