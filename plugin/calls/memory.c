/* memory.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/memory.h"

#include <string.h>

#define FIRST_CHUNKS 8
#define FIRST_ROOM 64
#define SLOT_WORDS 3
#define SLOT_SIZE (SLOT_WORDS * sizeof(uint32_t))

void
pool_start(item_pool *p, const calls_memory *memory, size_t item_size)
{
    *p = (item_pool){ .memory = memory, .item_size = (uint32_t)item_size };
}

static void
add_chunk(item_pool *p, uint32_t chunk)
{
    const size_t size = (size_t)POOL_CHUNK_ITEMS * p->item_size;

    if (chunk == p->chunk_room) {
        const uint32_t room = p->chunk_room ? p->chunk_room * 2 : FIRST_CHUNKS;
        uint8_t **chunks = (uint8_t **)p->memory->allocate(p->memory->scope, room * sizeof *chunks);
        if (p->chunk_room) {
            memcpy(chunks, p->chunks, p->chunk_room * sizeof *chunks);
            p->memory->release(p->memory->scope, p->chunks);
        }
        p->chunks = chunks;
        p->chunk_room = room;
    }
    p->chunks[chunk] = (uint8_t *)p->memory->allocate(p->memory->scope, size);
}

uint32_t
pool_add(item_pool *p)
{
    if ((p->count & (POOL_CHUNK_ITEMS - 1)) == 0) {
        add_chunk(p, p->count >> POOL_CHUNK_BITS);
    }
    p->count++;
    memset(pool_at(p, p->count), 0, p->item_size);
    return p->count;
}

void
index_start(digest_index *index, const calls_memory *memory)
{
    *index = (digest_index){ .memory = memory };
}

static uint64_t
digest_of_slot(const uint32_t *slot)
{
    return (uint64_t)slot[0] << 32 | slot[1];
}

/* The slot of the digest, or the empty one where it would go: one slot after
 * the other from where the digest says. */
static uint32_t *
slot_of(const digest_index *index, uint64_t digest)
{
    uint32_t place = (uint32_t)(((digest & UINT32_MAX) * index->room) >> 32);
    uint32_t *slot = index->slots + (size_t)place * SLOT_WORDS;

    while (slot[2] && digest_of_slot(slot) != digest) {
        place++;
        slot += SLOT_WORDS;
        if (place == index->room) {
            place = 0;
            slot = index->slots;
        }
    }
    return slot;
}

static void
fill_slot(const digest_index *index, uint64_t digest, uint32_t number)
{
    uint32_t *slot = slot_of(index, digest);

    slot[0] = (uint32_t)(digest >> 32);
    slot[1] = (uint32_t)digest;
    slot[2] = number;
}

static void
give_room(digest_index *index, uint32_t room)
{
    index->room = room;
    index->slots = (uint32_t *)index->memory->allocate(index->memory->scope, room * SLOT_SIZE);
    memset(index->slots, 0, room * SLOT_SIZE);
}

/* Four of five slots are the most that may be taken. */
static void
grow(digest_index *index)
{
    const digest_index old = *index;

    give_room(index, old.room ? old.room + old.room / 2 : FIRST_ROOM);
    for (uint32_t i = 0; i < old.room; i++) {
        const uint32_t *slot = old.slots + (size_t)i * SLOT_WORDS;
        if (slot[2]) {
            fill_slot(index, digest_of_slot(slot), slot[2]);
        }
    }
    if (old.room) {
        index->memory->release(index->memory->scope, old.slots);
    }
}

uint32_t
index_find(const digest_index *index, uint64_t digest)
{
    return index->count ? slot_of(index, digest)[2] : 0;
}

uint32_t
index_put(digest_index *index, uint64_t digest, uint32_t number)
{
    if ((uint64_t)(index->count + 1) * 5 > (uint64_t)index->room * 4) {
        grow(index);
    }
    uint32_t *slot = slot_of(index, digest);
    const uint32_t before = slot[2];
    slot[0] = (uint32_t)(digest >> 32);
    slot[1] = (uint32_t)digest;
    slot[2] = number;
    index->count += before == 0;
    return before;
}
