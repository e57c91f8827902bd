/* transactions.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/transactions.h"

#include "calls/confirmations.h"
#include "calls/transaction_store.h"

/* RFC 3261 17.1.1.2: 64*T1; what is pending longer than that is lost. */
#define TRANSACTION_NS (INT64_C(32) * 1000 * 1000 * 1000)
/* RFC 3261 16.6 step 11: an INVITE may ring for Timer C, more than 3 min. */
#define RINGING_NS (INT64_C(200) * 1000 * 1000 * 1000)

static uint32_t next_frame;         /* the one to be learned next */
static uint32_t last_with_sip;      /* the last one that was learned and had SIP */
static bool numbers_reused;         /* a read filter hides SIP frames already learned */
static bool has_gap;                /* a message was cut too short to be learned */
static int64_t end_time;

static void
reset(void)
{
    store_reset();
    next_frame = 1;
    last_with_sip = 0;
    numbers_reused = false;
    has_gap = false;
    end_time = 0;
}

void
register_transactions(void)
{
    register_init_routine(reset);
}

int64_t
transactions_time_of(const packet_info *pinfo)
{
    return (int64_t)pinfo->abs_ts.secs * 1000 * 1000 * 1000 + pinfo->abs_ts.nsecs;
}

int64_t
transactions_end_time(void)
{
    return end_time;
}

void
transactions_note_gap(void)
{
    has_gap = true;
}

bool
transactions_have_gap(void)
{
    return has_gap;
}

/* A frame is learned when it comes in its turn and its messages can be found:
 * in the first pass as a rule, in the second one of tshark -2, whose first one
 * shows neither nodes nor taps. A read filter gives the number of a frame that
 * it drops to the next one: if the dropped one had SIP, what was learned of it
 * is of a frame that nobody sees, and nothing at all is told. */
follow_mode
transactions_begin_frame(const packet_info *pinfo, bool visible)
{
    const bool visited = PINFO_FD_VISITED(pinfo);

    if (!visited && pinfo->num + 1 == next_frame) {
        numbers_reused |= last_with_sip == pinfo->num;
        next_frame = pinfo->num;
    }
    if (numbers_reused) {
        return FOLLOW_NOTHING;
    }
    if (pinfo->num < next_frame) {
        return FOLLOW_REPLAY;
    }
    if (pinfo->num > next_frame || !visible) {
        return FOLLOW_NOTHING;
    }
    next_frame = pinfo->num + 1;
    const int64_t now = transactions_time_of(pinfo);
    if (now > end_time) {
        end_time = now;
    }
    return FOLLOW_LEARN;
}

static hop_ends
ends_of(const packet_info *pinfo, bool is_request)
{
    return is_request ? store_ends(&pinfo->src, &pinfo->dst, pinfo->srcport, pinfo->destport)
                      : store_ends(&pinfo->dst, &pinfo->src, pinfo->destport, pinfo->srcport);
}

static unsigned
kind_of_request(sip_text method)
{
    return sip_text_equals(method, "INVITE") ? REQUEST_INVITE :
           sip_text_equals(method, "BYE") ? REQUEST_BYE :
           sip_text_equals(method, "REGISTER") ? REQUEST_REGISTER : 0;
}

static void
learn_request(const packet_info *pinfo, const sip_identity *identity, sip_text method)
{
    const hop_ends ends = ends_of(pinfo, true);

    store_note_way(&ends, transactions_time_of(pinfo));
    if (sip_text_equals(method, "ACK")) {
        learn_ack(pinfo->num, &ends, identity);
        return;
    }
    const uint64_t key = store_key(&ends, identity, method);
    sip_transaction *t = store_choose(store_find(key), &ends, identity->cseq, true);
    if (t) {
        t->request_count++;
        return;
    }
    t = store_add(key);
    t->request_time = transactions_time_of(pinfo);
    t->request_frame = pinfo->num;
    t->request_count = 1;
    t->cseq = identity->cseq;
    t->from_tag = store_hash(sip_identity_from_tag(identity));
    t->to_tag = store_hash(identity->to_tag);
    t->way = (uint32_t)ends.way;
    t->client_port = ends.client_port;
    t->server_port = ends.server_port;
    t->flags = (uint8_t)(kind_of_request(method) | (identity->to_tag.length ? REQUEST_IN_DIALOG : 0) |
                         (identity->supports_100rel || identity->cut ? REQUEST_OFFERS_100REL : 0) |
                         (identity->supports_199 || identity->cut ? REQUEST_SUPPORTS_199 : 0) |
                         (pinfo->ptype == PT_UDP ? REQUEST_UNRELIABLE : 0));
    if (t->flags & (REQUEST_INVITE | REQUEST_BYE | REQUEST_REGISTER)) {
        store_add_to_call(identity->call_id, t);
    }
    if (t->flags & REQUEST_BYE) {
        learn_bye(pinfo->num, identity);
    } else if (sip_text_equals(method, "CANCEL")) {
        sip_transaction *cancelled = store_choose(store_find_invite(&ends, identity), &ends, identity->cseq, true);
        if (cancelled) {
            cancelled->cancelled = true;
        }
    } else if (identity->rack_rseq) {
        learn_prack(pinfo->num, identity);
    }
}

