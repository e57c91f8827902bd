/* test_joins.c
 * INVITEs in, which calls belong together out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>

#include "model.h"
#include "calls/joins.h"

enum { ALICE = 1, MIDDLE, BOB, CAROL };

static void
start(const char *header, bool guess)
{
    static const code_set none = { NULL, 0 };

    open_model((calls_codes){ &none, &none });
    calls_set_joining(model, (sip_text){ (const uint8_t *)header, strlen(header) }, guess);
}

static void
invite_with_tag(double seconds, uint8_t source, uint8_t destination, const char *user, const char *tag, const char *more)
{
    char text[500];
    sip_message message;
    sip_identity identity;

    frame++;
    const message_origin origin = {
        .time = (int64_t)(seconds * CALLS_SECOND),
        .frame = frame,
        .source = { calls_address(model, (sip_text){ &source, 1 }), 5060 },
        .destination = { calls_address(model, (sip_text){ &destination, 1 }), 5060 },
    };
    const int length = snprintf(text, sizeof text, "INVITE sip:%s@host SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK%u\r\n"
                                "From: <sip:a@host>;tag=%s\r\nTo: <sip:%s@host>\r\nCall-ID: c%u\r\nCSeq: 1 INVITE\r\n%s\r\n",
                                user, frame, tag, user, frame, more);

    assert_int_equal(sip_message_parse((const uint8_t *)text, (size_t)length, &message), SIP_REQUEST);
    assert_true(sip_identity_read(&message, &identity));
    const message_content content = { .bytes = { (const uint8_t *)text, (size_t)length }, .method = message.method,
                                      .message = &message };
    calls_tick(model, frame, origin.time);
    calls_learn(model, &origin, &identity, &content);
}

/* An INVITE with a Call-ID and a tag of its own; more: further header lines. */
static void
invite(double seconds, uint8_t source, uint8_t destination, const char *user, const char *more)
{
    char tag[12];

    snprintf(tag, sizeof tag, "%u", frame + 1);
    invite_with_tag(seconds, source, destination, user, tag, more);
}

static void
assert_leg(uint32_t call, call_join by, uint32_t of)
{
    const call_leg leg = calls_leg_of(model, call);

    assert_int_equal(leg.by, by);
    assert_int_equal(leg.leg_of, of);
}

static void
test_what_is_said_goes_before_what_it_looks_like(void **state)
{
    (void)state;
    start("", true);
    invite(0, ALICE, MIDDLE, "bob", "Session-ID: 11111111111111111111111111111111\r\n");
    invite(1, CAROL, MIDDLE, "carol", "P-Charging-Vector: icid-value=x\r\n");
    invite(1.1, MIDDLE, BOB, "bob", "P-Charging-Vector: icid-value=x\r\n");
    assert_leg(1, JOINED_NOT, 0);
    assert_leg(3, JOINED_BY_ICID, 2);
    calls_close(model);
}

static void
test_a_tag_that_is_kept_tells_one_of_many_calls(void **state)
{
    (void)state;
    start("", true);
    for (uint8_t i = 0; i < 50; i++) {
        char tag[12];
        snprintf(tag, sizeof tag, "00e9d4%02x", i);
        invite_with_tag(i * 0.001, ALICE, MIDDLE, "100", tag, "");
    }
    invite_with_tag(0.1, MIDDLE, BOB, "100", "SD49-00e9d407", "");
    assert_leg(51, JOINED_BY_LIKENESS, 8);
    invite_with_tag(0.2, MIDDLE, BOB, "100", "-", "");
    assert_leg(52, JOINED_AMBIGUOUS, 0);
    calls_close(model);
}

/* A call by its Call-ID, an identity of charging; what names none, or the call itself, joins none. */
static void
test_what_names_a_call(void **state)
{
    (void)state;
    start("X-Of", false);
    invite(0, ALICE, MIDDLE, "bob", "");
    invite(1, ALICE, MIDDLE, "bob", "replaces: c1;to-tag=1;from-tag=1\r\n");
    invite(2, ALICE, MIDDLE, "bob", "Replaces: c3;to-tag=1;from-tag=1\r\n");
    invite(3, ALICE, MIDDLE, "bob", "Replaces: c99;to-tag=1;from-tag=1\r\n");
    invite(4, ALICE, MIDDLE, "bob", "Replaces: \r\nX-Of: \r\n");
    invite(5, ALICE, MIDDLE, "bob", "P-Charging-Vector: icid-value=0001\r\nX-Of: c1\r\n");
    invite(6, ALICE, MIDDLE, "bob", "P-Charging-Vector: orig-ioi=a;icid-value=0001\r\n");
    invite(7, ALICE, MIDDLE, "bob", "x-of: c8\r\n");
    invite(8, ALICE, MIDDLE, "bob", "X-Of: c8\r\n");
    assert_leg(2, JOINED_BY_REPLACES, 1);
    assert_leg(3, JOINED_NOT, 0);
    assert_leg(4, JOINED_NOT, 0);
    assert_leg(5, JOINED_NOT, 0);
    assert_leg(6, JOINED_BY_HEADER, 1);
    /* Which one is of the first as well. */
    assert_leg(7, JOINED_BY_ICID, 1);
    assert_leg(8, JOINED_NOT, 0);
    assert_leg(9, JOINED_BY_HEADER, 8);
    calls_close(model);
}

