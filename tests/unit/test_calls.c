/* test_calls.c
 * Messages in, what the model of calls says of them out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "ladder.h"

static answer_record
of(uint32_t number)
{
    answer_record record;

    assert_true(calls_recall(model, number, 0, &record));
    return record;
}

/* Frame of the final response of the request that this response answers. */
static uint32_t
best_of(uint32_t number)
{
    const sip_request *request = of(number).request;

    return request->best ? calls_answer(model, request->best)->frame : 0;
}

static void
test_a_call_over_a_proxy_is_one_request(void **state)
{
    (void)state;
    SAY(0, ALICE, PROXY, "INVITE", "one", );
    SAY(0.01, PROXY, BOB, "INVITE", "two", );
    const uint32_t behind = SAY(1, BOB, PROXY, "200 INVITE", "two", );
    const uint32_t before = SAY(1.01, PROXY, ALICE, "200 INVITE", "one", );
    const uint32_t ack = SAY(1.1, ALICE, PROXY, "ACK", "ack", );

    assert_ptr_equal(of(behind).request, of(before).request);
    assert_int_equal(calls_request_count(model), 1);
    assert_int_equal(best_of(behind), before);
    assert_int_equal(calls_confirmed_in(model, of(before).answer), ack);
    assert_int_equal(calls_confirmed_in(model, of(behind).answer), 0);
}

/* RFC 3261 13.2.2.4: an ACK that goes past the proxy is that of every hop. */
static void
test_an_ack_past_the_proxy(void **state)
{
    (void)state;
    SAY(0, ALICE, PROXY, "INVITE", "one", );
    SAY(0.01, PROXY, BOB, "INVITE", "two", );
    const uint32_t behind = SAY(1, BOB, PROXY, "200 INVITE", "two", );
    const uint32_t before = SAY(1.01, PROXY, ALICE, "200 INVITE", "one", );
    const uint32_t ack = SAY(1.1, ALICE, BOB, "ACK", "ack", );

    assert_int_equal(calls_confirmed_in(model, of(before).answer), ack);
    assert_int_equal(calls_confirmed_in(model, of(behind).answer), ack);
}

/* RFC 3261 16.7 step 6. */
static void
test_the_best_of_two_forks(void **state)
{
    static const struct { const char *one, *other; bool other_is_better; } pairs[] = {
        { "486 INVITE", "200 INVITE", true }, { "200 INVITE", "603 INVITE", false }, { "486 INVITE", "603 INVITE", true },
        { "503 INVITE", "404 INVITE", true }, { "503 INVITE", "500 INVITE", true }, { "500 INVITE", "503 INVITE", false },
        { "404 INVITE", "302 INVITE", true }, { "486 INVITE", "401 INVITE", true }, { "401 INVITE", "486 INVITE", false },
    };
    (void)state;

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        end(NULL);
        start(NULL);
        SAY(0, ALICE, PROXY, "INVITE", "unanswered", );
        SAY(0.01, PROXY, BOB, "INVITE", "bob", );
        SAY(0.02, PROXY, CAROL, "INVITE", "carol", );
        const uint32_t one = SAY(1, BOB, PROXY, pairs[i].one, "bob", );
        const uint32_t other = SAY(2, CAROL, PROXY, pairs[i].other, "carol", .to = "c");
        assert_int_equal(best_of(one), pairs[i].other_is_better ? other : one);
    }
}