/* What the answers before it say of a new one. */
static uint16_t
flags_of_new_answer(const sip_transaction *t, uint32_t to_tag, uint32_t rseq, unsigned code)
{
    unsigned flags = t->answers ? 0 : ANSWER_FIRST | (t->request_count > 1 ? ANSWER_AFTER_REPEAT : 0);
    uint32_t last_rseq = 0;
    int searched = 0;

    if (code >= SIP_CODE_FINAL_MIN && store_answer_of_fork(t, to_tag, true)) {
        flags |= ANSWER_SECOND_FINAL;
    }
    if (!t->cancelled && !t->ended_by_bye) {
        flags |= ANSWER_UNCANCELLED;
    }
    for (const sip_answer *a = t->answers; rseq && a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        if (a->to_tag == to_tag && a->rseq) {
            last_rseq = a->rseq;
            break;
        }
    }
    if (rseq && !(t->flags & REQUEST_RSEQ_UNSEEN) && (last_rseq ? rseq != last_rseq + 1 : rseq > INT32_MAX)) {
        flags |= ANSWER_RSEQ_ORDER;
    }
    return (uint16_t)flags;
}

static sip_answer *
learn_answer(const packet_info *pinfo, sip_transaction *t, const sip_identity *identity, unsigned code)
{
    const uint32_t to_tag = store_hash(identity->to_tag);
    const uint32_t rseq = identity->requires_100rel ? identity->rseq : 0;
    int searched = 0;

    for (sip_answer *a = t->answers; a && searched < ANSWER_SEARCH_MAX; a = a->next, searched++) {
        if (a->code == code && a->to_tag == to_tag && a->rseq == rseq) {
            a->count++;
            return a;
        }
    }
    if (identity->cut && code < SIP_CODE_FINAL_MIN) {
        t->flags |= REQUEST_RSEQ_UNSEEN;
    }
    const uint16_t flags = flags_of_new_answer(t, to_tag, rseq, code);
    sip_answer *answer = store_add_answer(t);
    answer->first_time = transactions_time_of(pinfo);
    answer->to_tag = to_tag;
    answer->rseq = rseq;
    answer->first_frame = pinfo->num;
    answer->count = 1;
    answer->code = (uint16_t)code;
    answer->flags = flags;
    return answer;
}

/* Could the request have been seen? Another one of the same way was, so long
 * ago that this one was sent later. */
static bool
request_would_be_seen(const packet_info *pinfo, const hop_ends *ends, const sip_identity *identity)
{
    const int64_t since = store_way_time(ends);
    const bool is_invite = sip_text_equals(identity->cseq_method, "INVITE");

    return since >= 0 && transactions_time_of(pinfo) - since > (is_invite ? RINGING_NS : TRANSACTION_NS);
}

static void
learn_response(const packet_info *pinfo, unsigned place, const sip_identity *identity, unsigned code)
{
    const hop_ends ends = ends_of(pinfo, false);
    const uint64_t key = store_key(&ends, identity, identity->cseq_method);
    sip_transaction *t = store_choose(store_find(key), &ends, identity->cseq, false);
    answer_record record = { NULL, 0, false };

    if (t) {
        const sip_answer *answer = learn_answer(pinfo, t, identity, code);
        record.answer = answer;
        record.repetition = answer->count - 1;
    } else {
        record.unseen_request = request_would_be_seen(pinfo, &ends, identity);
    }
    store_add_record(pinfo->num, place, &record);
}

void
transactions_learn(const packet_info *pinfo, unsigned place, const sip_identity *identity,
                   sip_text request_method, unsigned code)
{
    last_with_sip = pinfo->num;
    if (code) {
        learn_response(pinfo, place, identity, code);
    } else {
        learn_request(pinfo, identity, request_method);
    }
}

bool
transactions_recall(const packet_info *pinfo, unsigned place, answer_record *record)
{
    return !numbers_reused && store_find_record(pinfo->num, place, record);
}

const sip_transaction *
transactions_request_of(const packet_info *pinfo, const sip_identity *identity, sip_text method)
{
    const hop_ends ends = ends_of(pinfo, true);
    const uint64_t key = store_key(&ends, identity, method);
    const sip_transaction *t = store_choose(store_find(key), &ends, identity->cseq, true);

    return !numbers_reused && t && t->request_frame == pinfo->num ? t : NULL;
}

const sip_answer *
transactions_final_of(const sip_answer *provisional)
{
    const sip_answer *own = store_answer_of_fork(provisional->transaction, provisional->to_tag, true);
    const sip_answer *first = NULL;
    int searched = 0;

    for (const sip_answer *a = provisional->transaction->answers; a && searched < ANSWER_SEARCH_MAX;
         a = a->next, searched++) {
        first = answer_is_final(a) ? a : first;
    }
    return own ? own : first;
}
