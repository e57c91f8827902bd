/* test_metrics.c
 * Steps in, figures of RFC 6076 out, against figures worked by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdlib.h>

#include "cmocka_all.h"
#include "count/metrics.h"

#define MS INT64_C(1000000)

static metrics figures;

static int
start(void **state)
{
    (void)state;
    metrics_clear(&figures);
    return 0;
}

static void
add(sipresp_step step, unsigned code, unsigned after, int64_t delay)
{
    const sipresp_session_step taken = { .step = step, .code = (uint16_t)code, .after = (uint16_t)after,
                                         .counted = true, .delay = delay };

    metrics_add(&figures, &taken);
}

static const ratio_counts *
ratio(const char *id)
{
    for (size_t i = 0; i < METRIC_RATIO_COUNT; i++) {
        if (strcmp(metric_ratios[i].id, id) == 0) {
            return &figures.ratios[i];
        }
    }
    fail_msg("no ratio %s", id);
    return NULL;
}

static const delay_samples *
delay(const char *id)
{
    for (size_t i = 0; i < METRIC_DELAY_COUNT; i++) {
        if (strcmp(metric_delays[i].id, id) == 0) {
            return &figures.delays[i];
        }
    }
    fail_msg("no delay %s", id);
    return NULL;
}

static void
assert_ratio(const char *id, bool merged, int64_t counted, int64_t of)
{
    double percent;

    assert_int_equal(ratio(id)->counted, counted);
    assert_int_equal(ratio_denominator(ratio(id), merged), of);
    assert_int_equal(ratio_percent(ratio(id), merged, &percent), of > 0);
    if (of > 0) {
        assert_true(percent == 100.0 * (double)counted / (double)of);
    }
}

/* Ten INVITEs: 407, then the same with credentials and 200; 200, 302, 486, 603,
 * 503, 404, none, and 607, which is after RFC 6076. */
static void
add_ten_invites(void)
{
    static const unsigned finals[] = { 407, 200, 200, 302, 486, 603, 503, 404, 607 };

    for (unsigned i = 0; i < 10; i++) {
        add(SIPRESP_INVITE, 0, i == 1 ? 407 : 0, SIPRESP_UNKNOWN);
    }
    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++) {
        add(SIPRESP_INVITE_FINAL, finals[i], 0, SIPRESP_UNKNOWN);
    }
    add(SIPRESP_BYE_FINAL, 200, 0, 3 * MS);
    add(SIPRESP_BYE_FINAL, 481, 0, 4 * MS);
}

static void
test_ratios(void **state)
{
    (void)state;
    add_ten_invites();
    assert_ratio("ser", false, 2, 9);
    assert_ratio("ser", true, 2, 8);
    assert_ratio("seer", false, 4, 9);
    assert_ratio("seer", true, 4, 8);
    assert_ratio("isa", false, 1, 10);
    assert_ratio("isa", true, 1, 9);
    assert_ratio("scr", false, 1, 10);
    assert_ratio("asr", false, 2, 9);
    assert_ratio("asr", true, 2, 8);
}

/* RFC 6076 4: without anything to divide by a ratio is undefined, not 0. */
static void
test_undefined_ratios(void **state)
{
    (void)state;
    assert_ratio("ser", false, 0, 0);
    add(SIPRESP_INVITE, 0, 0, SIPRESP_UNKNOWN);
    add(SIPRESP_INVITE_FINAL, 302, 0, SIPRESP_UNKNOWN);
    assert_ratio("ser", false, 0, 0);
    assert_ratio("isa", false, 0, 1);
}

/* A further fork sets up a session with a delay, but its INVITE is counted. */
static void
test_further_fork(void **state)
{
    sipresp_session_step fork = { .step = SIPRESP_INVITE_FINAL, .code = 200, .delay = 8 * MS };
    (void)state;

    add(SIPRESP_INVITE, 0, 0, SIPRESP_UNKNOWN);
    add(SIPRESP_INVITE_FINAL, 200, 0, 5 * MS);
    metrics_add(&figures, &fork);
    assert_ratio("ser", false, 1, 1);
    assert_ratio("asr", false, 1, 1);
    assert_int_equal(delay_count(delay("srd_successful")), 2);
}

static void
test_delays_by_code(void **state)
{
    (void)state;
    add(SIPRESP_INVITE_FINAL, 200, 0, 7 * MS);
    add(SIPRESP_INVITE_FINAL, 486, 0, 9 * MS);
    add(SIPRESP_INVITE_FINAL, 402, 0, 11 * MS);
    add(SIPRESP_REGISTER_FINAL, 403, 0, 13 * MS);
    add(SIPRESP_BYE, 0, 0, 15 * MS);
    add(SIPRESP_BYE, 0, 0, SIPRESP_UNKNOWN);
    assert_int_equal(delay_percentile(delay("srd_successful")), 7 * MS);
    assert_int_equal(delay_percentile(delay("srd_failed")), 9 * MS);
    assert_int_equal(delay_count(delay("srd_failed")), 1);
    assert_int_equal(delay_count(delay("rrd")), 0);
    assert_int_equal(delay_percentile(delay("sdt")), 15 * MS);
    assert_int_equal(delay_count(delay("sdt")), 1);
}

static int
compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a;
    const int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

/* The value at a place of a sequence: mixed, with many that are equal and some
 * below 0; going up; going down; from the middle outwards; mixed, with few
 * that are equal. */
static int64_t
value_at(int sequence, size_t place)
{
    static uint32_t random = 1;

    random = random * 1664525 + 1013904223;
    switch (sequence) {
    case 0:
        return (int64_t)(random >> 20) - 100;
    case 1:
        return (int64_t)place;
    case 2:
        return -(int64_t)place;
    case 3:
        return place % 2 ? (int64_t)place : -(int64_t)place;
    default:
        return (int64_t)(random >> 8);
    }
}

/* The running percentile against the definition, for every count up to 2000:
 * two heaps that lose their order or their balance once stay wrong. */
static void
percentile_is_the_nearest_rank(int sequence)
{
    static int64_t seen[2000];
    static int64_t sorted[2000];
    double sum = 0;

    for (size_t count = 1; count <= 2000; count++) {
        seen[count - 1] = value_at(sequence, count);
        sum += (double)seen[count - 1];
        add(SIPRESP_BYE, 0, 0, seen[count - 1]);
        memcpy(sorted, seen, sizeof sorted);
        qsort(sorted, count, sizeof sorted[0], compare);
        assert_int_equal(delay_percentile(delay("sdt")), sorted[(95 * count + 99) / 100 - 1]);
        assert_int_equal(delay_at(delay("sdt"), 1), sorted[0]);
        assert_int_equal(delay_at(delay("sdt"), delay_count(delay("sdt"))), sorted[count - 1]);
    }
    assert_true(delay_mean(delay("sdt")) == sum / 2000);
}

static void
test_percentile_is_the_nearest_rank(void **state)
{
    for (int sequence = 0; sequence < 5; sequence++) {
        start(state);
        percentile_is_the_nearest_rank(sequence);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_ratios, start),
        cmocka_unit_test_setup(test_undefined_ratios, start),
        cmocka_unit_test_setup(test_further_fork, start),
        cmocka_unit_test_setup(test_delays_by_code, start),
        cmocka_unit_test_setup(test_percentile_is_the_nearest_rank, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
