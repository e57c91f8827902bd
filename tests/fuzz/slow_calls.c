/* slow_calls.c
 * What is learned of each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "slow_model.h"

#include <stdlib.h>
#include <string.h>

slow_model slow;

void
slow_start(void)
{
    slow.t_count = slow.r_count = slow.a_count = slow.copy_count = slow.early_count = slow.bypass_count =
        slow.d_count = slow.c_count = 0;
    slow.original_count = slow.bye_count = slow.ticks = slow.joined_count = 0;
}

void
slow_tick(int64_t time)
{
    const int64_t less = time < slow.last_time ? time : slow.last_time;
    const int64_t more = time < slow.last_time ? slow.last_time : time;

    if (slow.ticks < 2) {
        slow.sure_time = slow.ticks++ ? less : time;
    } else if (less > slow.sure_time) {
        slow.sure_time = less;
    } else if (more < slow.sure_time - CALLS_64_T1) {
        slow.sure_time = more;
    }
    slow.last_time = time;
}

static void
link_to_earlier(int r, const slow_message *m)
{
    const int e = slow_find_request(&m->text, m->text.method, m->text.from, m->text.to, m->text.cseq - 1u);
    const int best = e == NONE ? NONE : slow.rs[e].best;

    if (best == NONE) {
        return;
    }
    const unsigned code = slow.as[best].first.text.code;
    const int64_t waited = m->time - slow.as[best].first.time;
    const bool amended =
        code == 413 || code == 415 || code == 416 || code == 420 || code == 422 || code == 423 || code == 491;
    if (waited > -CALLS_T1 && waited <= CALLS_64_T1 &&
        (amended || ((code == 401 || code == 407) && m->text.credentials) ||
         (code == 503 && m->text.destination != slow.ts[slow.rs[e].first].first.text.destination) ||
         (code / 100 == 3 && slow.rs[e].text.uri != m->text.uri))) {
        slow.rs[r].after = code;
        slow.rs[r].earlier = e;
    }
}

static void
take_hop(int t, const slow_message *m)
{
    const slow_text *x = &m->text;
    int r = slow_find_request(x, x->method, x->from, x->to, x->cseq);
    const bool is_new = r == NONE;

    if (is_new) {
        r = slow.r_count++;
        slow.rs[r] = (slow_request){ .text = *x, .first = t, .best = NONE, .earlier = NONE };
        slow.ts[t].first_hop = true;
        if (x->method == INVITE && !x->to) {
            slow_call *c = slow_find_call(x->call);
            if (!c) {
                c = &slow.cs[slow.c_count++];
                *c = (slow_call){ x->call, r, NONE, r, 0, NONE, NONE, 0 };
            }
            c->latest = r;
        }
    }
    slow.ts[t].request = r;
    slow.ts[t].joined = ++slow.joined_count;
    if (is_new) {
        link_to_earlier(r, m);
    }
}

static void
learn_request(const slow_message *m)
{
    if (m->text.method == ACK) {
        slow_take_ack(m);
        return;
    }
    int t = slow_find_transaction(m, m->text.method, 0);
    if (t != NONE && slow.ts[t].request != NONE) {
        slow.ts[t].copies++;
        return;
    }
    int64_t first = INT64_MAX;
    int answers = 0;
    for (int a = 0; a < slow.a_count && t != NONE; a++) {
        if (slow.as[a].transaction == t) {
            first = slow.as[a].first.time < first ? slow.as[a].first.time : first;
            answers++;
        }
    }
    const bool adopts = t != NONE && answers <= CALLS_ADOPTED_MAX && slow_is_earlier(m->time, first);
    if (!adopts) {
        t = slow.t_count++;
    }
    slow.ts[t] = (slow_transaction){
        .first = *m, .request = NONE, .copies = 1, .cancelled = adopts && slow.ts[t].cancelled};
    take_hop(t, m);
    for (int a = 0, last = slow.a_count; a < last && adopts; a++) {
        if (slow.as[a].transaction == t) {
            slow.as[a].flags = (slow.as[a].flags & ~(unsigned)ANSWER_UNSEEN_REQUEST) | ANSWER_ADOPTED;
        }
    }
    for (int a = 0, last = slow.a_count; a < last && adopts; a++) {
        if (slow.as[a].transaction == t) {
            slow_text answered = m->text;
            answered.to = answered.to ? answered.to : slow.as[a].first.text.to;
            slow_settle(a, &answered);
        }
    }
    if (m->text.method == BYE && m->text.to) {
        slow_take_bye(m, slow.ts[t].request);
    } else if (m->text.method == CANCEL) {
        const int cancelled = slow_find_transaction(m, INVITE, 7);
        if (cancelled != NONE) {
            slow.ts[cancelled].cancelled = true;
            const int final = slow_newest_answer(cancelled, true, 0xffff, 0xffff);
            if (final != NONE && slow_is_earlier(m->time, slow.as[final].first.time)) {
                slow.as[final].flags &= ~(unsigned)ANSWER_UNCANCELLED;
            }
        }
    } else if (m->text.method == PRACK && m->text.rack_rseq) {
        slow_take_prack(m);
    }
}

static unsigned
flags_of_new(const slow_message *m, int t)
{
    const slow_text *x = &m->text;
    unsigned flags = ANSWER_FIRST | (slow.ts[t].copies > 1 ? ANSWER_AFTER_REPEAT : 0);
    int last = NONE, reliable = 0;

    for (int a = 0; a < slow.a_count; a++) {
        if (slow.as[a].transaction != t) {
            continue;
        }
        flags &= ~(unsigned)(ANSWER_FIRST | ANSWER_AFTER_REPEAT);
        if (x->code >= 200 && slow_is_final(a) &&
            (slow.as[a].first.text.to == x->to || x->method != INVITE || x->code / 100 != 2)) {
            flags |= ANSWER_SECOND_FINAL;
        }
        reliable += slow.as[a].first.text.rseq && slow.as[a].first.text.to == x->to;
        last = slow.as[a].first.text.rseq && slow.as[a].first.text.to == x->to ? a : last;
    }
    if (x->code == 487 && !slow_is_ended_early(t, x)) {
        flags |= ANSWER_UNCANCELLED;
    }
    flags |= x->rseq && reliable == 1 ? ANSWER_SECOND_RELIABLE : 0;
    if (x->rseq && last != NONE) {
        const unsigned before = slow.as[last].first.text.rseq;
        if (!slow_is_earlier(m->time, slow.as[last].first.time)) {
            flags |= x->rseq != before + 1 ? ANSWER_RSEQ_ORDER : 0;
        } else if (before == x->rseq + 1u) {
            slow.as[last].flags &= ~(unsigned)ANSWER_RSEQ_ORDER;
        } else {
            flags |= ANSWER_RSEQ_ORDER;
        }
    }
    return flags;
}

static bool
requests_would_be_seen(const slow_message *m)
{
    for (int i = 0; i < slow.original_count; i++) {
        if (!slow.originals[i].text.code && slow.originals[i].text.source == m->text.destination &&
            slow.originals[i].text.destination == m->text.source) {
            return m->time - slow.originals[i].time > (m->text.method == INVITE ? CALLS_TIMER_C : CALLS_64_T1);
        }
    }
    return false;
}

static int
find_same(const slow_message *m, int t)
{
    for (int a = 0; a < slow.a_count; a++) {
        if (slow.as[a].transaction == t && slow.as[a].first.text.code == m->text.code &&
            slow.as[a].first.text.to == m->text.to && slow.as[a].first.text.rseq == m->text.rseq) {
            return a;
        }
    }
    return NONE;
}

static void
learn_response(const slow_message *m)
{
    int t = slow_find_transaction(m, m->text.method, 7);

    if (t == NONE) {
        t = slow.t_count++;
        slow.ts[t] = (slow_transaction){ .first = *m, .request = NONE };
    }
    const int same = find_same(m, t);
    if (same != NONE) {
        slow.copies[slow.copy_count++] = (slow_copy){ same, m->frame, (uint32_t)slow.as[same].copies++, 0 };
        return;
    }
    const unsigned flags = flags_of_new(m, t);
    const bool unseen = slow.ts[t].request == NONE && requests_would_be_seen(m);
    const int a = slow.a_count++;
    slow.as[a] = (slow_answer){ *m, t, 1, flags | (unseen ? ANSWER_UNSEEN_REQUEST : 0), 0 };
    if (slow.ts[t].request != NONE) {
        slow_settle(a, &slow.as[a].first.text);
    }
}

static void
learn(const slow_message *m)
{
    for (int i = slow.original_count - 1; i >= 0; i--) {
        if (memcmp(&slow.originals[i].text, &m->text, sizeof m->text) != 0) {
            continue;
        }
        const int64_t apart = llabs(slow.originals[i].time - m->time);
        if (apart <= 5 * CALLS_MS || (m->ip_id && m->ip_id == slow.originals[i].ip_id && apart < CALLS_T1)) {
            const int t = slow_find_transaction(m, m->text.method, 7);
            const int same = t == NONE || !m->text.code ? NONE : find_same(m, t);
            slow.copies[slow.copy_count++] = (slow_copy){ same, m->frame, 0, slow.originals[i].frame };
            return;
        }
        break;
    }
    slow.originals[slow.original_count++] = *m;
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
    slow_call *c = slow_find_call(m->text.call);
    if (c) {
        c->last_frame = m->frame;
    }
}
