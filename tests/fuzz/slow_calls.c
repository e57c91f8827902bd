/* slow_calls.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "slow_calls.h"

#include <stdlib.h>
#include <string.h>

#include "calls/calls.h"

#define NONE (-1)

typedef struct {
    slow_message first;         /* request, or (request NONE) the answer that made it */
    int request;
    bool first_hop, cancelled;
    int copies;
    int joined;                 /* the request, in this order */
} transaction;

typedef struct {
    slow_text text;
    int first, best, earlier;
    unsigned after;
    bool alerted, alerted_first_hop, lost;
} request;

typedef struct {
    slow_message first;
    int transaction;
    int copies;
    unsigned flags;
    uint32_t confirmed;
} answer;

typedef struct { int answer; uint32_t frame, repetition, before; } copy;
typedef struct { slow_message message; int scope, request; unsigned to, rseq; } early;
typedef struct { slow_message message; int request; unsigned rseq; } bypassing;
typedef struct { unsigned call, one, other; int answer, bye; bool completed; } dialog;
typedef struct { unsigned call; int latest, counted, first, ended_by, dialog, ended; uint32_t last_frame; } call;

static transaction ts[SLOW_MESSAGES_MAX];
static request rs[SLOW_MESSAGES_MAX];
static answer as[SLOW_MESSAGES_MAX];
static copy copies[SLOW_MESSAGES_MAX];
static early earlies[2 * SLOW_MESSAGES_MAX];
static bypassing bypasses[SLOW_MESSAGES_MAX];
static dialog ds[SLOW_MESSAGES_MAX];
static call cs[SLOW_MESSAGES_MAX];
static slow_message originals[SLOW_MESSAGES_MAX], byes[SLOW_MESSAGES_MAX];
static int t_count, r_count, a_count, copy_count, early_count, bypass_count, d_count, c_count, original_count, bye_count;
static int64_t last_time, sure_time;
static int ticks, joined_count;

void
slow_start(void)
{
    t_count = r_count = a_count = copy_count = early_count = bypass_count = d_count = c_count = 0;
    original_count = bye_count = ticks = joined_count = 0;
}

void
slow_tick(int64_t time)
{
    const int64_t less = time < last_time ? time : last_time;
    const int64_t more = time < last_time ? last_time : time;

    if (ticks < 2) {
        sure_time = ticks++ ? less : time;
    } else if (less > sure_time) {
        sure_time = less;
    } else if (more < sure_time - CALLS_64_T1) {
        sure_time = more;
    }
    last_time = time;
}

static int64_t
end_time(void)
{
    return last_time > sure_time && last_time - sure_time <= 3600 * CALLS_SECOND ? last_time : sure_time;
}

static bool
is_earlier(int64_t later_in_file, int64_t earlier_in_file)
{
    return later_in_file < earlier_in_file && earlier_in_file - later_in_file < CALLS_T1;
}

/* The message seen from the request: source is the client. */
static slow_text
forward(slow_text x)
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

static bool
shares_branch(const slow_text *a, const slow_text *b, unsigned method)
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
static int
find_transaction(const slow_message *m, unsigned method, int farthest)
{
    const slow_text x = forward(m->text);
    int found = NONE, best = farthest + 1;

    for (int i = t_count - 1; i >= 0; i--) {
        const slow_text y = forward(ts[i].first.text);
        if (shares_branch(&y, &x, method) && y.cseq == x.cseq && nearness(&y, &x) < best) {
            found = i;
            best = nearness(&y, &x);
        }
    }
    return found;
}

static bool
is_final(int a)
{
    return as[a].first.text.code >= 200;
}

static bool
is_success(int a)
{
    return as[a].first.text.code / 100 == 2;
}

/* The newest answer of the transaction that fits; to, rseq, code: 0xffff for any. */
static int
newest_answer(int t, bool final, unsigned to, unsigned rseq)
{
    for (int a = a_count - 1; a >= 0; a--) {
        if (as[a].transaction == t && is_final(a) == final && (to == 0xffff || as[a].first.text.to == to) &&
            (rseq == 0xffff || as[a].first.text.rseq == rseq)) {
            return a;
        }
    }
    return NONE;
}

