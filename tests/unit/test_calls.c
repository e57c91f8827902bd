/* test_calls.c
 * Messages in, what the model of calls says of them out. Each test is a ladder:
 * who sends what to whom, and when.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>

#include "cmocka_all.h"
#include "heap.h"
#include "calls/call_facts.h"
#include "calls/calls.h"

enum { ALICE = 1, PROXY, BOB, CAROL };

static const code_range alerting_codes[] = { { 180, 180 }, { 183, 183 }, { 200, 299 } };
static const code_range continued_codes[] = { { 300, 399 }, { 401, 401 }, { 407, 407 } };
static const code_set alerting = { alerting_codes, 3 };
static const code_set continued = { continued_codes, 3 };
static calls *model;
static uint32_t frame;

static int
start(void **state)
{
    static const uint32_t random[6] = { 1, 2, 3, 4, 5, 6 };
    (void)state;

    model = calls_open(&heap, random, (calls_codes){ &alerting, &continued });
    frame = 0;
    return 0;
}

static int
end(void **state)
{
    (void)state;
    calls_close(model);
    return 0;
}

/* A message as it goes from one host to another. What is left out is as in an
 * ordinary call: From tag "a", To tag "b" but in an INVITE, CSeq number 1. */
typedef struct {
    double seconds;
    int source;
    int destination;
    const char *line;       /* "INVITE", or "486 INVITE" for a response to it */
    const char *branch;
    const char *to;         /* "-": none */
    uint32_t cseq;
    uint32_t rseq;          /* of a reliable response; of a PRACK the one it confirms */
    bool credentials;
    const char *uri;
    const char *call;
} arrow;

static sip_text
text(const char *word)
{
    return (sip_text){ (const uint8_t *)word, strlen(word) };
}

/* Learns it, and returns the number of its frame. */
static uint32_t
say(arrow a)
{
    char bytes[128];
    const unsigned code = (unsigned)strtoul(a.line, NULL, 10);
    const sip_text method = text(code ? strchr(a.line, ' ') + 1 : a.line);
    const bool is_prack = sip_text_equals(method, "PRACK");
    const char *to = a.to ? a.to : sip_text_equals(method, "INVITE") && !code ? "-" : "b";
    const uint8_t hosts[2] = { (uint8_t)a.source, (uint8_t)a.destination };
    const sip_identity identity = {
        .sent_by = text("host"),
        .branch = text(a.branch),
        .magic = true,
        .call_id = text(a.call ? a.call : "call"),
        .from = text("<sip:a>;tag=a"),
        .from_tag = text("a"),
        .to_tag = *to == '-' ? (sip_text){ NULL, 0 } : text(to),
        .cseq = a.cseq ? a.cseq : 1,
        .cseq_method = method,
        .rseq = is_prack ? 0 : a.rseq,
        .requires_100rel = !is_prack && a.rseq,
        .rack_rseq = is_prack ? a.rseq : 0,
        .rack_cseq = is_prack,
        .credentials = a.credentials,
        .request_uri = text(a.uri ? a.uri : "sip:b"),
    };
    frame++;
    const message_origin origin = {
        .time = (int64_t)(a.seconds * 1000) * CALLS_MS,
        .frame = frame,
        .source = { calls_address(model, (sip_text){ &hosts[0], 1 }), 5060 },
        .destination = { calls_address(model, (sip_text){ &hosts[1], 1 }), 5060 },
        .unreliable = true,
    };
    snprintf(bytes, sizeof bytes, "%s %s %s %u %u %d", a.line, a.branch, to, a.cseq, a.rseq, a.credentials);
    const message_content content = { text(bytes), method, (uint16_t)code, (uint8_t)(code / 100), NULL };

    calls_tick(model, frame, origin.time);
    calls_learn(model, &origin, &identity, &content);
    return frame;
}

/* When, from whom, to whom, what, with which branch; and what is out of the ordinary. */
#define SAY(when, from, at, what, with, ...) \
    say((arrow){ .seconds = (when), .source = (from), .destination = (at), .line = (what), .branch = (with), __VA_ARGS__ })

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
        cmocka_unit_test_setup_teardown(test_a_call_that_nobody_answers, start, end),
        cmocka_unit_test_setup_teardown(test_the_call_that_is_due_first_is_told_first, start, end),
        cmocka_unit_test_setup_teardown(test_many_that_ring_are_told_as_they_are_due, start, end),
        cmocka_unit_test_setup_teardown(test_a_call_over_many_hops, start, end),
        cmocka_unit_test_setup_teardown(test_a_2xx_that_stands_before_its_invite_sets_up_a_dialog, start, end),
        cmocka_unit_test_setup_teardown(test_the_clock, start, end),
        cmocka_unit_test_setup_teardown(test_many_forks, start, end),
        cmocka_unit_test_setup_teardown(test_a_gap_is_between_two_hosts, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