static void
test_what_a_request_is_sent_in_place_of(void **state)
{
    static const struct { const char *final; bool credentials; const char *uri; double seconds; unsigned after; } cases[] = {
        { "401 INVITE", true, NULL, 1, 401 }, { "401 INVITE", false, NULL, 1, 0 }, { "407 INVITE", true, NULL, 33, 0 },
        { "302 INVITE", false, "sip:c", 1, 302 }, { "302 INVITE", false, NULL, 1, 0 }, { "422 INVITE", false, NULL, 1, 422 },
        { "486 INVITE", true, "sip:c", 1, 0 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        end(NULL);
        start(NULL);
        SAY(0, ALICE, BOB, "INVITE", "one", );
        SAY(0.5, BOB, ALICE, cases[i].final, "one", );
        SAY(cases[i].seconds, ALICE, BOB, "INVITE", "two", .cseq = 2, .credentials = cases[i].credentials,
            .uri = cases[i].uri);
        const uint32_t ok = SAY(cases[i].seconds + 1, BOB, ALICE, "200 INVITE", "two", .cseq = 2);
        assert_int_equal(of(ok).request->after, cases[i].after);
        assert_int_equal(calls_sent_before(model, of(ok).transaction->request) != 0, cases[i].after != 0);
        assert_int_equal(calls_call_count(model), 1);
    }
}

static void
test_a_copy_tells_nothing_new(void **state)
{
    (void)state;
    SAY(0, ALICE, BOB, "INVITE", "one", );
    SAY(0.001, ALICE, BOB, "INVITE", "one", );
    const uint32_t first = SAY(1, BOB, ALICE, "486 INVITE", "one", );
    const uint32_t copy = SAY(1.004, BOB, ALICE, "486 INVITE", "one", );
    const uint32_t again = SAY(1.5, BOB, ALICE, "486 INVITE", "one", );

    assert_int_equal(of(copy).captured_before, first);
    assert_int_equal(of(copy).repetition, 0);
    assert_int_equal(of(again).captured_before, 0);
    assert_int_equal(of(again).repetition, 1);
    assert_int_equal(of(first).transaction->count, 1);
}

static void
test_a_prack_confirms_its_response(void **state)
{
    (void)state;
    SAY(0, ALICE, BOB, "INVITE", "one", );
    const uint32_t first = SAY(1, BOB, ALICE, "183 INVITE", "one", .rseq = 7);
    const uint32_t second = SAY(2, BOB, ALICE, "180 INVITE", "one", .rseq = 8);
    const uint32_t prack = SAY(2.5, ALICE, BOB, "PRACK", "prack", .cseq = 2, .rseq = 7);

    assert_int_equal(calls_confirmed_in(model, of(first).answer), prack);
    assert_int_equal(calls_confirmed_in(model, of(second).answer), 0);
    assert_true(of(second).answer->flags & ANSWER_SECOND_RELIABLE);
    assert_false(of(second).answer->flags & ANSWER_RSEQ_ORDER);
}

/* Guards against a call without an end: its 2xx, captured before its INVITE, set up no dialog. */
static void
test_a_2xx_that_stands_before_its_invite_sets_up_a_dialog(void **state)
{
    (void)state;
    SAY(0.2, BOB, ALICE, "200 INVITE", "one", );
    SAY(0.1, ALICE, BOB, "INVITE", "one", );
    SAY(0.3, ALICE, BOB, "ACK", "ack", );
    SAY(30.2, ALICE, BOB, "BYE", "bye", .cseq = 2);
    const uint32_t ended = SAY(30.3, BOB, ALICE, "200 BYE", "bye", .cseq = 2);
    const call_facts facts = calls_facts_of(model, 1);
    assert_true(facts.duration == 30 * CALLS_SECOND);
    assert_int_equal(facts.ended_by, ENDED_BY_CALLER);
    assert_true(of(ended).answer->flags & ANSWER_COMPLETES);
}

/* Many answers are found by digest, few by looking at each: nothing differs. */
static void
test_many_forks(void **state)
{
    char tag[8];
    uint32_t frames[40];
    (void)state;

    SAY(0, ALICE, BOB, "INVITE", "one", );
    for (unsigned i = 0; i < 40; i++) {
        snprintf(tag, sizeof tag, "t%u", i);
        frames[i] = SAY(1 + i, BOB, ALICE, "200 INVITE", "one", .to = tag);
    }
    for (unsigned i = 0; i < 40; i++) {
        snprintf(tag, sizeof tag, "t%u", i);
        const uint32_t ack = SAY(100 + i, ALICE, BOB, "ACK", "ack", .to = tag);
        assert_int_equal(calls_confirmed_in(model, of(frames[i]).answer), ack);
    }
    assert_int_equal(best_of(frames[39]), frames[0]);
    assert_true(of(frames[39]).answer->flags & ANSWER_FURTHER_FORK);
}

static void
test_a_gap_is_between_two_hosts(void **state)
{
    (void)state;
    SAY(0, ALICE, BOB, "INVITE", "one", );
    const uint32_t busy = SAY(1, BOB, ALICE, "486 INVITE", "one", );
    const answer_record record = of(busy);
    const message_origin origin = { .frame = busy };

    calls_note_gap(model, ++frame, record.transaction->client, record.transaction->client + 1);
    assert_false(calls_is_behind_gap(model, &origin, &record));
    calls_note_gap(model, ++frame, record.transaction->server, record.transaction->client);
    assert_true(calls_is_behind_gap(model, &origin, &record));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_call_over_a_proxy_is_one_request, start, end),
        cmocka_unit_test_setup_teardown(test_an_ack_past_the_proxy, start, end),
        cmocka_unit_test_setup_teardown(test_the_best_of_two_forks, start, end),
        cmocka_unit_test_setup_teardown(test_what_a_request_is_sent_in_place_of, start, end),
        cmocka_unit_test_setup_teardown(test_a_copy_tells_nothing_new, start, end),
        cmocka_unit_test_setup_teardown(test_a_prack_confirms_its_response, start, end),
        cmocka_unit_test_setup_teardown(test_a_2xx_that_stands_before_its_invite_sets_up_a_dialog, start, end),
        cmocka_unit_test_setup_teardown(test_many_forks, start, end),
        cmocka_unit_test_setup_teardown(test_a_gap_is_between_two_hosts, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