static int
find_request(const slow_text *x, unsigned method, unsigned from, unsigned to, unsigned cseq)
{
    for (int r = 0; r < r_count; r++) {
        if (rs[r].text.call == x->call && rs[r].text.method == method && rs[r].text.from == from &&
            rs[r].text.to == to && rs[r].text.cseq == (uint8_t)cseq) {
            return r;
        }
    }
    return NONE;
}

static int
hop_count(int r)
{
    int count = 0;

    for (int t = 0; t < t_count; t++) {
        count += ts[t].request == r;
    }
    return count;
}

/* With these ends, or if there is none between these hosts, unless all are on one. */
static int
find_hop(int r, const slow_text *x)
{
    int found = NONE;

    for (int most = 0; most <= 3 && found == NONE && (most == 0 || x->source != x->destination); most += 3) {
        for (int t = 0; t < t_count; t++) {
            if (ts[t].request == r && nearness(&ts[t].first.text, x) <= most &&
                (found == NONE || ts[t].joined > ts[found].joined)) {
                found = t;
            }
        }
    }
    return found;
}

/* What an ACK or PRACK between these ends confirms. */
static int
find_confirmable(int r, const slow_text *x, unsigned rseq)
{
    for (int most = 0; most <= 3; most += 3) {
        for (int a = a_count - 1; a >= 0 && (most == 0 || x->source != x->destination); a--) {
            const transaction *t = &ts[as[a].transaction];
            if (t->request == r && as[a].first.text.to == x->to && (rseq ? as[a].first.text.rseq == rseq : is_final(a)) &&
                nearness(&t->first.text, x) <= most &&
                (hop_count(r) > 1 || as[a].transaction == find_hop(r, x))) {
                return a;
            }
        }
    }
    return NONE;
}

static dialog *
find_dialog(const slow_text *x)
{
    for (int d = 0; d < d_count && x->to; d++) {
        if (ds[d].call == x->call && ((ds[d].one == x->from && ds[d].other == x->to) ||
                                      (ds[d].one == x->to && ds[d].other == x->from))) {
            return &ds[d];
        }
    }
    return NULL;
}

static call *
find_call(unsigned id)
{
    for (int c = 0; c < c_count; c++) {
        if (cs[c].call == id) {
            return &cs[c];
        }
    }
    return NULL;
}

static uint32_t
confirmed_in(int a)
{
    const int r = ts[as[a].transaction].request;
    uint32_t first = 0, last = 0;

    if (as[a].confirmed || r == NONE || !(as[a].first.text.rseq || is_success(a))) {
        return as[a].confirmed;
    }
    for (int b = 0; b < bypass_count; b++) {
        if (bypasses[b].request == r && bypasses[b].message.text.to == as[a].first.text.to &&
            bypasses[b].rseq == as[a].first.text.rseq) {
            first = first ? first : bypasses[b].message.frame;
            last = bypasses[b].message.frame;
        }
    }
    return first > as[a].first.frame ? first : last > as[a].first.frame ? last : 0;
}

static void
note_early(const slow_message *m, int scope, int r, unsigned rseq)
{
    earlies[early_count++] = (early){ *m, scope, r, m->text.to, rseq };
}

static void
blame_ack(const slow_message *m, int t)
{
    const int final = newest_answer(t, true, 0xffff, 0xffff);
    const int provisional = newest_answer(t, false, 0xffff, 0xffff);

    if (final != NONE) {
        as[final].flags |= confirmed_in(final) ? 0 : ANSWER_ACK_OTHER_TAG;
        return;
    }
    rs[ts[t].request].lost = true;
    note_early(m, t, ts[t].request, 0);
    if (provisional != NONE) {
        as[provisional].flags |= ANSWER_ACK_TOO_SOON;
    }
}

static void
confirm(int a, const slow_message *m)
{
    as[a].confirmed = as[a].confirmed ? as[a].confirmed : m->frame;
}

static int
find_invite(const slow_text *x, unsigned cseq)
{
    const int initial = find_request(x, INVITE, x->from, 0, cseq);

    return initial != NONE ? initial : find_request(x, INVITE, x->from, x->to, cseq);
}

