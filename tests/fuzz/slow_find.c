/* slow_find.c
 * What the lists are searched for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "slow_model.h"

int64_t
slow_end_time(void)
{
    return slow.last_time > slow.sure_time && slow.last_time - slow.sure_time <= 3600 * CALLS_SECOND
               ? slow.last_time
               : slow.sure_time;
}

bool
slow_is_earlier(int64_t later_in_file, int64_t earlier_in_file)
{
    return later_in_file < earlier_in_file && earlier_in_file - later_in_file < CALLS_T1;
}

/* The message seen from the request: source is the client. */
slow_text
slow_forward(slow_text x)
{
    if (x.code) {
        const slow_text y = x;
        x.source = y.destination;
        x.source_port = y.destination_port;
        x.destination = y.source;
        x.destination_port = y.source_port;
    }
    return x;
}

bool
slow_shares_branch(const slow_text *a, const slow_text *b, unsigned method)
{
    return a->branch == b->branch && a->method == method &&
           (b->branch >= SLOW_OLD_BRANCHES || (a->call == b->call && a->from == b->from && a->cseq == b->cseq));
}

static int
nearness(const slow_text *a, const slow_text *b)
{
    const bool client = a->source == b->source, server = a->destination == b->destination;
    const bool client_port = client && a->source_port == b->source_port;
    const bool server_port = server && a->destination_port == b->destination_port;

    return client && server ? (client_port && server_port ? 0 : server_port ? 1 : client_port ? 2 : 3)
                            : client_port ? 4 : client ? 5 : server ? 6 : 7;
}

/* Of the transactions of that branch and CSeq number the nearest, the newest of several. */
int
slow_find_transaction(const slow_message *m, unsigned method, int farthest)
{
    const slow_text x = slow_forward(m->text);
    int found = NONE, best = farthest + 1;

    for (int i = slow.t_count - 1; i >= 0; i--) {
        const slow_text y = slow_forward(slow.ts[i].first.text);
        if (slow_shares_branch(&y, &x, method) && y.cseq == x.cseq && nearness(&y, &x) < best) {
            found = i;
            best = nearness(&y, &x);
        }
    }
    return found;
}

bool
slow_is_final(int a)
{
    return slow.as[a].first.text.code >= 200;
}

bool
slow_is_success(int a)
{
    return slow.as[a].first.text.code / 100 == 2;
}

/* The newest answer of the transaction that fits; to, rseq, code: 0xffff for any. */
int
slow_newest_answer(int t, bool final, unsigned to, unsigned rseq)
{
    for (int a = slow.a_count - 1; a >= 0; a--) {
        if (slow.as[a].transaction == t && slow_is_final(a) == final &&
            (to == 0xffff || slow.as[a].first.text.to == to) &&
            (rseq == 0xffff || slow.as[a].first.text.rseq == rseq)) {
            return a;
        }
    }
    return NONE;
}

int
slow_find_request(const slow_text *x, unsigned method, unsigned from, unsigned to, unsigned cseq)
{
    for (int r = 0; r < slow.r_count; r++) {
        if (slow.rs[r].text.call == x->call && slow.rs[r].text.method == method && slow.rs[r].text.from == from &&
            slow.rs[r].text.to == to && slow.rs[r].text.cseq == (uint8_t)cseq) {
            return r;
        }
    }
    return NONE;
}

int
slow_hop_count(int r)
{
    int count = 0;

    for (int t = 0; t < slow.t_count; t++) {
        count += slow.ts[t].request == r;
    }
    return count;
}

/* With these ends, or if there is none between these hosts, unless all are on one. */
int
slow_find_hop(int r, const slow_text *x)
{
    int found = NONE;

    for (int most = 0; most <= 3 && found == NONE && (most == 0 || x->source != x->destination); most += 3) {
        for (int t = 0; t < slow.t_count; t++) {
            if (slow.ts[t].request == r && nearness(&slow.ts[t].first.text, x) <= most &&
                (found == NONE || slow.ts[t].joined > slow.ts[found].joined)) {
                found = t;
            }
        }
    }
    return found;
}

/* What an ACK or PRACK between these ends confirms. */
int
slow_find_confirmable(int r, const slow_text *x, unsigned rseq)
{
    for (int most = 0; most <= 3; most += 3) {
        for (int a = slow.a_count - 1; a >= 0 && (most == 0 || x->source != x->destination); a--) {
            const slow_transaction *t = &slow.ts[slow.as[a].transaction];
            if (t->request == r && slow.as[a].first.text.to == x->to &&
                (rseq ? slow.as[a].first.text.rseq == rseq : slow_is_final(a)) &&
                nearness(&t->first.text, x) <= most &&
                (slow_hop_count(r) > 1 || slow.as[a].transaction == slow_find_hop(r, x))) {
                return a;
            }
        }
    }
    return NONE;
}

slow_dialog *
slow_find_dialog(const slow_text *x)
{
    for (int d = 0; d < slow.d_count && x->to; d++) {
        if (slow.ds[d].call == x->call && ((slow.ds[d].one == x->from && slow.ds[d].other == x->to) ||
                                      (slow.ds[d].one == x->to && slow.ds[d].other == x->from))) {
            return &slow.ds[d];
        }
    }
    return NULL;
}

slow_call *
slow_find_call(unsigned id)
{
    for (int c = 0; c < slow.c_count; c++) {
        if (slow.cs[c].call == id) {
            return &slow.cs[c];
        }
    }
    return NULL;
}

uint32_t
slow_confirmed_in(int a)
{
    const int r = slow.ts[slow.as[a].transaction].request;
    uint32_t first = 0, last = 0;

    if (slow.as[a].confirmed || r == NONE || !(slow.as[a].first.text.rseq || slow_is_success(a))) {
        return slow.as[a].confirmed;
    }
    for (int b = 0; b < slow.bypass_count; b++) {
        if (slow.bypasses[b].request == r && slow.bypasses[b].message.text.to == slow.as[a].first.text.to &&
            slow.bypasses[b].rseq == slow.as[a].first.text.rseq) {
            first = first ? first : slow.bypasses[b].message.frame;
            last = slow.bypasses[b].message.frame;
        }
    }
    return first > slow.as[a].first.frame ? first : last > slow.as[a].first.frame ? last : 0;
}
