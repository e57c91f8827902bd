/* dialog_ends.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/dialog_ends.h"

#include "calls/links.h"
#include "calls/requests.h"

/* Did this tag begin the call, or go on with it after a challenge? */
static bool
is_tag_of_caller(const calls *c, const sip_call *call, const call_message *m, uint64_t tag)
{
    const uint64_t invite = digest_of_text(c, (sip_text){ (const uint8_t *)"INVITE", 6 });
    const uint32_t cseqs[] = { transaction_at(c, request_at(c, call->latest)->first)->cseq,
                               transaction_at(c, request_at(c, call->first)->first)->cseq };
    call_message sent = *m;

    sent.from = tag;
    return request_find(c, &sent, invite, 0, cseqs[0]) ||
           (cseqs[1] != cseqs[0] && request_find(c, &sent, invite, 0, cseqs[1]));
}

call_side
side_of_sender(const calls *c, uint32_t call, const call_message *m)
{
    const sip_call *of = call_at(c, call);

    if (is_tag_of_caller(c, of, m, m->from)) {
        return SIDE_CALLER;
    }
    return m->to && is_tag_of_caller(c, of, m, m->to) ? SIDE_CALLEE : SIDE_UNKNOWN;
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