static bool
is_known_fork(int r, int hop, const slow_text *x)
{
    for (int a = 0; a < a_count; a++) {
        const bool here = as[a].transaction == hop && as[a].first.text.code != 100;
        const bool there = ts[as[a].transaction].request == r && is_final(a) && hop_count(r) > 1;
        if (as[a].first.text.to == x->to && (here || there)) {
            return true;
        }
    }
    return false;
}

static void
take_ack_of_2xx(const slow_message *m)
{
    const slow_text *x = &m->text;
    const int r = find_invite(x, x->cseq);

    if (r == NONE) {
        const dialog *d = find_dialog(x);
        if (d && !confirmed_in(d->answer) && find_request(x, INVITE, x->from, x->to, x->cseq) == NONE) {
            as[d->answer].flags |= ANSWER_ACK_OTHER_CSEQ;
        }
        return;
    }
    const int a = find_confirmable(r, x, 0), hop = find_hop(r, x);
    if (a != NONE) {
        confirm(a, m);
        return;
    }
    if (rs[r].best == NONE || (hop != NONE && !is_known_fork(r, hop, x))) {
        int newest = hop;
        for (int t = 0; t < t_count && hop == NONE; t++) {
            newest = ts[t].request == r && (newest == NONE || ts[t].joined > ts[newest].joined) ? t : newest;
        }
        blame_ack(m, newest);
    }
    if (hop == NONE) {
        bypasses[bypass_count++] = (bypassing){ *m, r, 0 };
        note_early(m, NONE, r, 0);
    }
}

static void
take_ack(const slow_message *m)
{
    const int t = find_transaction(m, INVITE, 7);
    int other = NONE;

    if (t != NONE && ts[t].request != NONE) {
        const int final = newest_answer(t, true, m->text.to, 0xffff);
        if (final != NONE) {
            confirm(final, m);
        } else {
            blame_ack(m, t);
        }
        return;
    }
    for (int i = 0; i < t_count && t == NONE; i++) {
        const slow_text y = forward(ts[i].first.text);
        other = shares_branch(&y, &m->text, INVITE) ? i : other;
    }
    const int final = other == NONE ? NONE : newest_answer(other, true, 0xffff, 0xffff);
    if (final != NONE) {
        as[final].flags |= ANSWER_ACK_OTHER_CSEQ;
    } else {
        take_ack_of_2xx(m);
    }
}

static void
take_prack(const slow_message *m)
{
    const int r = find_invite(&m->text, m->text.rack_cseq);
    const int a = r == NONE ? NONE : find_confirmable(r, &m->text, m->text.rack_rseq);

    if (r == NONE) {
        return;
    }
    if (a != NONE) {
        confirm(a, m);
        return;
    }
    const int hop = find_hop(r, &m->text);
    if (hop == NONE) {
        bypasses[bypass_count++] = (bypassing){ *m, r, m->text.rack_rseq };
    }
    note_early(m, hop, r, m->text.rack_rseq);
}

static bool
begins_the_call(const call *c, unsigned tag)
{
    return tag == rs[c->first].text.from;
}

int
slow_side(const slow_text *x)
{
    const call *c = find_call(x->call);

    return !c ? 0 : begins_the_call(c, x->from) ? 1 : x->to && begins_the_call(c, x->to) ? 2 : 0;
}

static void
note_end(call *c, int r, const dialog *d, const slow_message *m)
{
    const int side = slow_side(&m->text);

    if (!d) {
        c->ended_by = c->ended_by ? c->ended_by : side;
    } else if (d->bye == NONE) {
        c->ended_by = side;
        c->ended = (int)(d - ds);
    } else if (side && side != c->ended_by && c->ended == d - ds && d->bye != r &&
               ts[rs[d->bye].first].first.text.source == m->text.source) {
        c->ended_by = 3;
    }
}

static void
take_bye(const slow_message *m, int r)
{
    dialog *d = find_dialog(&m->text);
    call *c = find_call(m->text.call);

    if (d) {
        if (c) {
            note_end(c, r, d, m);
        }
        d->bye = d->bye == NONE ? r : d->bye;
        return;
    }
    byes[bye_count++] = *m;
    if (c) {
        note_end(c, r, NULL, m);
        const unsigned cseq = ts[rs[c->latest].first].first.text.cseq;
        if (find_request(&m->text, INVITE, m->text.from, 0, cseq) != NONE ||
            find_request(&m->text, INVITE, m->text.to, 0, cseq) != NONE) {
            rs[c->latest].lost = true;
        }
    }
}

