/* answers.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/answers.h"

#define CODE_TRYING 100

static bool
keeps_the_first(answers_way way)
{
    return way == ANSWERS_FIRST_RELIABLE_OF_FORK || way == ANSWERS_FIRST_SOUND_OF_FORK || way == ANSWERS_FIRST_SOUND || way == ANSWERS_FIRST_FINAL;
}

/* Is the answer among those of the way, and if it asks for a fork, of that one? */
static bool
is_of(const calls *c, const sip_answer *a, answers_way way, const answer_features *wanted)
{
    switch (way) {
    case ANSWERS_SAME:
        return a->code == wanted->code && a->to_tag == wanted->to_tag && rseq_of(c, a) == wanted->rseq;
    case ANSWERS_RELIABLE:
        return a->reliable && a->to_tag == wanted->to_tag && rseq_of(c, a) == wanted->rseq;
    case ANSWERS_FINAL_OF_FORK:
        return is_final(a) && a->to_tag == wanted->to_tag;
    case ANSWERS_RELIABLE_OF_FORK:
    case ANSWERS_FIRST_RELIABLE_OF_FORK:
        return a->reliable && a->to_tag == wanted->to_tag;
    case ANSWERS_FIRST_SOUND_OF_FORK:
        return a->code != CODE_TRYING && a->to_tag == wanted->to_tag;
    case ANSWERS_FIRST_SOUND:
        return a->code != CODE_TRYING;
    case ANSWERS_FIRST_FINAL:
    case ANSWERS_NEWEST_FINAL:
        return is_final(a);
    case ANSWERS_NEWEST_PROVISIONAL:
        return !is_final(a);
    case ANSWERS_ALERT:
        return a->flags & ANSWER_ALERTS;
    case ANSWERS_WAY_COUNT:
        break;
    }
    return false;
}

static uint64_t
way_key(const calls *c, uint32_t transaction, answers_way way, const answer_features *f)
{
    const bool of_fork = way <= ANSWERS_FIRST_SOUND_OF_FORK;
    const uint64_t which = way == ANSWERS_SAME ? (uint64_t)f->code << 32 | f->rseq : way == ANSWERS_RELIABLE ? f->rseq : 0;

    return key_with(c, key_of(c, KEY_ANSWER, (uint64_t)transaction << 8 | (uint64_t)way, of_fork ? f->to_tag : 0),
                    which);
}

static void
put_answer(calls *c, uint32_t number)
{
    const sip_answer *a = answer_at(c, number);
    const answer_features own = { a->code, a->to_tag, rseq_of(c, a) };

    for (unsigned way = 0; way < ANSWERS_WAY_COUNT; way++) {
        const uint64_t key = way_key(c, a->transaction, (answers_way)way, &own);
        if (!is_of(c, a, (answers_way)way, &own)) {
            continue;
        }
        if (keeps_the_first((answers_way)way)) {
            index_put_first(&c->index, key, number);
        } else {
            index_put(&c->index, key, number);
        }
    }
}

/* From the first one on, as they came. At most CALLS_FEW. */
static void
put_answers(calls *c, uint32_t newest)
{
    uint32_t numbers[CALLS_FEW];
    unsigned count = 0;

    for (uint32_t number = newest; number && count < CALLS_FEW; number = answer_at(c, number)->next) {
        numbers[count++] = number;
    }
    while (count > 0) {
        put_answer(c, numbers[--count]);
    }
}

uint32_t
answers_find(const calls *c, uint32_t transaction, answers_way way, answer_features wanted)
{
    const sip_transaction *t = transaction_at(c, transaction);
    uint32_t found = 0;

    if (t->answer_count > CALLS_FEW) {
        return index_find(&c->index, way_key(c, transaction, way, &wanted));
    }
    for (uint32_t number = t->answers; number; number = answer_at(c, number)->next) {
        if (is_of(c, answer_at(c, number), way, &wanted)) {
            found = number;
            if (!keeps_the_first(way)) {
                break;
            }
        }
    }
    return found;
}

uint32_t
answers_add(calls *c, uint32_t transaction, const call_message *m, answer_features features)
{
    sip_transaction *t = transaction_at(c, transaction);
    const uint32_t number = pool_add(&c->answers);
    sip_answer *a = answer_at(c, number);

    *a = (sip_answer){
        .time = m->origin->time,
        .transaction = transaction,
        .next = t->answers,
        .to_tag = features.to_tag,
        .frame = m->origin->frame,
        .code = features.code,
        .place = m->origin->place,
        .count = 1,
        .outcome = m->content->outcome & 0x7fU,
        .reliable = features.rseq != 0,
    };
    if (features.rseq) {
        index_put(&c->index, rseq_key(c, a), features.rseq);
    }
    if (t->answer_count == CALLS_FEW) {
        put_answers(c, t->answers);
    }
    t->answers = number;
    count_up(&t->answer_count);
    if (t->answer_count > CALLS_FEW) {
        put_answer(c, number);
    }
    return number;
}

void
answers_note_alert(calls *c, uint32_t answer)
{
    const uint32_t transaction = answer_at(c, answer)->transaction;

    if (transaction_at(c, transaction)->answer_count > CALLS_FEW) {
        index_put(&c->index, way_key(c, transaction, ANSWERS_ALERT, &(answer_features){ 0 }), answer);
    }
}
