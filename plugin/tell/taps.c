/* taps.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "tell/taps.h"

#include <epan/charsets.h>
#include <epan/tap.h>

#include "calls/call_facts.h"
#include "calls/call_outcome.h"
#include "count/steps.h"
#include "draw/fields.h"
#include "tell/call_list.h"
#include "tell/call_taps.h"
#include "tell/messages.h"
#include "tell/metric_view.h"
#include "tell/records.h"
#include "tell/response_tree.h"

static int tap_responses;
static int tap_sessions;
static int tap_requests;

void
register_statistics(const calls *(*followed)(void))
{
    tap_responses = register_tap(SIPRESP_TAP);
    tap_sessions = register_tap(SIPRESP_SESSION_TAP);
    tap_requests = register_tap(SIPRESP_REQUEST_TAP);
    register_call_tap();
    register_call_list(followed);
    register_response_tree();
    register_metric_view();
    register_records(followed);
    register_messages(followed);
}

tap_wishes
taps_wanted(void)
{
    return (tap_wishes){ have_tap_listener(tap_responses), have_tap_listener(tap_sessions),
                         have_tap_listener(tap_requests), calls_are_tapped(), messages_are_wanted() };
}

bool
is_tapped(tap_wishes wishes)
{
    return wishes.responses || wishes.sessions || wishes.requests || wishes.calls || wishes.messages;
}

/* Names and phrases that are in the tables need no copy. */
static const char *
method_text(wmem_allocator_t *pool, sip_text method)
{
    const sip_method_set set = sip_method_set_of(method);

    if (set) {
        return sip_method_name(set);
    }
    return method.length ? (const char *)get_utf_8_string(pool, method.start, (int)method.length) : "";
}

static const char *
phrase_text(wmem_allocator_t *pool, sip_text phrase, const response_row *row)
{
    if (row && sip_text_equals(phrase, row->phrase)) {
        return row->phrase;
    }
    return phrase.length ? (const char *)get_utf_8_string(pool, phrase.start, (int)phrase.length) : "";
}

static const char *
outcome_name(unsigned outcome)
{
    return try_val_to_str(outcome, outcome_names);
}

static const sipresp_judgement judgements[] = {
    [JUDGED] = SIPRESP_JUDGED,
    [NOT_JUDGED_CUT] = SIPRESP_NOT_JUDGED_CUT,
    [NOT_JUDGED_GAP] = SIPRESP_NOT_JUDGED_GAP,
};

static void
tell_call(sipresp_response *told, uint32_t call, unsigned outcome)
{
    told->call = call;
    told->call_outcome = (int)outcome;
    told->call_outcome_name = outcome_name(outcome);
}

static void
tell_record(sipresp_response *told, const answer_record *record)
{
    told->captured_before = record->captured_before;
    if (!record->answer || record->answer->flags & ANSWER_ADOPTED) {
        return;
    }
    told->delay = told->time - record->transaction->time;
    told->repetition = record->repetition;
    if (record->repetition == 0 && !record->captured_before && record->answer->flags & ANSWER_CHANGES_CALL) {
        told->ends_call = true;
        tell_call(told, record->request->call, record->answer->outcome);
    }
}

static void
tap_response(packet_info *pinfo, const calls *followed, const tapped_message *tapped)
{
    const sip_message *message = tapped->message;
    const response_class *class = response_class_of(message->code);
    const response_row *row = response_row_of(message->code);
    const sip_text method = sip_cseq_method(message);
    const answer_record *record = tapped->record;
    /* Whatever the pass: the request of an adopted one comes only later. */
    const answer_record *known = record && record->answer && record->answer->flags & ANSWER_ADOPTED ? NULL : record;
    sipresp_response *told = wmem_new0(pinfo->pool, sipresp_response);

    told->frame = pinfo->num;
    told->time = tapped->origin.time;
    told->class_digit = class ? class->digit : 0;
    told->code = message->code;
    told->method_registered = sip_method_set_of(method) != 0;
    told->method = method_text(pinfo->pool, method);
    told->phrase = phrase_text(pinfo->pool, message->phrase, row);
    told->registered_phrase = row ? row->phrase : NULL;
    told->phrase_differs = message->start_line_complete && response_phrase_differs(row, message->phrase);
    told->outcome = class ? outcome_of_response(message, method, known) : SIPRESP_OUTCOME_UNKNOWN;
    told->outcome_name = told->outcome >= 0 ? outcome_name((unsigned)told->outcome) : NULL;
    told->delay = SIPRESP_UNKNOWN;
    told->repetition = SIPRESP_UNKNOWN;
    told->judgement = judgements[tapped->judgement];
    told->call_number = calls_call_by(followed, message->call_id, pinfo->num);
    if (record) {
        tell_record(told, record);
    }
    tap_queue_packet(tap_responses, pinfo, told);
}

