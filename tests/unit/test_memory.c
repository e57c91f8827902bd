/* test_memory.c
 * Items by number, numbers by digest, copies of messages, delays in order: what
 * the rooms of calls and figures keep, against the simplest way to keep it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>

#include "cmocka_all.h"
#include "heap.h"
#include "calls/copies.h"
#include "calls/memory.h"
#include "count/delays.h"

#define MS INT64_C(1000000)

static uint64_t
digest_at(uint64_t number)
{
    number = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    number = (number ^ number >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return number ^ number >> 32;
}

static void
test_items_stay_where_they_are(void **state)
{
    item_pool pool;
    (void)state;

    pool_start(&pool, &heap, sizeof(uint64_t));
    uint64_t *first = (uint64_t *)pool_at(&pool, pool_add(&pool));
    *first = 42;
    for (uint32_t number = 2; number <= 20000; number++) {
        assert_int_equal(pool_add(&pool), number);
        assert_int_equal(*(uint64_t *)pool_at(&pool, number), 0);
        *(uint64_t *)pool_at(&pool, number) = number;
    }
    assert_ptr_equal(pool_at(&pool, 1), first);
    assert_int_equal(*first, 42);
    assert_int_equal(*(uint64_t *)pool_at(&pool, 20000), 20000);
    pool_end(&pool);
    assert_int_equal(heap_blocks, 0);
}

/* Digests as they are, and some hundred that point to the last slot: behind that is room for them. */
static void
test_numbers_are_found(void **state)
{
    (void)state;
    for (uint32_t last = 0; last <= 200; last += 200) {
        digest_index index;
        index_start(&index, &heap);
        assert_int_equal(index_find(&index, 7), 0);
        for (uint32_t i = 0; i < 5000; i++) {
            assert_int_equal(index_put(&index, i < last ? UINT64_MAX - i : digest_at(i), i + 1), 0);
        }
        for (uint32_t i = 0; i < 5000; i++) {
            const uint64_t digest = i < last ? UINT64_MAX - i : digest_at(i);
            assert_int_equal(index_find(&index, digest), i + 1);
            assert_int_equal(index_put(&index, digest, i + 2), i + 1);
            assert_int_equal(index_find(&index, digest), i + 2);
            assert_int_equal(index_put_first(&index, digest, i + 3), i + 2);
            assert_int_equal(index_find(&index, digest), i + 2);
        }
        assert_int_equal(index.count, 5000);
        assert_int_equal(index_put_first(&index, 7, 3), 0);
        assert_int_equal(index_put_first(&index, 7, 4), 3);
        assert_int_equal(index_find(&index, 7), 3);
        assert_int_equal(index.count, 5001);
        assert_int_equal(index_find(&index, UINT64_C(0x123456789abcdef)), 0);
        index_end(&index);
        assert_int_equal(heap_blocks, 0);
    }
}

/* Guards against writing behind a table: more digests point to its last slots than have room behind them, until it has
 * grown so far that they lie apart. */
static void
test_what_has_no_room_behind_the_last_slot_makes_it_grow(void **state)
{
    const uint32_t many = 400;
    digest_index index;
    (void)state;

    index_start(&index, &heap);
    for (uint32_t i = 0; i < many; i++) {
        assert_int_equal(index_put(&index, UINT64_MAX - ((uint64_t)i << 47), i + 1), 0);
    }
    /* Behind the last one that a digest points to there are 256, and 400 of 131,072 are 144 of 47,186. */
    assert_true(index.room >= 47186 && index.room <= 60000);
    for (uint32_t i = 0; i < many; i++) {
        assert_int_equal(index_find(&index, UINT64_MAX - ((uint64_t)i << 47)), i + 1);
    }
    index_end(&index);
    assert_int_equal(heap_blocks, 0);
}

/* However many other messages come in between. */
static void
test_copies_are_told_from_repetitions(void **state)
{
    copy_finder finder;
    (void)state;

    copies_start(&finder, &heap);
    for (uint32_t i = 0; i < 3000; i++) {
        const int64_t now = i * MS;
        const seen_message first = { .digest = digest_at(i), .time = now, .frame = 2 * i + 1 };
        seen_message copy = first;
        copy.time += 5 * MS;
        copy.frame++;
        assert_int_equal(copies_first_of(&finder, &first, false, now), 0);
        assert_int_equal(copies_first_of(&finder, &copy, false, now), first.frame);
    }
    const seen_message again = { .digest = digest_at(2999), .time = 3499 * MS, .frame = 10000 };
    assert_int_equal(copies_first_of(&finder, &again, false, again.time), 0);
    assert_true(finder.room <= 4096);
    copies_end(&finder);
    assert_int_equal(heap_blocks, 0);
}

static int
compare(const void *a, const void *b)
{
    const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return one < other ? -1 : one > other;
}

static void
test_delays_stay_in_order_when_some_are_taken_out(void **state)
{
    static int64_t sorted[1000];
    delay_samples samples = { 0 };
    size_t count = 0;
    (void)state;

    for (unsigned i = 0; i < 1000; i++) {
        const int64_t delay = (int64_t)(digest_at(i) % 300) - 100;
        delays_add(&samples, delay);
        sorted[count++] = delay;
        if (i % 3 == 2) {
            delays_take(&samples, sorted[i / 3]);
            sorted[i / 3] = sorted[--count];
        }
        qsort(sorted, count, sizeof *sorted, compare);
        assert_int_equal(delay_count(&samples), count);
        assert_int_equal(delay_at(&samples, 1), sorted[0]);
        assert_int_equal(delay_at(&samples, count), sorted[count - 1]);
        assert_int_equal(delay_at(&samples, (count + 1) / 2), sorted[(count + 1) / 2 - 1]);
    }
    const unsigned changes = samples.changes;
    delays_take(&samples, 1000000);
    assert_int_equal(samples.changes, changes);
    delays_add(&samples, INT64_MIN);
    delays_take(&samples, INT64_MIN);
    assert_int_equal(delay_count(&samples), count);
    delays_clear(&samples);
    assert_int_equal(delay_count(&samples), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items_stay_where_they_are),
        cmocka_unit_test(test_numbers_are_found),
        cmocka_unit_test(test_what_has_no_room_behind_the_last_slot_makes_it_grow),
        cmocka_unit_test(test_copies_are_told_from_repetitions),
        cmocka_unit_test(test_delays_stay_in_order_when_some_are_taken_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
