/* memory.h
 * Where what is known of calls is kept: items by number, and numbers by digest.
 * The memory itself is handed in, so that it can be that of a capture file.
 *
 * Pure: no Wireshark type.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_MEMORY_H
#define SIPRESP_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "sip/marks.h"

/* Neither function fails: where memory ends, so does the process. All blocks
 * may also be given up at once by whoever handed this in. */
typedef struct {
    void *(*allocate)(void *scope, size_t size);
    void (*release)(void *scope, void *block);
    void *scope;
} calls_memory;

/* Where in a table of so much room a search for the digest begins. */
static inline uint32_t
place_of_digest(uint64_t digest, uint32_t room)
{
    return (uint32_t)(((digest >> 32) * room) >> 32);
}

/* Says that this will be read soon: memory is slow, and several reads of it that
 * are under way at once take no longer than one. GCC takes a function that does
 * nothing else for one without effect and leaves its calls out: so whatever calls
 * this for others is always inline, too. */
ALWAYS_INLINE void
memory_expect(const void *place)
{
#ifdef __GNUC__
    __builtin_prefetch(place);
#else
    (void)place;
#endif
}

/* Items of one size, numbered from 1 in the order they were added; 0 is none.
 * They never move, and are never given up one by one. The place of none stays empty, so that a number is a place. */
typedef struct {
    const calls_memory *memory;
    uint8_t **chunks;
    uint32_t chunk_room;
    uint32_t count;
    uint32_t item_size;
} item_pool;

#define POOL_CHUNK_BITS 10
#define POOL_CHUNK_ITEMS (1u << POOL_CHUNK_BITS)

void pool_start(item_pool *p, const calls_memory *memory, size_t item_size);

void pool_end(item_pool *p);

/* The number of a new item, all zero. */
uint32_t pool_add(item_pool *p);

static inline void *
pool_at(const item_pool *p, uint32_t number)
{
    return p->chunks[number >> POOL_CHUNK_BITS] + (size_t)(number & (POOL_CHUNK_ITEMS - 1)) * p->item_size;
}

/* Numbers found by a digest that nobody outside this process can foresee, so
 * that no input can make them collide. */
typedef struct {
    const calls_memory *memory;
    uint32_t *slots;        /* INDEX_SLOT_WORDS each: digest, and its number or 0 */
    uint32_t room;
    uint32_t count;
} digest_index;

#define INDEX_SLOT_WORDS 3

void index_start(digest_index *index, const calls_memory *memory);
void index_end(digest_index *index);

/* Empties it; its room stays, unless most of it was of no use. */
void index_clear(digest_index *index);

/* Where a search begins. Digests are even, so that the table is filled evenly. */
static inline uint32_t *
index_slot(const digest_index *index, uint64_t digest)
{
    return index->slots + (size_t)place_of_digest(digest, index->room) * INDEX_SLOT_WORDS;
}

/* Says that the digest will be looked for soon. Most searches end within so many
 * slots, which are in one line of a cache as often as in two; behind the last
 * place lie more of them. */
#define INDEX_EXPECTED_SLOTS ((size_t)4)
ALWAYS_INLINE void
index_expect(const digest_index *index, uint64_t digest)
{
    if (index->count) {
        const uint32_t *slot = index_slot(index, digest);
        memory_expect(slot);
        memory_expect(slot + (INDEX_EXPECTED_SLOTS - 1) * INDEX_SLOT_WORDS);
    }
}

/* 0 if the digest has none. */
uint32_t index_find(const digest_index *index, uint64_t digest);

/* number is not 0 and takes the place of the one that was there, which comes
 * back; 0 if there was none. */
uint32_t index_put(digest_index *index, uint64_t digest, uint32_t number);

/* The same, but the one that was there keeps its place. */
uint32_t index_put_first(digest_index *index, uint64_t digest, uint32_t number);

#endif