static void
tap_call(packet_info *pinfo, int64_t time, uint32_t call, unsigned outcome)
{
    sipresp_response *told = wmem_new0(pinfo->pool, sipresp_response);

    told->record = SIPRESP_CALL;
    told->frame = pinfo->num;
    told->time = time;
    tell_call(told, call, outcome);
    tap_queue_packet(tap_responses, pinfo, told);
}

void
tap_expiries(packet_info *pinfo, tap_wishes wishes, const calls *followed, int64_t time)
{
    const call_expiry *expiry;

    for (unsigned place = 0; (expiry = calls_expiry_in(followed, pinfo->num, place)); place++) {
        if (wishes.responses) {
            tap_call(pinfo, time, expiry->call, expiry->outcome);
        }
        if (wishes.calls) {
            tap_call_change(pinfo, followed, expiry->call, time);
        }
    }
}

void
tap_cut_message(packet_info *pinfo, tap_wishes wishes, int64_t time)
{
    if (wishes.messages) {
        tap_gap(pinfo, time);
    }
}

/* What is quoted is no message to the listeners of the frame, so that their wishes are asked for anew. */
void
tap_refused_request(packet_info *pinfo, const tapped_message *tapped, unsigned error)
{
    if (messages_are_wanted()) {
        tap_refusal(pinfo, tapped, error);
    }
}

void
tap_tcp_reset(packet_info *pinfo, tap_wishes wishes, int64_t time)
{
    if (wishes.messages) {
        tap_reset(pinfo, time);
    }
}

/* Where steps are told, and of which call. */
typedef struct {
    packet_info *pinfo;
    uint32_t call;
} step_context;

static void
tap_step(const sipresp_session_step *step, void *user_data)
{
    const step_context *context = (const step_context *)user_data;
    packet_info *pinfo = context->pinfo;
    sipresp_session_step *told = (sipresp_session_step *)wmem_memdup(pinfo->pool, step, sizeof *step);

    told->call_number = context->call;
    tap_queue_packet(tap_sessions, pinfo, told);
}

/* With the answers that stand before its INVITE in the file. */
static void
tap_begun_call(packet_info *pinfo, const calls *followed, uint32_t transaction, int64_t time)
{
    const sip_transaction *t = calls_transaction(followed, transaction);
    const uint32_t call = calls_request(followed, t->request)->call;
    uint32_t adopted[CALLS_ADOPTED_MAX];

    if (calls_is_begun_by(followed, transaction)) {
        tap_call(pinfo, time, call, OUTCOME_OPEN);
    }
    const unsigned count = calls_adopted(followed, t, adopted);
    for (unsigned i = 0; i < count; i++) {
        const sip_answer *answer = calls_answer(followed, adopted[i]);
        if (answer->flags & ANSWER_CHANGES_CALL) {
            tap_call(pinfo, time, call, answer->outcome);
        }
    }
}

static void
tap_first_hop(packet_info *pinfo, const calls *followed, uint32_t transaction, int64_t time, uint32_t call)
{
    const sip_transaction *t = calls_transaction(followed, transaction);

    if (t->flags & TRANSACTION_FIRST_HOP) {
        sipresp_request *told = wmem_new0(pinfo->pool, sipresp_request);
        *told = (sipresp_request){ pinfo->num, t->request, time, call };
        tap_queue_packet(tap_requests, pinfo, told);
    }
}

static void
tap_request(packet_info *pinfo, tap_wishes wishes, const calls *followed, const tapped_message *tapped)
{
    const sip_text method = tapped->message->method;
    const uint32_t transaction = calls_transaction_of(followed, &tapped->origin, tapped->identity, method);

    if (!transaction) {
        return;
    }
    const uint32_t call = calls_call_by(followed, tapped->message->call_id, pinfo->num);
    if (wishes.responses) {
        tap_begun_call(pinfo, followed, transaction, tapped->origin.time);
    }
    if (wishes.requests) {
        tap_first_hop(pinfo, followed, transaction, tapped->origin.time, call);
    }
    if (wishes.sessions) {
        step_context context = { pinfo, call };
        steps_of_request(followed, &tapped->origin, tapped->identity, transaction, tap_step, &context);
    }
}

void
tap_message(packet_info *pinfo, tap_wishes wishes, const calls *followed, const tapped_message *tapped)
{
    if (wishes.calls && tapped->identity) {
        tap_message_of_call(pinfo, followed, &tapped->origin, tapped->message, tapped->identity);
    }
    if (wishes.messages) {
        tap_whole_message(pinfo, tapped);
    }
    if (tapped->message->kind == SIP_REQUEST) {
        if (tapped->identity) {
            tap_request(pinfo, wishes, followed, tapped);
        }
        return;
    }
    if (wishes.responses && tapped->message->code_is_valid) {
        tap_response(pinfo, followed, tapped);
    }
    if (wishes.sessions && tapped->identity && tapped->record) {
        step_context context = { pinfo, calls_call_by(followed, tapped->message->call_id, pinfo->num) };
        steps_of_response(followed, &tapped->origin, tapped->identity, tapped->record, tap_step, &context);
    }
}
