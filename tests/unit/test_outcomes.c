/* test_outcomes.c
 * Calls that nobody answers: when that is told, and by which clock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ladder.h"

static void
test_a_call_that_nobody_answers(void **state)
{
    (void)state;
    SAY(0, ALICE, BOB, "INVITE", "one", );
    calls_tick(model, ++frame, 32 * CALLS_SECOND);
    calls_tick(model, ++frame, 32 * CALLS_SECOND);
    assert_int_equal(calls_state_of(model, calls_request(model, 1)), REQUEST_IS_OPEN);
    assert_null(calls_expiry_in(model, frame, 0));
    calls_tick(model, ++frame, 33 * CALLS_SECOND);
    calls_tick(model, ++frame, 33 * CALLS_SECOND);
    assert_int_equal(calls_state_of(model, calls_request(model, 1)), REQUEST_IS_NEVER_ANSWERED);
    assert_int_equal(calls_expiry_in(model, frame, 0)->outcome, OUTCOME_NEVER_ANSWERED);
    assert_null(calls_expiry_in(model, frame, 1));
}

/* Guards against a line in the order of arrival: the one that began to ring late stood before the other. */
static void
test_the_call_that_is_due_first_is_told_first(void **state)
{
    (void)state;
    SAY(0, ALICE, BOB, "INVITE", "late", );
    SAY(1, ALICE, BOB, "INVITE", "early", .call = "other");
    SAY(1.5, BOB, ALICE, "180 INVITE", "early", .call = "other");
    SAY(31, BOB, ALICE, "180 INVITE", "late", );
    for (int64_t seconds = 33; seconds < 201; seconds++) {
        calls_tick(model, ++frame, seconds * CALLS_SECOND);
    }
    calls_tick(model, ++frame, 203 * CALLS_SECOND);
    calls_tick(model, ++frame, 203 * CALLS_SECOND);
    assert_int_equal(calls_expiry_in(model, frame, 0)->call, 2);
    assert_null(calls_expiry_in(model, frame, 1));
    calls_tick(model, ++frame, 233 * CALLS_SECOND);
    calls_tick(model, ++frame, 233 * CALLS_SECOND);
    assert_int_equal(calls_expiry_in(model, frame, 0)->call, 1);
}

#define MOST 13

/* The call that rings at 2 + i is number factor * i % many; each is told when its time has come. */
static void
ring_in_order(unsigned many, unsigned factor)
{
    char names[MOST][sizeof "c4294967295"];
    uint32_t told = 0;

    for (unsigned i = 0; i < many; i++) {
        snprintf(names[i], sizeof names[i], "c%u", i);
        SAY(i * 0.1, ALICE, BOB, "INVITE", names[i], .call = names[i]);
    }
    for (unsigned i = 0; i < many; i++) {
        SAY(2 + i, BOB, ALICE, "180 INVITE", names[factor * i % many], .call = names[factor * i % many]);
    }
    for (int64_t seconds = 33; seconds < 250; seconds++) {
        calls_tick(model, ++frame, seconds * CALLS_SECOND);
        for (unsigned i = 0; calls_expiry_in(model, frame, i); i++) {
            assert_int_equal(calls_expiry_in(model, frame, i)->call, factor * told % many + 1);
            told++;
        }
    }
    assert_int_equal(told, many);
}

/* Guards against a heap that is only right for two, or for those that come in one order. */
static void
test_many_that_ring_are_told_as_they_are_due(void **state)
{
    static const unsigned orders[][2] = { { 3, 1 }, { 3, 2 }, { 4, 1 }, { 4, 3 }, { 5, 2 }, { MOST, 1 }, { MOST, 5 }, { MOST, 12 } };

    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        ring_in_order(orders[i][0], orders[i][1]);
        calls_close(model);
        start(state);
    }
}

/* Guards against work: whether one of many hops waits is not asked with each message. */
static void
test_a_call_over_many_hops(void **state)
{
    char branch[8];
    (void)state;

    for (int i = 0; i < 9; i++) {
        snprintf(branch, sizeof branch, "h%d", i);
        SAY(i * 0.1, ALICE + i, ALICE + i + 1, "INVITE", branch, );
    }
    assert_int_equal(calls_facts_of(model, 1).outcome, OUTCOME_OPEN);
    for (int64_t seconds = 30; seconds < 60; seconds++) {
        calls_tick(model, ++frame, seconds * CALLS_SECOND);
    }
    assert_int_equal(calls_facts_of(model, 1).outcome, OUTCOME_NEVER_ANSWERED);
}

/* One frame alone in the future is believed at the end of a capture at most an
 * hour ahead, and nowhere else. */
static void
test_the_clock(void **state)
{
    (void)state;
    calls_tick(model, 1, 10 * CALLS_SECOND);
    calls_tick(model, 2, 11 * CALLS_SECOND);
    calls_tick(model, 3, 400 * CALLS_SECOND);
    assert_int_equal(calls_end_time(model), 400 * CALLS_SECOND);
    calls_tick(model, 4, 12 * CALLS_SECOND);
    assert_int_equal(calls_end_time(model), 12 * CALLS_SECOND);
    calls_tick(model, 5, INT64_MAX);
    assert_int_equal(calls_end_time(model), 12 * CALLS_SECOND);
    calls_tick(model, 6, 13 * CALLS_SECOND);
    assert_int_equal(calls_end_time(model), 13 * CALLS_SECOND);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_call_that_nobody_answers, start, end),
        cmocka_unit_test_setup_teardown(test_the_call_that_is_due_first_is_told_first, start, end),
        cmocka_unit_test_setup_teardown(test_many_that_ring_are_told_as_they_are_due, start, end),
        cmocka_unit_test_setup_teardown(test_a_call_over_many_hops, start, end),
        cmocka_unit_test_setup_teardown(test_the_clock, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
