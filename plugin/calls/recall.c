/* recall.c
 * What was learned, for those that draw, judge and count.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/answers.h"
#include "calls/model.h"
#include "calls/outcomes.h"
#include "calls/transactions.h"

/* A capture may stand still for so long and still be believed at its very end. */
#define QUIET_NS (3600 * CALLS_SECOND)

static int64_t
clamped(int64_t time)
{
    return time > CALLS_TIME_MAX ? CALLS_TIME_MAX : time < -CALLS_TIME_MAX ? -CALLS_TIME_MAX : time;
}

/* Time goes on as far as two frames in a row say, and is set back as far. */
void
calls_tick(calls *c, uint32_t frame, int64_t time)
{
    const int64_t now = clamped(time);
    const int64_t less = now < c->last_time ? now : c->last_time;
    const int64_t more = now < c->last_time ? c->last_time : now;

    if (c->frames < 2) {
        c->first_time = c->frames == 0 ? now : c->first_time;
        c->sure_time = c->frames == 0 ? now : less;
        c->frames++;
    } else if (less > c->sure_time) {
        c->sure_time = less;
    } else if (more < c->sure_time - CALLS_64_T1) {
        c->sure_time = more;
    }
    c->last_time = now;
    expire_calls(c, frame);
}

int64_t
calls_end_time(const calls *c)
{
    return c->last_time > c->sure_time && c->last_time - c->sure_time <= QUIET_NS ? c->last_time : c->sure_time;
}

calls_clock
calls_clock_of(const calls *c)
{
    return (calls_clock){ c->first_time, c->sure_time, c->last_time, c->frames };
}

const sip_answer *
calls_answer(const calls *c, uint32_t number)
{
    return answer_at(c, number);
}

const sip_transaction *
calls_transaction(const calls *c, uint32_t number)
{
    return transaction_at(c, number);
}

const sip_request *
calls_request(const calls *c, uint32_t number)
{
    return request_at(c, number);
}

const sip_call *
calls_call(const calls *c, uint32_t number)
{
    return call_at(c, number);
}

uint32_t
calls_request_count(const calls *c)
{
    return c->requests.count;
}

uint32_t
calls_call_count(const calls *c)
{
    return c->calls.count;
}

/* Where an item stands in the capture. */
typedef struct {
    uint32_t frame;
    uint32_t place;
} position;

typedef position (*position_fn)(const void *item);

static position
position_of_answer(const void *item)
{
    return (position){ ((const sip_answer *)item)->frame, ((const sip_answer *)item)->place };
}

static position
position_of_copy(const void *item)
{
    return (position){ ((const later_copy *)item)->frame, ((const later_copy *)item)->place };
}

/* Number of the item there; 0: none. Items stand in the order of the capture;
 * while a message is learned, its own is the last. */
static uint32_t
find_position(const item_pool *items, position_fn position_of, uint32_t frame, uint32_t place)
{
    uint32_t low = 1;
    uint32_t high = items->count;
    uint32_t middle = high;

    while (low <= high) {
        const position there = position_of(pool_at(items, middle));
        if (there.frame == frame && there.place == place) {
            return middle;
        }
        if (there.frame < frame || (there.frame == frame && there.place < place)) {
            low = middle + 1;
        } else {
            high = middle - 1;
        }
        middle = low + (high - low) / 2;
    }
    return 0;
}

bool
calls_recall(const calls *c, uint32_t frame, unsigned place, answer_record *record)
{
    uint32_t number = find_position(&c->answers, position_of_answer, frame, place);

    *record = (answer_record){ .number = number };
    if (!number) {
        const uint32_t copy = find_position(&c->later_copies, position_of_copy, frame, place);
        if (!copy) {
            return false;
        }
        const later_copy *later = (const later_copy *)pool_at(&c->later_copies, copy);
        number = later->answer;
        record->number = number;
        record->repetition = later->repetition;
        record->captured_before = later->captured_before;
    }
    if (number) {
        const sip_answer *a = answer_at(c, number);
        const sip_transaction *t = transaction_at(c, a->transaction);
        if (t->request) {
            record->answer = a;
            record->transaction = t;
            record->request = request_at(c, t->request);
        }
        record->unseen_request = a->flags & ANSWER_UNSEEN_REQUEST;
    }
    return true;
}

uint32_t
calls_captured_before(const calls *c, uint32_t frame, unsigned place)
{
    const uint32_t copy = find_position(&c->later_copies, position_of_copy, frame, place);

    return copy ? ((const later_copy *)pool_at(&c->later_copies, copy))->captured_before : 0;
}

unsigned
calls_adopted(const calls *c, const sip_transaction *transaction, uint32_t numbers[CALLS_ADOPTED_MAX])
{
    unsigned count = 0;

    if (!(transaction->flags & TRANSACTION_ADOPTS)) {
        return 0;
    }
    for (uint32_t answer = transaction->answers; answer; answer = answer_at(c, answer)->next) {
        if (answer_at(c, answer)->flags & ANSWER_ADOPTED && count < CALLS_ADOPTED_MAX) {
            numbers[count++] = answer;
        }
    }
    for (unsigned i = 0; i < count / 2; i++) {
        const uint32_t number = numbers[i];
        numbers[i] = numbers[count - 1 - i];
        numbers[count - 1 - i] = number;
    }
    return count;
}

const sip_answer *
calls_final_of(const calls *c, const sip_answer *provisional)
{
    const answer_features of_fork = { .to_tag = provisional->to_tag };
    uint32_t number = answers_find(c, provisional->transaction, ANSWERS_FINAL_OF_FORK, of_fork);

    number = number ? number : answers_find(c, provisional->transaction, ANSWERS_FIRST_FINAL, of_fork);
    return number ? answer_at(c, number) : NULL;
}

const sip_answer *
calls_first_sound(const calls *c, const sip_answer *answer, bool of_its_fork)
{
    const answer_features wanted = { .to_tag = answer->to_tag };
    const uint32_t number = answers_find(c, answer->transaction,
                                         of_its_fork ? ANSWERS_FIRST_SOUND_OF_FORK : ANSWERS_FIRST_SOUND, wanted);

    return number ? answer_at(c, number) : answer;
}

const sip_answer *
calls_first_reliable(const calls *c, const sip_answer *answer)
{
    const answer_features wanted = { .to_tag = answer->to_tag };

    return answer_at(c, answers_find(c, answer->transaction, ANSWERS_FIRST_RELIABLE_OF_FORK, wanted));
}
