/* links.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/links.h"

#include "calls/detail_rooms.h"

uint64_t
requests_key(const calls *c, const call_message *m, uint64_t method, uint64_t to)
{
    return key_with(c, key_with(c, key_of(c, KEY_REQUEST, m->call, m->from), to), method);
}

/* Does the later request show what such an answer asks for? RFC 3261 8.1.3.5:
 * where that is no more than another header, it has the next CSeq number. */
static bool
is_answer_to(const calls *c, const sip_request *later, const sip_request *earlier, unsigned code)
{
    switch (code) {
    case 401:
    case 407:
        return later->flags & REQUEST_CREDENTIALS;
    case 503:
        return transaction_at(c, later->first)->server != transaction_at(c, earlier->first)->server;
    case 413:
    case 415:
    case 416:
    case 420:
    case 422:
    case 423:
    case 491:
        return true;
    default:
        return code >= 300 && code < 400 && later->uri != earlier->uri;
    }
}

void
link_to_earlier(calls *c, uint32_t request, const call_message *m)
{
    sip_request *r = request_at(c, request);

    if (r->call && call_at(c, r->call)->first == request) {
        return;
    }
    const uint32_t earlier = index_find(&c->index, own_request_key(c, m, m->identity->cseq - 1));
    if (!earlier || !request_at(c, earlier)->best) {
        return;
    }
    const sip_answer *best = answer_at(c, request_at(c, earlier)->best);
    const int64_t waited = m->origin->time - best->time;
    if (waited <= -CALLS_T1 || waited > CALLS_64_T1 || !is_answer_to(c, r, request_at(c, earlier), best->code)) {
        if (m->identity->cut) {
            request_at(c, earlier)->flags |= REQUEST_FOLLOWED_CUT;
        }
        return;
    }
    r->flags |= REQUEST_SENT_AGAIN;
    r->after = best->code;
    index_put(&c->index, key_of(c, KEY_SENT_BEFORE, request, 0), earlier);
    note_sent_after(c, earlier, request);
    if (code_set_has(c->codes.continued, best->code)) {
        index_put(&c->index, key_of(c, KEY_FIRST_ATTEMPT, request, 0), calls_first_attempt(c, earlier));
    }
}

uint32_t
calls_sent_before(const calls *c, uint32_t request)
{
    return request_at(c, request)->flags & REQUEST_SENT_AGAIN ?
           index_find(&c->index, key_of(c, KEY_SENT_BEFORE, request, 0)) : 0;
}

uint32_t
calls_first_attempt(const calls *c, uint32_t request)
{
    const uint32_t first = request_at(c, request)->flags & REQUEST_SENT_AGAIN ?
                           index_find(&c->index, key_of(c, KEY_FIRST_ATTEMPT, request, 0)) : 0;

    return first ? first : request;
}