static bool
is_ended_early(int t, const slow_text *x)
{
    const dialog *d = find_dialog(x);

    if (ts[t].cancelled || (d && d->bye != NONE)) {
        return true;
    }
    for (int b = 0; b < bye_count; b++) {
        if (byes[b].text.call == x->call && (byes[b].text.from == x->from || byes[b].text.to == x->from)) {
            return true;
        }
    }
    return false;
}

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
    const unsigned code = as[a].first.text.code, other = as[than].first.text.code;
    const bool first = ts[as[a].transaction].first_hop, other_first = ts[as[than].transaction].first_hop;

    if (rank(code) != rank(other)) {
        return rank(code) < rank(other);
    }
    return first != other_first ? first : is_preferred(code) && !is_preferred(other);
}

static void
take_dialog(int a, const slow_text *x)
{
    dialog *d = find_dialog(x);

    if (!d) {
        d = &ds[d_count++];
        *d = (dialog){ x->call, x->from, x->to, a, NONE, false };
        call *c = find_call(x->call);
        c->dialog = c->dialog == NONE ? (int)(d - ds) : c->dialog;
    }
    const transaction *known = &ts[as[d->answer].transaction];
    if (known->request == ts[as[a].transaction].request && ts[as[a].transaction].first_hop && !known->first_hop) {
        d->answer = a;
    }
}

static void
take_final(int a, const slow_text *message)
{
    request *r = &rs[ts[as[a].transaction].request];

    if (r->text.method == INVITE && !r->text.to && is_success(a) && message->to && message->call == r->text.call) {
        take_dialog(a, message);
    }
    if (r->best != NONE && !is_better(a, r->best)) {
        if (is_success(a) && is_success(r->best) && as[a].first.text.to != as[r->best].first.text.to &&
            ts[as[a].transaction].first_hop) {
            as[a].flags |= ANSWER_FURTHER_FORK;
        }
        return;
    }
    dialog *d = find_dialog(message);
    if (r->text.method == BYE && is_success(a) && d && !d->completed) {
        d->completed = true;
        as[a].flags |= ANSWER_COMPLETES;
    }
    as[a].flags |= ANSWER_BEST | (r->best == NONE ? 0 : as[r->best].flags & ANSWER_COMPLETES);
    r->best = a;
    call *c = r->text.method == INVITE && !r->text.to ? find_call(r->text.call) : NULL;
    if (c && (c->counted == NONE ||
              (is_success(c->counted) ? is_success(a) && ts[as[c->counted].transaction].request == r - rs
                                      : is_success(a) || r - rs >= ts[as[c->counted].transaction].request))) {
        c->counted = a;
    }
}

/* message: what brings it about, which is the request where that comes later in the file. */
static void
settle(int a, const slow_text *message)
{
    const slow_text *x = &as[a].first.text;
    const int r = ts[as[a].transaction].request;
    const bool first_hop = ts[as[a].transaction].first_hop;

    for (int pass = 0; pass < 2 && rs[r].text.method == INVITE && (is_final(a) || x->rseq); pass++) {
        int found = NONE;
        for (int e = 0; e < early_count; e++) {
            if (earlies[e].scope == (pass ? NONE : as[a].transaction) && earlies[e].request == r &&
                earlies[e].to == x->to && earlies[e].rseq == x->rseq) {
                found = e;
            }
        }
        if (found == NONE) {
            continue;
        }
        if (as[a].first.time - earlies[found].message.time < CALLS_T1) {
            const int blamed = newest_answer(as[a].transaction, false, 0xffff, 0xffff);
            as[a].confirmed = earlies[found].message.frame;
            if (blamed != NONE) {
                as[blamed].flags &= ~(unsigned)ANSWER_ACK_TOO_SOON;
            }
        }
        break;
    }
    if (rs[r].text.method == INVITE && !rs[r].text.to && (x->code == 180 || x->code == 183 || x->code / 100 == 2) &&
        !rs[r].alerted_first_hop && (!rs[r].alerted || first_hop)) {
        as[a].flags |= ANSWER_ALERTS;
        rs[r].alerted = true;
        rs[r].alerted_first_hop |= first_hop;
    }
    if (is_final(a)) {
        take_final(a, message);
    }
}

