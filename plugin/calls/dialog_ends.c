/* dialog_ends.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/dialog_ends.h"

call_side
side_of_sender(const calls *c, uint32_t call, const call_message *m)
{
    const uint32_t caller = call_at(c, call)->caller;

    if (!caller) {
        return SIDE_UNKNOWN;
    }
    return hash_of_tag(m->from) == caller ? SIDE_CALLER : hash_of_tag(m->to) == caller ? SIDE_CALLEE : SIDE_UNKNOWN;
}

void
note_call_end(calls *c, uint32_t call, uint32_t request, const call_message *m)
{
    sip_call *ended = call_at(c, call);
    const call_side side = side_of_sender(c, call, m);
    const call_ender ender = side == SIDE_CALLER ? ENDED_BY_CALLER :
                             side == SIDE_CALLEE ? ENDED_BY_CALLEE : ENDED_BY_UNKNOWN;

    if (!ended->ended_by) {
        ended->ended_by = (uint8_t)ender;
        return;
    }
    const uint32_t first = ended->dialog.bye;
    if (ender != ENDED_BY_UNKNOWN && ended->ended_by != ender && first && first != request &&
        transaction_at(c, request_at(c, first)->first)->client == m->client.address) {
        ended->ended_by = ENDED_BY_NETWORK;
    }
}
