/* ringing.c
 * A heap: each call is due no later than the two at twice its number and behind.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/ringing.h"

static ringing_call *
ringing_at(const calls *c, uint32_t number)
{
    return (ringing_call *)pool_at(&c->ringing, number);
}

/* Of two that are due at once the one that began first. */
static bool
is_due_before(const ringing_call *one, const ringing_call *other)
{
    return one->due < other->due || (one->due == other->due && one->call < other->call);
}

void
ringing_put(calls *c, ringing_call waits)
{
    uint32_t number = ++c->ringing_count;

    if (number > c->ringing.count) {
        pool_add(&c->ringing);
    }
    for (; number > 1 && is_due_before(&waits, ringing_at(c, number / 2)); number /= 2) {
        *ringing_at(c, number) = *ringing_at(c, number / 2);
    }
    *ringing_at(c, number) = waits;
}

/* The last one takes the place of the first, and goes down from there. */
static void
take_first(calls *c)
{
    const ringing_call last = *ringing_at(c, c->ringing_count--);
    uint32_t number = 1;
    uint32_t next;

    while ((next = 2 * number) <= c->ringing_count) {
        if (next < c->ringing_count && is_due_before(ringing_at(c, next + 1), ringing_at(c, next))) {
            next++;
        }
        if (!is_due_before(ringing_at(c, next), &last)) {
            break;
        }
        *ringing_at(c, number) = *ringing_at(c, next);
        number = next;
    }
    *ringing_at(c, number) = last;
}

uint32_t
ringing_take(calls *c)
{
    if (!c->ringing_count || c->sure_time <= ringing_at(c, 1)->due) {
        return 0;
    }
    const uint32_t call = ringing_at(c, 1)->call;
    take_first(c);
    return call;
}
