/* transaction_tree.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/transaction_tree.h"

#include "calls/call_outcome.h"
#include "draw/fields.h"
#include "draw/items.h"
#include "sip/sip_identity.h"

static void
add_uint(const response *r, proto_tree *tree, int hf, uint32_t value)
{
    add_generated_uint(tree, hf, r->tvb, r->offset, value);
}

/* How it is delivered: RFC 3261 13.3.1.4, 17.2.1 and 17.2.2, RFC 3262 3. */
void
draw_delivery(const response *r, proto_tree *tree)
{
    const bool is_invite = sip_text_equals(r->method, "INVITE");
    const bool final = response_is_final(r->message->code);
    delivery how = DELIVERY_NOT_RELIABLY;

    if (!r->method.length) {
        return;
    }
    if (final) {
        how = is_invite ? DELIVERY_UNTIL_ACK : DELIVERY_WITH_REQUEST;
    } else if (is_invite && sip_message_is_reliable(r->message)) {
        how = DELIVERY_BY_PRACK;
    }
    /* RSeq and Require may have been cut off by the snap length. */
    if (final || how == DELIVERY_BY_PRACK || r->message->headers_complete) {
        add_uint(r, tree, hf_reliable, how);
    }
    add_generated_boolean(tree, hf_ack_expected, r->tvb, r->offset, final && is_invite);
}

static void
draw_links(const response *r, proto_tree *tree, const answer_record *record)
{
    const calls *followed = r->followed;
    const sip_answer *answer = record->answer;
    const bool final = response_is_final(answer->code);
    const sip_answer *ended_by = final ? NULL : calls_final_of(followed, answer);
    const uint32_t confirmed_in = calls_confirmed_in(followed, answer);

    add_uint(r, tree, hf_request_in, record->transaction->frame);
    if (record->repetition > 0) {
        add_uint(r, tree, hf_retransmission, record->repetition);
        add_uint(r, tree, hf_retransmission_of, answer->frame);
    }
    if (ended_by) {
        add_uint(r, tree, hf_final_in, ended_by->frame);
    }
    if (confirmed_in) {
        add_uint(r, tree, final ? hf_ack_in : hf_prack_in, confirmed_in);
    }
}

void
draw_outcome(const response *r, proto_tree *tree)
{
    const int outcome = r->method.length ? outcome_of_response(r->message, r->method, r->record) : OUTCOME_UNKNOWN;

    if (outcome != OUTCOME_UNKNOWN) {
        add_uint(r, tree, hf_outcome, (uint32_t)outcome);
    }
}

void
draw_transaction(const response *r, proto_tree *tree)
{
    const answer_record *record = r->record;

    if (record && record->captured_before) {
        add_uint(r, tree, hf_captured_before, record->captured_before);
    }
    if (r->method.length && record && record->answer) {
        draw_links(r, tree, record);
        add_generated_time(tree, hf_delay, r->tvb, r->offset, r->time - record->transaction->time);
    }
}
