/* call_facts.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/call_facts.h"

#include "calls/answers.h"
#include "calls/dialog_ends.h"
#include "calls/requests.h"

#define CODE_REQUEST_TERMINATED 487
/* Of a request with more hops the newest one is taken for the deepest. */
#define HOPS_LOOKED_AT 8

uint32_t
calls_call_of(const calls *c, sip_text call_id)
{
    return call_id.length ? call_find(c, digest_of_call(c, call_id)) : 0;
}

uint32_t
calls_call_by(const calls *c, sip_text call_id, uint32_t frame)
{
    const uint32_t call = calls_call_of(c, call_id);

    return call && transaction_at(c, request_at(c, call_at(c, call)->first)->first)->frame <= frame ? call : 0;
}

static bool
is_tag_of(const calls *c, sip_text tag, uint32_t hash)
{
    return tag.length && hash_of_tag(digest_of_text(c, tag)) == hash;
}

call_side
calls_from_is_of(const calls *c, uint32_t call, const sip_tags *tags)
{
    const uint32_t caller = call_at(c, call)->caller;

    if (!caller) {
        return SIDE_UNKNOWN;
    }
    return is_tag_of(c, tags->from, caller) ? SIDE_CALLER : is_tag_of(c, tags->to, caller) ? SIDE_CALLEE : SIDE_UNKNOWN;
}

/* What rang or was answered: the attempt that the outcome comes from, else the latest. */
static const sip_request *
request_that_counts(const calls *c, const sip_call *call)
{
    if (call->counted && answer_is_success(answer_at(c, call->counted))) {
        return request_at(c, transaction_at(c, answer_at(c, call->counted)->transaction)->request);
    }
    return request_at(c, call->latest);
}

static const sip_answer *
alert_of(const calls *c, const sip_request *r, uint32_t number)
{
    uint32_t alert = 0;

    if (r->flags & REQUEST_ALERTED_FIRST_HOP) {
        alert = answers_find(c, r->first, ANSWERS_ALERT, (answer_features){ 0 });
    } else if (r->flags & REQUEST_ALERTED) {
        alert = index_find(&c->index, key_of(c, KEY_ALERT, number, 0));
    }
    return alert && !is_final(answer_at(c, alert)) ? answer_at(c, alert) : NULL;
}

/* The deepest hop is the newest one that has the answer of the fork that counts. */
static const sip_transaction *
last_hop(const calls *c, const sip_call *call, const sip_request *r)
{
    const uint32_t newest = transaction_at(c, r->first)->next_hop;
    uint32_t hop = newest;

    if (!call->counted || r->hops == 1 || r->hops > HOPS_LOOKED_AT) {
        return transaction_at(c, newest);
    }
    const answer_features fork = { .to_tag = answer_at(c, call->counted)->to_tag };
    do {
        if (answers_find(c, hop, ANSWERS_FINAL_OF_FORK, fork)) {
            return transaction_at(c, hop);
        }
        hop = transaction_at(c, hop)->next_hop;
    } while (hop != newest);
    return transaction_at(c, newest);
}

/* When the caller was answered, as far as the capture shows it; NULL: never. */
static const sip_answer *
acceptance_of(const calls *c, const sip_call *call)
{
    const uint32_t answer = call->counted ? call->counted : call->dialog.answer;

    return answer && answer_is_success(answer_at(c, answer)) ? answer_at(c, answer) : NULL;
}

static call_ender
ender_of(const calls *c, const sip_call *call, outcome_of_call comes_to)
{
    if (call->ended_by) {
        return (call_ender)call->ended_by;
    }
    if (comes_to.result == CALL_ANSWERED || comes_to.result == CALL_OPEN) {
        return ENDED_BY_NOBODY;
    }
    const sip_request *latest = request_at(c, call->latest);
    if (call->counted && answer_at(c, call->counted)->code == CODE_REQUEST_TERMINATED &&
        transaction_at(c, latest->first)->flags & TRANSACTION_CANCELLED) {
        return ENDED_BY_CALLER;
    }
    return (call_ender)comes_to.ended_by;
}

/* The answer that the outcome comes from; NULL: none, or the latest attempt waits for its own. */
static const sip_answer *
answer_that_counts(const calls *c, const sip_call *call)
{
    const sip_answer *counted = call->counted ? answer_at(c, call->counted) : NULL;

    return counted && (answer_is_success(counted) || request_at(c, call->latest)->best) ? counted : NULL;
}

static uint8_t
outcome_of(const calls *c, const sip_call *call, const sip_answer *counted)
{
    if (counted) {
        return call->outcome;
    }
    const sip_request *latest = request_at(c, call->latest);
    /* A deadline takes a look at each hop, and this is asked for with each message. */
    if (latest->hops > HOPS_LOOKED_AT && !(latest->flags & REQUEST_FINAL_LOST)) {
        return call->outcome == OUTCOME_NEVER_ANSWERED ? OUTCOME_NEVER_ANSWERED : OUTCOME_OPEN;
    }
    switch (calls_state_of(c, latest)) {
    case REQUEST_IS_NEVER_ANSWERED:
        return OUTCOME_NEVER_ANSWERED;
    case REQUEST_IS_ANSWERED_UNSEEN:
        return OUTCOME_FINAL_UNSEEN;
    default:
        return OUTCOME_OPEN;
    }
}

/* Who is challenged or sent on may still come again. */
static bool
may_go_on(const calls *c, const sip_answer *counted)
{
    return counted && code_set_has(c->codes.continued, counted->code) &&
           calls_end_time(c) - counted->time <= CALLS_64_T1;
}

/* Of the dialog that ended last: of several phones that answered, the others were
 * hung up on at once (RFC 3261 13.2.2.4). */
static int64_t
duration_of(const calls *c, uint32_t number)
{
    const sip_dialog *dialog = dialog_that_ended(c, number);

    return dialog->answer && dialog->bye ? transaction_at(c, request_at(c, dialog->bye)->first)->time -
                                               answer_at(c, dialog->answer)->time : CALLS_UNKNOWN;
}

call_facts
calls_facts_of(const calls *c, uint32_t number)
{
    const sip_call *call = call_at(c, number);
    const sip_transaction *first = transaction_at(c, request_at(c, call->first)->first);
    const sip_request *counts = request_that_counts(c, call);
    const uint32_t counts_number = transaction_at(c, counts->first)->request;
    const sip_answer *accepted = acceptance_of(c, call);
    const sip_answer *alert = alert_of(c, counts, counts_number);
    const sip_answer *final = counts->best ? answer_at(c, counts->best) : NULL;
    const sip_answer *counted = answer_that_counts(c, call);
    const uint8_t outcome = outcome_of(c, call, counted);
    outcome_of_call comes_to = response_outcome_of_call(outcome);
    if (may_go_on(c, counted)) {
        comes_to.result = CALL_OPEN;
    }
    return (call_facts){
        .number = number,
        .outcome = outcome,
        .result = (call_result)comes_to.result,
        .ended_by = ender_of(c, call, comes_to),
        .final_code = counted ? counted->code : 0,
        .first_frame = first->frame,
        .last_frame = call->last_frame,
        .begun = first->time,
        .setup_time = accepted ? accepted->time - first->time : CALLS_UNKNOWN,
        .alert_time = alert ? alert->time - first->time : CALLS_UNKNOWN,
        .ring_time = alert && final ? final->time - alert->time : CALLS_UNKNOWN,
        .duration = duration_of(c, number),
        .caller_host = first->client,
        .callee_host = last_hop(c, call, counts)->server,
        .leg = calls_leg_of(c, number),
    };
}
