/* follow.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "draw/follow.h"

#include "draw/fields.h"

#define NS_PER_S INT64_C(1000000000)

typedef struct {
    proto_tree *tree;
    tvbuff_t *tvb;
    int offset;
} drawing;

static void
add_uint(const drawing *d, int hf, uint32_t value)
{
    if (proto_field_is_referenced(d->tree, hf)) {
        proto_item_set_generated(proto_tree_add_uint(d->tree, hf, d->tvb, d->offset, 0, value));
    }
}

/* How it is delivered: RFC 3261 13.3.1.4, 17.2.1 and 17.2.2, RFC 3262 3. */
static void
draw_delivery(const drawing *d, const sip_message *message, bool is_invite)
{
    const bool final = message->code >= SIP_CODE_FINAL_MIN;
    delivery how = DELIVERY_NOT_RELIABLY;

    if (final) {
        how = is_invite ? DELIVERY_UNTIL_ACK : DELIVERY_WITH_REQUEST;
    } else if (is_invite && message->rseq.start) {
        how = DELIVERY_BY_PRACK;
    }
    /* RSeq may have been cut off by the snap length. */
    if (final || how == DELIVERY_BY_PRACK || message->headers_complete) {
        add_uint(d, hf_reliable, how);
    }
    if (proto_field_is_referenced(d->tree, hf_ack_expected)) {
        proto_item_set_generated(proto_tree_add_boolean(d->tree, hf_ack_expected, d->tvb, d->offset, 0,
                                                        final && is_invite));
    }
}

static void
draw_delay(const drawing *d, int64_t delay)
{
    nstime_t time;

    time.secs = (time_t)(delay / NS_PER_S);
    time.nsecs = (int)(delay % NS_PER_S);
    proto_item_set_generated(proto_tree_add_time(d->tree, hf_delay, d->tvb, d->offset, 0, &time));
}

static void
draw_links(const drawing *d, const answer_record *record)
{
    const sip_answer *answer = record->answer;
    const bool final = answer->code >= SIP_CODE_FINAL_MIN;
    const sip_answer *ended_by = final ? NULL : transactions_final_of(answer);

    add_uint(d, hf_request_in, answer->transaction->request_frame);
    if (record->repetition > 0) {
        add_uint(d, hf_retransmission, record->repetition);
        add_uint(d, hf_retransmission_of, answer->first_frame);
    }
    if (ended_by) {
        add_uint(d, hf_final_in, ended_by->first_frame);
    }
    if (answer->confirmed_in) {
        add_uint(d, final ? hf_ack_in : hf_prack_in, answer->confirmed_in);
    }
}

static const sip_transaction *
transaction_of(const answer_record *record)
{
    return record && record->answer ? record->answer->transaction : NULL;
}

int
outcome_of_response(const sip_message *message, sip_text method, const answer_record *record)
{
    const sip_transaction *transaction = transaction_of(record);

    if (!method.length) {
        return SIPRESP_OUTCOME_UNKNOWN;
    }
    if (!sip_text_equals(method, "INVITE") || (transaction && transaction->flags & REQUEST_IN_DIALOG)) {
        return OUTCOME_NOT_A_CALL;
    }
    return transaction ? (int)response_outcome_of(message) : SIPRESP_OUTCOME_UNKNOWN;
}

void
draw_transaction(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, int offset, const sip_message *message,
                 sip_text method, const answer_record *record)
{
    const drawing d = { tree, tvb, offset };
    const bool is_invite = sip_text_equals(method, "INVITE");
    const int outcome = outcome_of_response(message, method, record);
    const sip_transaction *transaction = transaction_of(record);

    if (!method.length) {
        return;
    }
    draw_delivery(&d, message, is_invite);
    if (outcome != SIPRESP_OUTCOME_UNKNOWN) {
        add_uint(&d, hf_outcome, (uint32_t)outcome);
    }
    if (transaction) {
        draw_links(&d, record);
        draw_delay(&d, transactions_time_of(pinfo) - transaction->request_time);
    }
}
