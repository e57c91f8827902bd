/* outcomes.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/outcomes.h"

#include "calls/answers.h"
#include "calls/ringing.h"

/* The order in which a forking proxy chooses (RFC 3261 16.7 step 6): any 2xx,
 * else 6xx, else the lowest class. A 503 is the failure of one server where
 * another one answered (RFC 3263 4.3). */
static int
rank_of_class(unsigned code)
{
    return code < 300 ? 0 : code >= 600 ? 1 : code < 500 ? (int)(code / 100) - 1 : code == 503 ? 5 : 4;
}

/* Within a class, what tells the client how to try again goes first. */
static bool
is_preferred(unsigned code)
{
    return code == 401 || code == 407 || code == 415 || code == 420 || code == 484;
}

/* What the client got is what the proxy behind its first hop chose. */
static bool
is_better(const calls *c, const sip_answer *answer, const sip_answer *than)
{
    const int ranks = rank_of_class(answer->code) - rank_of_class(than->code);
    const unsigned first = transaction_at(c, answer->transaction)->flags & TRANSACTION_FIRST_HOP;
    const unsigned other_first = transaction_at(c, than->transaction)->flags & TRANSACTION_FIRST_HOP;

    if (ranks || first != other_first) {
        return ranks < 0 || (ranks == 0 && first > other_first);
    }
    return is_preferred(answer->code) && !is_preferred(than->code);
}

/* Both tags, in either order; by their hashes, for of an answer that was learned no more is kept. */
static uint64_t
tags_of(const calls *c, const call_message *m)
{
    const uint32_t from = hash_of_tag(m->from);
    const uint32_t to = hash_of_tag(m->to);

    return key_of(c, KEY_DIALOG, (uint64_t)from + to, from ^ to);
}

/* A dialog lies in its call, or is one more of it. */
sip_dialog *
dialog_find(const calls *c, const call_message *m)
{
    if (!m->call_number || !m->to) {
        return NULL;
    }
    const uint64_t tags = tags_of(c, m);
    sip_call *call = call_at(c, m->call_number);
    sip_dialog *first = &call->dialog;
    if (first->answer && first->tags == hash_of_tag(tags)) {
        return first;
    }
    const uint32_t other = call->forked ? index_find(&c->index, key_with(c, tags, m->call)) : 0;
    return other ? (sip_dialog *)pool_at(&c->dialogs, other) : NULL;
}

uint32_t
dialog_number(const calls *c, const call_message *m)
{
    return index_find(&c->index, key_with(c, tags_of(c, m), m->call));
}

static sip_dialog *
add_dialog(calls *c, uint32_t call, const call_message *m)
{
    const uint64_t tags = tags_of(c, m);
    sip_dialog *dialog = &call_at(c, call)->dialog;

    if (dialog->answer) {
        const uint32_t number = pool_add(&c->dialogs);
        index_put(&c->index, key_with(c, tags, m->call), number);
        call_at(c, call)->forked = true;
        dialog = (sip_dialog *)pool_at(&c->dialogs, number);
    }
    dialog->tags = hash_of_tag(tags);
    return dialog;
}

/* Of several hops the first one tells when the caller was answered. */
static void
take_dialog(calls *c, uint32_t answer, const call_message *m)
{
    const sip_transaction *hop = transaction_at(c, answer_at(c, answer)->transaction);
    sip_dialog *dialog = dialog_find(c, m);

    if (!dialog) {
        dialog = add_dialog(c, request_at(c, hop->request)->call, m);
        dialog->answer = answer;
    }
    const sip_transaction *known = transaction_at(c, answer_at(c, dialog->answer)->transaction);
    if (hop->request == known->request && hop->flags & TRANSACTION_FIRST_HOP && !(known->flags & TRANSACTION_FIRST_HOP)) {
        dialog->answer = answer;
    }
}

/* A call succeeds once, as the hop tells that its request's best answer came over; else
 * its latest attempt tells what came of it. */
static bool
changes_call(const calls *c, const sip_call *call, uint32_t request, const sip_answer *answer)
{
    if (!call->counted) {
        return true;
    }
    const sip_answer *counted = answer_at(c, call->counted);
    const uint32_t counted_request = transaction_at(c, counted->transaction)->request;
    if (answer_is_success(counted)) {
        return answer_is_success(answer) && request == counted_request;
    }
    return answer_is_success(answer) || request >= counted_request;
}

