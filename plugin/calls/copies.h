/* copies.h
 * Which messages were captured twice: at a mirror port, on "any", with and
 * without a VLAN tag, plain and in a tunnel, in a TCP segment that was sent again.
 *
 * The same bytes between the same ends are one message if they come within a
 * few milliseconds, or, before anybody would send them again, in an IP packet
 * of the same identification. T1 is 500 ms, so no retransmission is that fast.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_COPIES_H
#define SIPRESP_COPIES_H

#include <stdbool.h>

#include "calls/memory.h"

typedef struct {
    uint64_t digest;        /* of bytes and ends */
    int64_t time;           /* ns */
    uint32_t frame;         /* 0: the slot is empty */
    uint16_t ip_id;         /* 0: unknown */
    bool has_sequence;      /* TCP numbers the bytes */
} seen_message;

/* What was seen lately; what is too old is given up when room is needed. */
typedef struct {
    const calls_memory *memory;
    seen_message *slots;
    uint32_t room;
    uint32_t count;
} copy_finder;

void copies_start(copy_finder *finder, const calls_memory *memory);
void copies_end(copy_finder *finder);

/* As index_expect(); a slot may lie in two lines of a cache. */
ALWAYS_INLINE void
copies_expect(const copy_finder *finder, uint64_t digest)
{
    if (finder->count) {
        const seen_message *slot = finder->slots + place_of_digest(digest, finder->room);
        memory_expect(slot);
        memory_expect(&slot->has_sequence);
    }
}

/* Frame of the copy that was seen first; 0: this is the first one, and is kept
 * as that. segment_repeated: TCP sent its bytes before. now: the time of the
 * capture, by which older ones are given up. */
uint32_t copies_first_of(copy_finder *finder, const seen_message *message, bool segment_repeated, int64_t now);

#endif