static void
link_to_earlier(int r, const slow_message *m)
{
    const int e = find_request(&m->text, m->text.method, m->text.from, m->text.to, m->text.cseq - 1u);
    const int best = e == NONE ? NONE : rs[e].best;

    if (best == NONE) {
        return;
    }
    const unsigned code = as[best].first.text.code;
    const int64_t waited = m->time - as[best].first.time;
    const bool amended = code == 413 || code == 415 || code == 416 || code == 420 || code == 422 || code == 423 || code == 491;
    if (waited > -CALLS_T1 && waited <= CALLS_64_T1 &&
        (amended || ((code == 401 || code == 407) && m->text.credentials) ||
         (code == 503 && m->text.destination != ts[rs[e].first].first.text.destination) ||
         (code / 100 == 3 && rs[e].text.uri != m->text.uri))) {
        rs[r].after = code;
        rs[r].earlier = e;
    }
}

static void
take_hop(int t, const slow_message *m)
{
    const slow_text *x = &m->text;
    int r = find_request(x, x->method, x->from, x->to, x->cseq);
    const bool is_new = r == NONE;

    if (is_new) {
        r = r_count++;
        rs[r] = (request){ .text = *x, .first = t, .best = NONE, .earlier = NONE };
        ts[t].first_hop = true;
        if (x->method == INVITE && !x->to) {
            call *c = find_call(x->call);
            if (!c) {
                c = &cs[c_count++];
                *c = (call){ x->call, r, NONE, r, 0, NONE, NONE, 0 };
            }
            c->latest = r;
        }
    }
    ts[t].request = r;
    ts[t].joined = ++joined_count;
    if (is_new) {
        link_to_earlier(r, m);
    }
}

static void
learn_request(const slow_message *m)
{
    if (m->text.method == ACK) {
        take_ack(m);
        return;
    }
    int t = find_transaction(m, m->text.method, 0);
    if (t != NONE && ts[t].request != NONE) {
        ts[t].copies++;
        return;
    }
    int64_t first = INT64_MAX;
    int answers = 0;
    for (int a = 0; a < a_count && t != NONE; a++) {
        if (as[a].transaction == t) {
            first = as[a].first.time < first ? as[a].first.time : first;
            answers++;
        }
    }
    const bool adopts = t != NONE && answers <= CALLS_ADOPTED_MAX && is_earlier(m->time, first);
    if (!adopts) {
        t = t_count++;
    }
    ts[t] = (transaction){ .first = *m, .request = NONE, .copies = 1, .cancelled = adopts && ts[t].cancelled };
    take_hop(t, m);
    for (int a = 0, last = a_count; a < last && adopts; a++) {
        if (as[a].transaction == t) {
            as[a].flags = (as[a].flags & ~(unsigned)ANSWER_UNSEEN_REQUEST) | ANSWER_ADOPTED;
        }
    }
    for (int a = 0, last = a_count; a < last && adopts; a++) {
        if (as[a].transaction == t) {
            slow_text answered = m->text;
            answered.to = answered.to ? answered.to : as[a].first.text.to;
            settle(a, &answered);
        }
    }
    if (m->text.method == BYE && m->text.to) {
        take_bye(m, ts[t].request);
    } else if (m->text.method == CANCEL) {
        const int cancelled = find_transaction(m, INVITE, 7);
        if (cancelled != NONE) {
            ts[cancelled].cancelled = true;
            const int final = newest_answer(cancelled, true, 0xffff, 0xffff);
            if (final != NONE && is_earlier(m->time, as[final].first.time)) {
                as[final].flags &= ~(unsigned)ANSWER_UNCANCELLED;
            }
        }
    } else if (m->text.method == PRACK && m->text.rack_rseq) {
        take_prack(m);
    }
}