static void
take_call_outcome(calls *c, uint32_t request, uint32_t answer)
{
    sip_call *call = call_at(c, request_at(c, request)->call);
    sip_answer *a = answer_at(c, answer);

    if (!changes_call(c, call, request, a)) {
        return;
    }
    call->counted = answer;
    if (call->outcome == a->outcome) {
        return;
    }
    a->flags |= ANSWER_CHANGES_CALL;
    call->outcome = a->outcome;
}

/* RFC 3261 13.2.2.4: each phone that answers sets up a dialog of its own. */
static void
note_further_fork(const calls *c, sip_answer *answer, const sip_answer *best)
{
    if (answer_is_success(answer) && answer_is_success(best) && answer->to_tag != best->to_tag &&
        transaction_at(c, answer->transaction)->flags & TRANSACTION_FIRST_HOP) {
        answer->flags |= ANSWER_FURTHER_FORK;
    }
}

static void
complete_dialog(calls *c, sip_answer *answer, const call_message *m)
{
    sip_dialog *dialog = dialog_find(c, m);

    if (dialog && !dialog->completed) {
        dialog->completed = 1;
        answer->flags |= ANSWER_COMPLETES;
    }
}

static void
take_final(calls *c, uint32_t answer, const call_message *m)
{
    sip_answer *a = answer_at(c, answer);
    const uint32_t request = transaction_at(c, a->transaction)->request;
    sip_request *r = request_at(c, request);

    /* A response with the branch of another call sets up nothing. */
    if (r->call && answer_is_success(a) && m->to && m->call_number == r->call) {
        take_dialog(c, answer, m);
    }
    if (r->best && !is_better(c, a, answer_at(c, r->best))) {
        note_further_fork(c, a, answer_at(c, r->best));
        return;
    }
    if (r->kind == REQUEST_BYE && answer_is_success(a)) {
        complete_dialog(c, a, m);
    }
    if (r->best) {
        a->flags |= answer_at(c, r->best)->flags & ANSWER_COMPLETES;
        index_put(&c->index, key_of(c, KEY_FINAL_BEFORE, answer, 0), r->best);
    }
    a->flags |= ANSWER_BEST;
    r->best = answer;
    if (r->call) {
        take_call_outcome(c, request, answer);
    }
}

/* The caller hears of the call by what comes over its own hop. */
static void
take_alert(calls *c, uint32_t answer)
{
    sip_answer *a = answer_at(c, answer);
    const sip_transaction *t = transaction_at(c, a->transaction);
    sip_request *r = request_at(c, t->request);
    const bool first_hop = t->flags & TRANSACTION_FIRST_HOP;

    if (r->flags & REQUEST_ALERTED_FIRST_HOP || (r->flags & REQUEST_ALERTED && !first_hop)) {
        return;
    }
    if (r->flags & REQUEST_ALERTED) {
        const uint32_t before = index_find(&c->index, key_of(c, KEY_ALERT, t->request, 0));
        index_put(&c->index, key_of(c, KEY_ALERT_BEFORE, answer, 0), before);
    }
    a->flags |= ANSWER_ALERTS;
    answers_note_alert(c, answer);
    r->flags |= REQUEST_ALERTED;
    if (first_hop) {
        r->flags |= REQUEST_ALERTED_FIRST_HOP;
    } else {
        index_put(&c->index, key_of(c, KEY_ALERT, t->request, 0), answer);
    }
}

void
take_outcome(calls *c, uint32_t answer, const call_message *m)
{
    const sip_answer *a = answer_at(c, answer);
    const sip_request *r = request_at(c, transaction_at(c, a->transaction)->request);

    if (r->call && code_set_has(c->codes.alerting, a->code)) {
        take_alert(c, answer);
    }
    if (is_final(a)) {
        take_final(c, answer, m);
    }
}

static const sip_answer *
answer_before(const calls *c, uint32_t answer, key_kind kind)
{
    const uint32_t before = index_find(&c->index, key_of(c, kind, answer, 0));

    return before ? answer_at(c, before) : NULL;
}

const sip_answer *
calls_final_before(const calls *c, uint32_t answer)
{
    return answer_before(c, answer, KEY_FINAL_BEFORE);
}

