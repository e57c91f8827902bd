/* memory.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/memory.h"

#include <stdbool.h>
#include <string.h>

#define FIRST_CHUNKS 8
#define FIRST_ROOM 64
/* As long as it is small it grows fast: all that is there is moved each time. */
#define SMALL_ROOM (1u << 15)
#define SLOT_SIZE (INDEX_SLOT_WORDS * sizeof(uint32_t))
/* Slots behind those that a digest points to. */
#define TAIL 256

void
pool_start(item_pool *p, const calls_memory *memory, size_t item_size)
{
    *p = (item_pool){ .memory = memory, .item_size = (uint32_t)item_size };
}

void
pool_end(item_pool *p)
{
    for (uint32_t i = 0; p->count && i <= p->count >> POOL_CHUNK_BITS; i++) {
        p->memory->release(p->memory->scope, p->chunks[i]);
    }
    if (p->chunk_room) {
        p->memory->release(p->memory->scope, p->chunks);
    }
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
    const uint32_t number = p->count + 1;

    if (number == 1 || (number & (POOL_CHUNK_ITEMS - 1)) == 0) {
        add_chunk(p, number >> POOL_CHUNK_BITS);
    }
    p->count = number;
    memset(pool_at(p, number), 0, p->item_size);
    return number;
}

void
index_start(digest_index *index, const calls_memory *memory)
{
    *index = (digest_index){ .memory = memory };
}

void
index_end(digest_index *index)
{
    if (index->room) {
        index->memory->release(index->memory->scope, index->slots);
    }
}

void
index_clear(digest_index *index)
{
    if (index->room > FIRST_ROOM + 8 * (uint64_t)index->count) {
        index_end(index);
        index_start(index, index->memory);
    } else if (index->room) {
        memset(index->slots, 0, ((size_t)index->room + TAIL) * SLOT_SIZE);
        index->count = 0;
    }
}

/* In the processor's own order, so that it is read at once. */
static uint64_t
digest_of_slot(const uint32_t *slot)
{
    uint64_t digest;

    memcpy(&digest, slot, sizeof digest);
    return digest;
}

/* Slots lie in the order of their digests, each as near as can be to where its
 * digest points, so that few have to be looked at, whether it is there or not. */
static uint32_t *
slot_of(const digest_index *index, uint64_t digest)
{
    uint32_t *slot = index_slot(index, digest);

    while (slot[2] && digest_of_slot(slot) < digest) {
        slot += INDEX_SLOT_WORDS;
    }
    return slot;
}

static bool
is_in_slot(const uint32_t *slot, uint64_t digest)
{
    return slot[2] && digest_of_slot(slot) == digest;
}

static void
fill_slot(uint32_t *slot, uint64_t digest, uint32_t number)
{
    memcpy(slot, &digest, sizeof digest);
    slot[2] = number;
}

/* Both tables are gone through from front to back, so that growing often costs
 * little. A free slot is written like any other, and over again by what comes
 * behind it: to ask of each whether it is free takes longer, for nothing foretells
 * it. The last slot stays empty, and ends every search: what had room behind the
 * places that digests point to has it in a larger table, too. */
static void
move_into(const digest_index *index, const digest_index *old)
{
    const uint32_t *const old_end = old->slots + ((size_t)old->room + TAIL) * INDEX_SLOT_WORDS;
    const uint32_t room = index->room;
    uint32_t *const slots = index->slots;
    size_t next = 0;

    for (const uint32_t *slot = old->slots; slot < old_end; slot += INDEX_SLOT_WORDS) {
        const uint64_t digest = digest_of_slot(slot);
        const uint32_t number = slot[2];
        const size_t is_taken = number != 0;
        const size_t wanted = place_of_digest(digest, room) * is_taken;
        slots[next * INDEX_SLOT_WORDS + 2] = 0;
        while (next + 1 < wanted) {
            slots[++next * INDEX_SLOT_WORDS + 2] = 0;
        }
        next = wanted > next ? wanted : next;
        fill_slot(slots + next * INDEX_SLOT_WORDS, digest, number);
        next += is_taken;
    }
    for (; next < (size_t)room + TAIL; next++) {
        slots[next * INDEX_SLOT_WORDS + 2] = 0;
    }
}

static void
grow(digest_index *index)
{
    const digest_index old = *index;

    index->room = old.room == 0 ? FIRST_ROOM : old.room + (old.room < SMALL_ROOM ? old.room : old.room / 16);
    const size_t size = ((size_t)index->room + TAIL) * SLOT_SIZE;
    index->slots = (uint32_t *)index->memory->allocate(index->memory->scope, size);
    if (old.room) {
        move_into(index, &old);
        index->memory->release(index->memory->scope, old.slots);
    } else {
        memset(index->slots, 0, size);
    }
}

uint32_t
index_find(const digest_index *index, uint64_t digest)
{
    const uint32_t *slot = index->count ? slot_of(index, digest) : NULL;

    return slot && is_in_slot(slot, digest) ? slot[2] : 0;
}

/* Makes the slot free by moving those behind it; returns false where there is
 * no room left. */
static bool
free_slot(const digest_index *index, uint32_t *slot)
{
    const uint32_t *const end = index->slots + ((size_t)index->room + TAIL - 1) * INDEX_SLOT_WORDS;
    uint32_t *empty = slot;

    while (empty[2]) {
        empty += INDEX_SLOT_WORDS;
    }
    if (empty == end) {
        return false;
    }
    memmove(slot + INDEX_SLOT_WORDS, slot, (size_t)(empty - slot) * sizeof *slot);
    return true;
}

/* That of the digest. A new one has no number yet, and has to be given one. */
static uint32_t *
slot_to_fill(digest_index *index, uint64_t digest)
{
    /* Four of five slots are the most that may be taken: a new one moves all up to the next that is free, which are
     * ten on average, and with nine in ten it would be thirty. */
    if ((uint64_t)(index->count + 1) * 5 > (uint64_t)index->room * 4) {
        grow(index);
    }
    uint32_t *slot = slot_of(index, digest);
    if (is_in_slot(slot, digest)) {
        return slot;
    }
    while (!free_slot(index, slot)) {
        grow(index);
        slot = slot_of(index, digest);
    }
    fill_slot(slot, digest, 0);
    index->count++;
    return slot;
}

uint32_t
index_put(digest_index *index, uint64_t digest, uint32_t number)
{
    uint32_t *slot = slot_to_fill(index, digest);
    const uint32_t before = slot[2];

    slot[2] = number;
    return before;
}

uint32_t
index_put_first(digest_index *index, uint64_t digest, uint32_t number)
{
    uint32_t *slot = slot_to_fill(index, digest);
    const uint32_t before = slot[2];

    slot[2] = before ? before : number;
    return before;
}
