/* slow_recall.c
 * What is told of what was learned.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "slow_model.h"

int
slow_call_count(void)
{
    return slow.c_count;
}

static int
alert_of(int r)
{
    int found = NONE;

    for (int a = 0; a < slow.a_count; a++) {
        if (slow.ts[slow.as[a].transaction].request == r && slow.as[a].flags & ANSWER_ALERTS &&
            (found == NONE || slow.ts[slow.as[a].transaction].first_hop)) {
            found = a;
        }
    }
    return found != NONE && !slow_is_final(found) ? found : NONE;
}

static unsigned
callee_host(const slow_call *c, int r)
{
    int newest = NONE, answered = NONE;

    for (int t = 0; t < slow.t_count; t++) {
        if (slow.ts[t].request != r) {
            continue;
        }
        newest = newest == NONE || slow.ts[t].joined > slow.ts[newest].joined ? t : newest;
        if (c->counted != NONE && slow_newest_answer(t, true, slow.as[c->counted].first.text.to, 0xffff) != NONE) {
            answered = answered == NONE || slow.ts[t].joined > slow.ts[answered].joined ? t : answered;
        }
    }
    return slow.ts[answered == NONE || slow_hop_count(r) > 8 ? newest : answered].first.text.destination;
}

slow_facts
slow_facts_of(int number)
{
    const slow_call *c = &slow.cs[number];
    const bool answered = c->counted != NONE && slow_is_success(c->counted);
    const int r = answered ? slow.ts[slow.as[c->counted].transaction].request : c->latest;
    const slow_message *first = &slow.ts[slow.rs[c->first].first].first;
    const int accepted = answered                                  ? c->counted
                         : c->counted == NONE && c->dialog != NONE ? slow.ds[c->dialog].answer
                                                                   : NONE;
    const int alert = alert_of(r), last = c->ended == NONE ? c->dialog : c->ended;
    const int bye = last == NONE ? NONE : slow.ds[last].bye;

    return (slow_facts){
        .first_frame = first->frame,
        .last_frame = c->last_frame,
        .final_code = c->counted == NONE || (!answered && slow.rs[c->latest].best == NONE)
                          ? 0
                          : slow.as[c->counted].first.text.code,
        .setup_time = accepted == NONE ? INT64_MIN : slow.as[accepted].first.time - first->time,
        .alert_time = alert == NONE ? INT64_MIN : slow.as[alert].first.time - first->time,
        .duration = bye == NONE
                        ? INT64_MIN
                        : slow.ts[slow.rs[bye].first].first.time - slow.as[slow.ds[last].answer].first.time,
        .ended_by = c->ended_by,
        .caller = first->text.source,
        .callee = callee_host(c, r),
    };
}

static int
state_of(const slow_request *r)
{
    int64_t deadline = INT64_MIN;

    if (r->best != NONE || r->lost) {
        return r->best != NONE ? REQUEST_IS_ANSWERED : REQUEST_IS_ANSWERED_UNSEEN;
    }
    for (int t = 0; t < slow.t_count; t++) {
        if (slow.ts[t].request != r - slow.rs) {
            continue;
        }
        int64_t due = slow.ts[t].first.time + CALLS_64_T1;
        for (int a = 0; a < slow.a_count && r->text.method == INVITE; a++) {
            due = slow.as[a].transaction == t ? slow.as[a].first.time + CALLS_TIMER_C : due;
        }
        deadline = due > deadline ? due : deadline;
    }
    return slow_end_time() > deadline ? REQUEST_IS_NEVER_ANSWERED : REQUEST_IS_OPEN;
}

slow_verdict
slow_recall(uint32_t frame)
{
    slow_verdict v = { 0 };
    int a = NONE;

    for (int i = 0; i < slow.a_count; i++) {
        if (slow.as[i].first.frame == frame) {
            a = i;
            v.known = true;
        }
    }
    for (int i = 0; i < slow.copy_count; i++) {
        if (slow.copies[i].frame == frame) {
            a = slow.copies[i].answer;
            v.known = true;
            v.repetition = slow.copies[i].repetition;
            v.captured_before = slow.copies[i].before;
        }
    }
    if (a == NONE || slow.ts[slow.as[a].transaction].request == NONE) {
        return v;
    }
    const slow_transaction *t = &slow.ts[slow.as[a].transaction];
    const slow_request *r = &slow.rs[t->request];
    const slow_call *c = r->text.method == INVITE && !r->text.to ? slow_find_call(r->text.call) : NULL;
    v.has_request = true;
    v.request_frame = t->first.frame;
    v.first_frame = slow.as[a].first.frame;
    v.confirmed_in = slow_confirmed_in(a);
    v.flags = slow.as[a].flags;
    v.best_frame = r->best == NONE ? 0 : slow.as[r->best].first.frame;
    v.after = r->after;
    v.state = state_of(r);
    v.call_counted = c && c->counted != NONE ? slow.as[c->counted].first.frame : 0;
    return v;
}