const sip_answer *
calls_alert_before(const calls *c, uint32_t answer)
{
    return answer_before(c, answer, KEY_ALERT_BEFORE);
}

/* When nobody waits for a final response any longer: 64*T1 after the request
 * went out on a hop, or, where it rings there, Timer C after the newest response. */
static int64_t
deadline_of(const calls *c, const sip_request *r)
{
    int64_t deadline = INT64_MIN;
    uint32_t hop = r->first;

    do {
        const sip_transaction *t = transaction_at(c, hop);
        const int64_t given_up = t->answers && r->kind == REQUEST_INVITE
                                     ? answer_at(c, t->answers)->time + CALLS_TIMER_C
                                     : t->time + CALLS_64_T1;
        deadline = given_up > deadline ? given_up : deadline;
        hop = t->next_hop;
    } while (hop != r->first);
    return deadline;
}

static request_state
state_at(const calls *c, const sip_request *r, int64_t now)
{
    if (r->best) {
        return REQUEST_IS_ANSWERED;
    }
    if (r->flags & REQUEST_FINAL_LOST) {
        return REQUEST_IS_ANSWERED_UNSEEN;
    }
    return now > deadline_of(c, r) ? REQUEST_IS_NEVER_ANSWERED : REQUEST_IS_OPEN;
}

request_state
calls_state_of(const calls *c, const sip_request *request)
{
    return state_at(c, request, calls_end_time(c));
}

static void
tell_expiry(calls *c, uint32_t frame, uint32_t number, uint8_t outcome)
{
    call_expiry *expiry = (call_expiry *)pool_at(&c->expiries, pool_add(&c->expiries));
    sip_call *call = call_at(c, number);

    *expiry = (call_expiry){ frame, number, outcome };
    call->outcome = outcome;
}

/* Returns false where it is too early to say. */
static bool
settle_call(calls *c, uint32_t frame, uint32_t number)
{
    switch (state_at(c, request_at(c, call_at(c, number)->latest), c->sure_time)) {
    case REQUEST_IS_OPEN:
        return false;
    case REQUEST_IS_NEVER_ANSWERED:
        tell_expiry(c, frame, number, OUTCOME_NEVER_ANSWERED);
        break;
    case REQUEST_IS_ANSWERED_UNSEEN:
        tell_expiry(c, frame, number, OUTCOME_FINAL_UNSEEN);
        break;
    case REQUEST_IS_ANSWERED:
        break;
    }
    return true;
}

static void
settle_or_wait(calls *c, uint32_t frame, uint32_t number)
{
    if (!settle_call(c, frame, number)) {
        ringing_put(c, (ringing_call){ deadline_of(c, request_at(c, call_at(c, number)->latest)), number });
    }
}

/* What was kept of a call by now is in no cache. Each step needs what the one
 * before it finds, and so is asked for one call sooner. */
static void
expect_calls_behind(const calls *c, uint32_t number)
{
    if (number + 3 > c->calls.count) {
        return;
    }
    memory_expect(call_at(c, number + 3));
    memory_expect(request_at(c, call_at(c, number + 2)->first));
    memory_expect(transaction_at(c, request_at(c, call_at(c, number + 1)->first)->first));
}

/* Calls become due in the order they began, but for those that ring for long. */
void
expire_calls(calls *c, uint32_t frame)
{
    while (c->next_to_expire < c->calls.count) {
        const uint32_t number = c->next_to_expire + 1;
        const sip_request *first = request_at(c, call_at(c, number)->first);
        if (c->sure_time <= transaction_at(c, first->first)->time + CALLS_64_T1) {
            break;
        }
        c->next_to_expire++;
        expect_calls_behind(c, number);
        settle_or_wait(c, frame, number);
    }
    uint32_t number;
    while ((number = ringing_take(c)) != 0) {
        settle_or_wait(c, frame, number);
    }
}

const call_expiry *
calls_expiry_in(const calls *c, uint32_t frame, unsigned place)
{
    uint32_t low = 0;
    uint32_t high = c->expiries.count;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (((const call_expiry *)pool_at(&c->expiries, middle + 1))->frame < frame) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low + place >= c->expiries.count) {
        return NULL;
    }
    const call_expiry *found = (const call_expiry *)pool_at(&c->expiries, low + place + 1);
    return found->frame == frame ? found : NULL;
}