/* Zeros before a number are no part of it, nor is what stands between its digits; zeros alone are no number. */
static void
test_numbers_that_are_alike(void **state)
{
    (void)state;
    start("", true);
    invite(0, ALICE, MIDDLE, "00100", "");
    invite(0.1, MIDDLE, BOB, "+(1)-0.0", "");
    assert_leg(2, JOINED_BY_LIKENESS, 1);
    invite(10, ALICE, MIDDLE, "000", "");
    invite(10.1, MIDDLE, BOB, "000", "");
    assert_leg(4, JOINED_NOT, 0);
    invite(20, ALICE, MIDDLE, "4930123456780", "");
    invite(20.1, MIDDLE, BOB, "0123456780", "");
    assert_leg(6, JOINED_BY_LIKENESS, 5);
    invite(30, ALICE, MIDDLE, "1b", "");
    invite(30.1, MIDDLE, BOB, "1c", "");
    assert_leg(8, JOINED_NOT, 0);
    calls_close(model);
}

/* The other side is called within two seconds, at once is soonest; before and after it is another call. */
static void
test_within_which_time_calls_are_alike(void **state)
{
    static const struct {
        double later;
        call_join by;
    } cases[] = {
        { 0, JOINED_BY_LIKENESS }, { 2, JOINED_BY_LIKENESS }, { 2.01, JOINED_NOT }, { -0.01, JOINED_NOT }, { -5, JOINED_NOT },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start("", true);
        invite(10, ALICE, MIDDLE, "100", "");
        invite(10 + cases[i].later, MIDDLE, BOB, "100", "");
        assert_leg(2, cases[i].by, cases[i].by == JOINED_NOT ? 0 : 1);
        calls_close(model);
    }
}

static void
test_of_many_calls_to_one_number_none_is_guessed(void **state)
{
    (void)state;
    start("", true);
    for (int i = 0; i < 200; i++) {
        invite(i * 0.001, ALICE, MIDDLE, "100", "");
    }
    invite(0.3, MIDDLE, BOB, "100", "");
    assert_leg(201, JOINED_AMBIGUOUS, 0);
    calls_close(model);
}

static void
test_what_lies_back_is_forgotten(void **state)
{
    (void)state;
    start("", true);
    for (int i = 0; i < 1000; i++) {
        invite(i * 3, ALICE, MIDDLE, "100", "");
    }
    invite(2997.1, MIDDLE, BOB, "100", "");
    assert_leg(1001, JOINED_BY_LIKENESS, 1000);
    calls_close(model);
}

static void
test_a_clock_that_is_set_back(void **state)
{
    (void)state;
    start("", true);
    invite(5000, ALICE, MIDDLE, "100", "");
    invite(100, CAROL, MIDDLE, "100", "");
    invite(100.1, MIDDLE, BOB, "100", "");
    assert_leg(3, JOINED_BY_LIKENESS, 2);
    calls_close(model);
}

static void
test_values_that_are_too_long_or_nil_say_nothing(void **state)
{
    char header[400];
    (void)state;

    snprintf(header, sizeof header, "X-Id: %0300d\r\n", 7);
    start("x-id", false);
    invite(0, ALICE, MIDDLE, "bob", header);
    invite(1, ALICE, MIDDLE, "bob", header);
    invite(2, ALICE, MIDDLE, "bob", "X-Id: \r\nSession-ID: 00000000000000000000000000000000\r\n");
    invite(3, ALICE, MIDDLE, "bob", "X-Id: \r\nSession-ID: 00000000000000000000000000000000\r\n");
    for (uint32_t call = 1; call <= 4; call++) {
        assert_leg(call, JOINED_NOT, 0);
    }
    calls_close(model);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said_goes_before_what_it_looks_like),
        cmocka_unit_test(test_a_tag_that_is_kept_tells_one_of_many_calls),
        cmocka_unit_test(test_what_names_a_call),
        cmocka_unit_test(test_numbers_that_are_alike),
        cmocka_unit_test(test_within_which_time_calls_are_alike),
        cmocka_unit_test(test_of_many_calls_to_one_number_none_is_guessed),
        cmocka_unit_test(test_what_lies_back_is_forgotten),
        cmocka_unit_test(test_a_clock_that_is_set_back),
        cmocka_unit_test(test_values_that_are_too_long_or_nil_say_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
