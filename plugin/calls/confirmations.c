/* confirmations.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/confirmations.h"

/* Returns true if the ACK belongs to the transaction: one of its finals has
 * the ACK's To tag. */
static bool
acknowledge(sip_transaction *transaction, uint32_t to_tag, uint32_t frame)
{
    sip_answer *answer = store_answer_of_fork(transaction, to_tag, true);

    if (!answer) {
        return false;
    }
    if (!answer->confirmed_in) {
        answer->confirmed_in = frame;
    }
    return true;
}

/* An ACK that fits none of the finals says what is wrong with it. */
static void
blame_ack(sip_transaction *transaction)
{
    sip_answer *final = store_newest_answer(transaction, true);
    sip_answer *provisional = final ? NULL : store_newest_answer(transaction, false);

    if (final && !final->confirmed_in) {
        final->flags |= ANSWER_ACK_OTHER_TAG;
    } else if (provisional) {
        provisional->flags |= ANSWER_ACK_TOO_SOON;
    }
}

/* RFC 3261 13.2.2.4: the ACK of a 2xx is a transaction of its own and may
 * bypass proxies. It is that of the INVITE between the same two hosts, or, if
 * there is none, of the INVITE on every hop. */
static void
learn_ack_of_2xx(uint32_t frame, const hop_ends *ends, const sip_identity *identity)
{
    const uint32_t from_tag = store_hash(sip_identity_from_tag(identity));
    const uint32_t to_tag = store_hash(identity->to_tag);
    const uint32_t way = (uint32_t)ends->way;
    sip_transaction *const newest = store_call(identity->call_id);
    sip_transaction *unfit = NULL;
    sip_transaction *other_cseq = NULL;
    bool found = false;

    for (int pass = 0; pass < 2 && !found; pass++) {
        int searched = 0;
        for (sip_transaction *t = newest; t && searched < CALL_SEARCH_MAX; t = t->next_of_call, searched++) {
            if (!(t->flags & REQUEST_INVITE) || t->from_tag != from_tag || (pass == 0 && t->way != way)) {
                continue;
            }
            if (t->cseq == identity->cseq) {
                const bool fits = acknowledge(t, to_tag, frame);
                found |= fits;
                unfit = fits || unfit ? unfit : t;
            } else if (!other_cseq && store_answer_of_fork(t, to_tag, true)) {
                other_cseq = t;
            }
        }
    }
    if (found) {
        return;
    }
    if (unfit) {
        blame_ack(unfit);
    } else if (other_cseq && !store_answer_of_fork(other_cseq, to_tag, true)->confirmed_in) {
        store_answer_of_fork(other_cseq, to_tag, true)->flags |= ANSWER_ACK_OTHER_CSEQ;
    }
}

/* RFC 3261 17.1.1.3: the ACK of another final shares the branch of the INVITE. */
void
learn_ack(uint32_t frame, const hop_ends *ends, const sip_identity *identity)
{
    sip_transaction *const candidates = store_find_invite(ends, identity);
    sip_transaction *transaction = store_choose(candidates, ends, identity->cseq, false);

    if (transaction) {
        if (!acknowledge(transaction, store_hash(identity->to_tag), frame)) {
            blame_ack(transaction);
        }
    } else if (candidates && store_newest_answer(candidates, true)) {
        store_newest_answer(candidates, true)->flags |= ANSWER_ACK_OTHER_CSEQ;
    } else {
        learn_ack_of_2xx(frame, ends, identity);
    }
}

/* RFC 3262 3: RAck names the response and the INVITE that it answered. */
void
learn_prack(uint32_t frame, const sip_identity *identity)
{
    const uint32_t from_tag = store_hash(sip_identity_from_tag(identity));
    const uint32_t to_tag = store_hash(identity->to_tag);
    int searched = 0;

    for (sip_transaction *t = store_call(identity->call_id); t && searched < CALL_SEARCH_MAX;
         t = t->next_of_call, searched++) {
        if (!(t->flags & REQUEST_INVITE) || t->from_tag != from_tag || t->cseq != identity->rack_cseq) {
            continue;
        }
        int answers = 0;
        for (sip_answer *a = t->answers; a && answers < ANSWER_SEARCH_MAX; a = a->next, answers++) {
            if (a->rseq == identity->rack_rseq && a->to_tag == to_tag && !a->confirmed_in) {
                a->confirmed_in = frame;
            }
        }
    }
}

/* A BYE may end an INVITE before its final answer (RFC 3261 15.1.2); either
 * side may send it. */
void
learn_bye(uint32_t frame, const sip_identity *identity)
{
    const uint32_t from_tag = store_hash(sip_identity_from_tag(identity));
    const uint32_t to_tag = store_hash(identity->to_tag);
    int searched = 0;

    for (sip_transaction *t = store_call(identity->call_id); t && searched < CALL_SEARCH_MAX;
         t = t->next_of_call, searched++) {
        if (!(t->flags & REQUEST_INVITE) || (t->from_tag != from_tag && t->from_tag != to_tag)) {
            continue;
        }
        sip_answer *final = store_answer_of_fork(t, t->from_tag == from_tag ? to_tag : from_tag, true);
        if (final && !final->ended_in) {
            final->ended_in = frame;
        }
        t->ended_by_bye = true;
    }
}
