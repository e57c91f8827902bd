/* copies.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/copies.h"

#include <string.h>

#define MS INT64_C(1000000)
#define COPY_NS (5 * MS)
/* T1 (RFC 3261 17.1.1.1): from then on it may be a retransmission. */
#define SAME_PACKET_NS (500 * MS)
/* TCP goes on sending a segment again for minutes (RFC 9293 3.8.3, R2). */
#define SAME_SEGMENT_NS (200000 * MS)
#define FIRST_ROOM 256
/* As long as a processor keeps it in a cache of its own there is much room, so that it is seldom gone through. */
#define SMALL_ROOM (1u << 12)

void
copies_start(copy_finder *finder, const calls_memory *memory)
{
    *finder = (copy_finder){ .memory = memory };
}

void
copies_end(copy_finder *finder)
{
    if (finder->room) {
        finder->memory->release(finder->memory->scope, finder->slots);
    }
}

static int64_t
distance(int64_t a, int64_t b)
{
    return a < b ? b - a : a - b;
}

static seen_message *
slot_of(const copy_finder *finder, uint64_t digest)
{
    uint32_t place = place_of_digest(digest, finder->room);

    while (finder->slots[place].frame && finder->slots[place].digest != digest) {
        place = place + 1 == finder->room ? 0 : place + 1;
    }
    return &finder->slots[place];
}

static void
take(copy_finder *finder, const seen_message *message)
{
    *slot_of(finder, message->digest) = *message;
    finder->count++;
}

static bool
is_of_now(const seen_message *message, int64_t now)
{
    return message->frame &&
           distance(message->time, now) < (message->has_sequence ? SAME_SEGMENT_NS : SAME_PACKET_NS);
}

/* Gives up what is too old to be copied, and more room to what is left. */
static void
make_room(copy_finder *finder, int64_t now)
{
    const copy_finder old = *finder;
    uint32_t live = 0;

    for (uint32_t i = 0; i < old.room; i++) {
        live += is_of_now(&old.slots[i], now);
    }
    const uint32_t enough = old.room / (old.room < SMALL_ROOM ? 4 : 2);
    finder->room = old.room == 0 ? FIRST_ROOM : live > enough ? old.room * 2 : old.room;
    finder->slots = (seen_message *)old.memory->allocate(old.memory->scope, finder->room * sizeof *finder->slots);
    memset(finder->slots, 0, finder->room * sizeof *finder->slots);
    finder->count = 0;
    for (uint32_t i = 0; i < old.room; i++) {
        if (is_of_now(&old.slots[i], now)) {
            take(finder, &old.slots[i]);
        }
    }
    if (old.room) {
        old.memory->release(old.memory->scope, old.slots);
    }
}

/* Two messages of one frame were sent one after the other. */
static bool
is_copy(const seen_message *message, const seen_message *first, bool segment_repeated)
{
    const int64_t apart = distance(message->time, first->time);

    if (message->frame == first->frame || message->has_sequence != first->has_sequence) {
        return false;
    }
    if (message->has_sequence) {
        return segment_repeated && apart < SAME_SEGMENT_NS;
    }
    return apart <= COPY_NS || (message->ip_id && message->ip_id == first->ip_id && apart < SAME_PACKET_NS);
}

uint32_t
copies_first_of(copy_finder *finder, const seen_message *message, bool segment_repeated, int64_t now)
{
    if ((uint64_t)(finder->count + 1) * 4 > (uint64_t)finder->room * 3) {
        make_room(finder, now);
    }
    seen_message *slot = slot_of(finder, message->digest);
    if (slot->frame && is_copy(message, slot, segment_repeated)) {
        return slot->frame;
    }
    finder->count += slot->frame == 0;
    *slot = *message;
    return 0;
}