static unsigned
flags_of_new(const slow_message *m, int t)
{
    const slow_text *x = &m->text;
    unsigned flags = ANSWER_FIRST | (ts[t].copies > 1 ? ANSWER_AFTER_REPEAT : 0);
    int last = NONE, reliable = 0;

    for (int a = 0; a < a_count; a++) {
        if (as[a].transaction != t) {
            continue;
        }
        flags &= ~(unsigned)(ANSWER_FIRST | ANSWER_AFTER_REPEAT);
        if (x->code >= 200 && is_final(a) &&
            (as[a].first.text.to == x->to || x->method != INVITE || x->code / 100 != 2)) {
            flags |= ANSWER_SECOND_FINAL;
        }
        reliable += as[a].first.text.rseq && as[a].first.text.to == x->to;
        last = as[a].first.text.rseq && as[a].first.text.to == x->to ? a : last;
    }
    if (x->code == 487 && !is_ended_early(t, x)) {
        flags |= ANSWER_UNCANCELLED;
    }
    flags |= x->rseq && reliable == 1 ? ANSWER_SECOND_RELIABLE : 0;
    if (x->rseq && last != NONE) {
        const unsigned before = as[last].first.text.rseq;
        if (!is_earlier(m->time, as[last].first.time)) {
            flags |= x->rseq != before + 1 ? ANSWER_RSEQ_ORDER : 0;
        } else if (before == x->rseq + 1u) {
            as[last].flags &= ~(unsigned)ANSWER_RSEQ_ORDER;
        } else {
            flags |= ANSWER_RSEQ_ORDER;
        }
    }
    return flags;
}

static bool
requests_would_be_seen(const slow_message *m)
{
    for (int i = 0; i < original_count; i++) {
        if (!originals[i].text.code && originals[i].text.source == m->text.destination &&
            originals[i].text.destination == m->text.source) {
            return m->time - originals[i].time > (m->text.method == INVITE ? CALLS_TIMER_C : CALLS_64_T1);
        }
    }
    return false;
}

static int
find_same(const slow_message *m, int t)
{
    for (int a = 0; a < a_count; a++) {
        if (as[a].transaction == t && as[a].first.text.code == m->text.code && as[a].first.text.to == m->text.to &&
            as[a].first.text.rseq == m->text.rseq) {
            return a;
        }
    }
    return NONE;
}

static void
learn_response(const slow_message *m)
{
    int t = find_transaction(m, m->text.method, 7);

    if (t == NONE) {
        t = t_count++;
        ts[t] = (transaction){ .first = *m, .request = NONE };
    }
    const int same = find_same(m, t);
    if (same != NONE) {
        copies[copy_count++] = (copy){ same, m->frame, (uint32_t)as[same].copies++, 0 };
        return;
    }
    const unsigned flags = flags_of_new(m, t);
    const bool unseen = ts[t].request == NONE && requests_would_be_seen(m);
    const int a = a_count++;
    as[a] = (answer){ *m, t, 1, flags | (unseen ? ANSWER_UNSEEN_REQUEST : 0), 0 };
    if (ts[t].request != NONE) {
        settle(a, &as[a].first.text);
    }
}

static void
learn(const slow_message *m)
{
    for (int i = original_count - 1; i >= 0; i--) {
        if (memcmp(&originals[i].text, &m->text, sizeof m->text) != 0) {
            continue;
        }
        const int64_t apart = llabs(originals[i].time - m->time);
        if (apart <= 5 * CALLS_MS || (m->ip_id && m->ip_id == originals[i].ip_id && apart < CALLS_T1)) {
            const int t = find_transaction(m, m->text.method, 7);
            const int same = t == NONE || !m->text.code ? NONE : find_same(m, t);
            copies[copy_count++] = (copy){ same, m->frame, 0, originals[i].frame };
            return;
        }
        break;
    }
    originals[original_count++] = *m;
    if (m->text.code) {
        learn_response(m);
    } else {
        learn_request(m);
    }
}

void
slow_learn(const slow_message *m)
{
    learn(m);
    call *c = find_call(m->text.call);
    if (c) {
        c->last_frame = m->frame;
    }
}

int
slow_call_count(void)
{
    return c_count;
}

