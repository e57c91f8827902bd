/* slow_settle.c
 * What comes of a final response.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "slow_model.h"

static int
rank(unsigned code)
{
    return code < 300 ? 0 : code >= 600 ? 1 : code < 400 ? 2 : code < 500 ? 3 : code == 503 ? 5 : 4;
}

static bool
is_preferred(unsigned code)
{
    return code == 401 || code == 407 || code == 415 || code == 420 || code == 484;
}

static bool
is_better(int a, int than)
{
    const unsigned code = slow.as[a].first.text.code, other = slow.as[than].first.text.code;
    const bool first = slow.ts[slow.as[a].transaction].first_hop,
               other_first = slow.ts[slow.as[than].transaction].first_hop;

    if (rank(code) != rank(other)) {
        return rank(code) < rank(other);
    }
    return first != other_first ? first : is_preferred(code) && !is_preferred(other);
}

static void
take_dialog(int a, const slow_text *x)
{
    slow_dialog *d = slow_find_dialog(x);

    if (!d) {
        d = &slow.ds[slow.d_count++];
        *d = (slow_dialog){ x->call, x->from, x->to, a, NONE, false };
        slow_call *c = slow_find_call(x->call);
        c->dialog = c->dialog == NONE ? (int)(d - slow.ds) : c->dialog;
    }
    const slow_transaction *known = &slow.ts[slow.as[d->answer].transaction];
    if (known->request == slow.ts[slow.as[a].transaction].request &&
        slow.ts[slow.as[a].transaction].first_hop && !known->first_hop) {
        d->answer = a;
    }
}

static void
take_final(int a, const slow_text *message)
{
    slow_request *r = &slow.rs[slow.ts[slow.as[a].transaction].request];

    if (r->text.method == INVITE && !r->text.to && slow_is_success(a) && message->to && message->call == r->text.call) {
        take_dialog(a, message);
    }
    if (r->best != NONE && !is_better(a, r->best)) {
        if (slow_is_success(a) && slow_is_success(r->best) &&
            slow.as[a].first.text.to != slow.as[r->best].first.text.to &&
            slow.ts[slow.as[a].transaction].first_hop) {
            slow.as[a].flags |= ANSWER_FURTHER_FORK;
        }
        return;
    }
    slow_dialog *d = slow_find_dialog(message);
    if (r->text.method == BYE && slow_is_success(a) && d && !d->completed) {
        d->completed = true;
        slow.as[a].flags |= ANSWER_COMPLETES;
    }
    slow.as[a].flags |= ANSWER_BEST | (r->best == NONE ? 0 : slow.as[r->best].flags & ANSWER_COMPLETES);
    r->best = a;
    slow_call *c = r->text.method == INVITE && !r->text.to ? slow_find_call(r->text.call) : NULL;
    if (c &&
        (c->counted == NONE ||
            (slow_is_success(c->counted)
                    ? slow_is_success(a) && slow.ts[slow.as[c->counted].transaction].request == r - slow.rs
                    : slow_is_success(a) ||
                          r - slow.rs >= slow.ts[slow.as[c->counted].transaction].request))) {
        c->counted = a;
    }
}

/* message: what brings it about, which is the request where that comes later in the file. */
void
slow_settle(int a, const slow_text *message)
{
    const slow_text *x = &slow.as[a].first.text;
    const int r = slow.ts[slow.as[a].transaction].request;
    const bool first_hop = slow.ts[slow.as[a].transaction].first_hop;

    for (int pass = 0; pass < 2 && slow.rs[r].text.method == INVITE && (slow_is_final(a) || x->rseq); pass++) {
        int found = NONE;
        for (int e = 0; e < slow.early_count; e++) {
            if (slow.earlies[e].scope == (pass ? NONE : slow.as[a].transaction) && slow.earlies[e].request == r &&
                slow.earlies[e].to == x->to && slow.earlies[e].rseq == x->rseq) {
                found = e;
            }
        }
        if (found == NONE) {
            continue;
        }
        if (slow.as[a].first.time - slow.earlies[found].message.time < CALLS_T1) {
            const int blamed = slow_newest_answer(slow.as[a].transaction, false, 0xffff, 0xffff);
            slow.as[a].confirmed = slow.earlies[found].message.frame;
            if (blamed != NONE) {
                slow.as[blamed].flags &= ~(unsigned)ANSWER_ACK_TOO_SOON;
            }
        }
        break;
    }
    if (slow.rs[r].text.method == INVITE && !slow.rs[r].text.to &&
        (x->code == 180 || x->code == 183 || x->code / 100 == 2) && !slow.rs[r].alerted_first_hop &&
        (!slow.rs[r].alerted || first_hop)) {
        slow.as[a].flags |= ANSWER_ALERTS;
        slow.rs[r].alerted = true;
        slow.rs[r].alerted_first_hop |= first_hop;
    }
    if (slow_is_final(a)) {
        take_final(a, message);
    }
}