static int
alert_of(int r)
{
    int found = NONE;

    for (int a = 0; a < a_count; a++) {
        if (ts[as[a].transaction].request == r && as[a].flags & ANSWER_ALERTS &&
            (found == NONE || ts[as[a].transaction].first_hop)) {
            found = a;
        }
    }
    return found != NONE && !is_final(found) ? found : NONE;
}

static unsigned
callee_host(const call *c, int r)
{
    int newest = NONE, answered = NONE;

    for (int t = 0; t < t_count; t++) {
        if (ts[t].request != r) {
            continue;
        }
        newest = newest == NONE || ts[t].joined > ts[newest].joined ? t : newest;
        if (c->counted != NONE && newest_answer(t, true, as[c->counted].first.text.to, 0xffff) != NONE) {
            answered = answered == NONE || ts[t].joined > ts[answered].joined ? t : answered;
        }
    }
    return ts[answered == NONE || hop_count(r) > 8 ? newest : answered].first.text.destination;
}

slow_facts
slow_facts_of(int number)
{
    const call *c = &cs[number];
    const bool answered = c->counted != NONE && is_success(c->counted);
    const int r = answered ? ts[as[c->counted].transaction].request : c->latest;
    const slow_message *first = &ts[rs[c->first].first].first;
    const int accepted = answered ? c->counted : c->counted == NONE && c->dialog != NONE ? ds[c->dialog].answer : NONE;
    const int alert = alert_of(r), last = c->ended == NONE ? c->dialog : c->ended;
    const int bye = last == NONE ? NONE : ds[last].bye;

    return (slow_facts){
        .first_frame = first->frame,
        .last_frame = c->last_frame,
        .final_code = c->counted == NONE || (!answered && rs[c->latest].best == NONE) ? 0 : as[c->counted].first.text.code,
        .setup_time = accepted == NONE ? INT64_MIN : as[accepted].first.time - first->time,
        .alert_time = alert == NONE ? INT64_MIN : as[alert].first.time - first->time,
        .duration = bye == NONE ? INT64_MIN : ts[rs[bye].first].first.time - as[ds[last].answer].first.time,
        .ended_by = c->ended_by,
        .caller = first->text.source,
        .callee = callee_host(c, r),
    };
}

static int
state_of(const request *r)
{
    int64_t deadline = INT64_MIN;

    if (r->best != NONE || r->lost) {
        return r->best != NONE ? REQUEST_IS_ANSWERED : REQUEST_IS_ANSWERED_UNSEEN;
    }
    for (int t = 0; t < t_count; t++) {
        if (ts[t].request != r - rs) {
            continue;
        }
        int64_t due = ts[t].first.time + CALLS_64_T1;
        for (int a = 0; a < a_count && r->text.method == INVITE; a++) {
            due = as[a].transaction == t ? as[a].first.time + CALLS_TIMER_C : due;
        }
        deadline = due > deadline ? due : deadline;
    }
    return end_time() > deadline ? REQUEST_IS_NEVER_ANSWERED : REQUEST_IS_OPEN;
}

slow_verdict
slow_recall(uint32_t frame)
{
    slow_verdict v = { 0 };
    int a = NONE;

    for (int i = 0; i < a_count; i++) {
        if (as[i].first.frame == frame) {
            a = i;
            v.known = true;
        }
    }
    for (int i = 0; i < copy_count; i++) {
        if (copies[i].frame == frame) {
            a = copies[i].answer;
            v.known = true;
            v.repetition = copies[i].repetition;
            v.captured_before = copies[i].before;
        }
    }
    if (a == NONE || ts[as[a].transaction].request == NONE) {
        return v;
    }
    const transaction *t = &ts[as[a].transaction];
    const request *r = &rs[t->request];
    const call *c = r->text.method == INVITE && !r->text.to ? find_call(r->text.call) : NULL;
    v.has_request = true;
    v.request_frame = t->first.frame;
    v.first_frame = as[a].first.frame;
    v.confirmed_in = confirmed_in(a);
    v.flags = as[a].flags;
    v.best_frame = r->best == NONE ? 0 : as[r->best].first.frame;
    v.after = r->after;
    v.state = state_of(r);
    v.call_counted = c && c->counted != NONE ? as[c->counted].first.frame : 0;
    return v;
}
