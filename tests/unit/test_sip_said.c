/* test_sip_said.c
 * Reason, Warning and Retry-After in, what the sender said out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include <stdlib.h>
#include <time.h>

#include "meaning/said_info.h"
#include "sip/plain_text.h"
#include "sip/sip_said.h"

#define START "SIP/2.0 503 Service Unavailable\r\n"

static sip_message message;

#define reasons_in(headers) (parse_literal(START headers "\r\n", &message), sip_reasons_of(&message))
#define warnings_in(headers) (parse_literal(START headers "\r\n", &message), sip_warnings_of(&message))
#define retry_after_in(value, retry_after) \
    (parse_literal(START "Retry-After: " value "\r\n\r\n", &message), sip_retry_after_read(&message, retry_after))

static sip_text
text_of(const char *literal)
{
    return (sip_text){ (const uint8_t *)literal, strlen(literal) };
}

static void
test_reasons_of_several_headers_and_lists(void **state)
{
    sip_values reasons = reasons_in(
        "Reason: Q.850 ;cause=34 ;text=\"No \\\"circuit\\\", sorry; cause=1\" , preemption;cause=5\r\n"
        "Via: SIP/2.0/UDP a;branch=z9hG4bKa\r\n"
        "reason : sip;text=\"Busy\r\n  Everywhere\";Cause=600,,\r\n");
    sip_reason reason;
    char text[PLAIN_TEXT_SIZE];
    (void)state;

    assert_true(sip_reason_next(&reasons, &reason));
    assert_int_equal(reason.kind, REASON_Q850);
    assert_true(reason.has_cause);
    assert_int_equal(reason.cause, 34);
    assert_string_equal(reason_cause_name(&reason), "No circuit/channel available");
    plain_text_unescaped(reason.text, text);
    assert_string_equal(text, "No \"circuit\", sorry; cause=1");
    assert_true(sip_reason_next(&reasons, &reason));
    assert_int_equal(reason.kind, REASON_OTHER);
    assert_text(reason.protocol, "preemption");
    assert_null(reason_cause_name(&reason));
    assert_null(reason.text.start);
    assert_true(sip_reason_next(&reasons, &reason));
    assert_int_equal(reason.kind, REASON_SIP);
    assert_string_equal(reason_cause_name(&reason), "Busy Everywhere");
    plain_text_unescaped(reason.text, text);
    assert_string_equal(text, "Busy Everywhere");
    assert_false(sip_reason_next(&reasons, &reason));
    assert_true(sip_reason_find(&message, REASON_SIP, &reason));
    assert_int_equal(reason.cause, 600);
}

/* Guards against a cause where none was sent, or another one than was sent. */
static void
test_broken_causes_are_none(void **state)
{
    static const char *const broken[] = {
        "Q.850;cause=", "Q.850;cause", "Q.850;cause=x", "Q.850;cause=16x", "Q.850;cause=-1", "Q.850;cause=16.5",
        "Q.850;cause=4294967296", "Q.850;cause=00000000016", "Q.850", "Q.850;Xcause=16", "Q.850;text=\";cause=16",
    };
    (void)state;

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        sip_values reasons = sip_values_from(text_of(broken[i]), SIP_HEADER_REASON, text_of(broken[i]));
        sip_reason reason;
        assert_true(sip_reason_next(&reasons, &reason));
        assert_int_equal(reason.kind, REASON_Q850);
        assert_false(reason.has_cause);
        assert_null(reason_cause_name(&reason));
    }
    sip_values none = reasons_in("Reason: , ,\r\nReason:\r\n");
    sip_reason reason;
    assert_false(sip_reason_next(&none, &reason));
    assert_false(sip_reason_find(&message, REASON_Q850, &reason));
}

static void
test_warnings(void **state)
{
    sip_values warnings = warnings_in(
        "Warning: 307 isi.edu \"Session parameter 'foo', not understood\", 304  [2001:db8::1]:5060\t\"\\\"video\\\"\"\r\n"
        "WARNING: 399\"no agent\",301 host,399,1399 a \"b\", free words, 3990 a, 39x a, x99 a, 399 a \"never closed, 305\r\n");
    static const struct {
        uint16_t code;
        const char *agent;
        const char *text;
    } expected[] = {
        { 307, "isi.edu", "Session parameter 'foo', not understood" },
        { 304, "[2001:db8::1]:5060", "\\\"video\\\"" },
        { 399, "", "no agent" },
        { 301, "host", "" },
        { 399, "", "" },
        { 0, "", "1399 a \"b\"" },
        { 0, "", "free words" },
        { 0, "", "3990 a" },
        { 0, "", "39x a" },
        { 0, "", "x99 a" },
        { 399, "a", "never closed, 305" },
    };
    sip_warning warning;
    (void)state;

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(sip_warning_next(&warnings, &warning));
        assert_int_equal(warning.code, expected[i].code);
        assert_text(warning.agent, expected[i].agent);
        assert_text(warning.text, expected[i].text);
    }
    assert_false(sip_warning_next(&warnings, &warning));
    assert_string_equal(warning_row_of(381)->name, "SIPS Required");
    assert_null(warning_row_of(0));
    assert_null(warning_row_of(392));
    assert_string_equal(q850_cause_name(17), "User busy");
    assert_null(q850_cause_name(0));
    assert_null(q850_cause_name(126));
    assert_null(q850_cause_name(UINT32_MAX));
}

static void
test_retry_after(void **state)
{
    sip_retry_after retry_after;
    (void)state;

    assert_true(retry_after_in("18000;duration=3600", &retry_after));
    assert_int_equal(retry_after.seconds, 18000);
    assert_true(retry_after.has_duration);
    assert_int_equal(retry_after.duration, 3600);
    assert_null(retry_after.comment.start);
    assert_true(retry_after_in("120 (I'm in a \\) (long; duration=1) meeting) ; duration = 7", &retry_after));
    assert_text(retry_after.comment, "I'm in a \\) (long; duration=1) meeting");
    assert_int_equal(retry_after.duration, 7);
    assert_true(retry_after_in("5(never closed \\)", &retry_after));
    assert_text(retry_after.comment, "never closed \\)");
    assert_false(retry_after.has_duration);
    assert_true(retry_after_in("0", &retry_after));
    assert_int_equal(retry_after.seconds, 0);
    assert_false(retry_after_in("", &retry_after));
    assert_false(retry_after_in("-1", &retry_after));
    assert_false(retry_after_in("5.5", &retry_after));
    assert_false(retry_after_in("99999999999", &retry_after));
    assert_false(retry_after_in("Mon, 01 Jan 2001 00:00:00 GMT", &retry_after));
    parse_literal(START "\r\n", &message);
    assert_false(sip_retry_after_read(&message, &retry_after));
}

static void
test_seconds(void **state)
{
    uint32_t seconds;
    (void)state;

    assert_true(sip_seconds_read(text_of("90;refresher=uas"), &seconds));
    assert_int_equal(seconds, 90);
    assert_false(sip_seconds_read(text_of("90s"), &seconds));
    assert_false(sip_seconds_read((sip_text){ NULL, 0 }, &seconds));
}

/* Guards against control characters, marks that turn the direction of writing,
 * broken UTF-8 and endless texts in a terminal. */
static void
test_plain_text(void **state)
{
    static const char replacement[] = "\xef\xbf\xbd";
    static const char *const broken[] = {
        "\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6", "\xd8\x9c", "\xff", "\xc3", "\xed\xa0\x80",
        "\xc3\xff", "\xc0\x80", "\xe0\x80\x80", "\xf4\x90\x80\x80", "\xef\xbf\xbe",
    };
    char text[PLAIN_TEXT_SIZE];
    char many[4 * (PLAIN_TEXT_MAX + 2)];
    (void)state;

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        assert_true(plain_text(text_of(broken[i]), text) >= 3);
        for (size_t at = 0; text[at]; at += 3) {
            assert_memory_equal(text + at, replacement, 3);
        }
    }
    assert_int_equal(plain_text((sip_text){ (const uint8_t *)"a\0b", 3 }, text), 5);
    assert_string_equal(text, "a\xef\xbf\xbd" "b");
    plain_text(text_of(" \xf0\x9f\x93\x9e\t\xc3\xa9 \r\n \xe2\x82\xac\\\" "), text);
    assert_string_equal(text, "\xf0\x9f\x93\x9e \xc3\xa9 \xe2\x82\xac\\\"");
    plain_text(text_of("\xe2\x82x\xc3y"), text);
    assert_string_equal(text, "\xef\xbf\xbd\xef\xbf\xbdx\xef\xbf\xbdy");
    plain_text_unescaped(text_of("a\\\\b\\\x1b\\"), text);
    assert_string_equal(text, "a\\b\xef\xbf\xbd\\");
    assert_int_equal(plain_text((sip_text){ NULL, 0 }, text), 0);
    for (size_t i = 0; i < sizeof many; i += 4) {
        memcpy(many + i, "\xf0\x9f\x93\x9e", 4);
    }
    assert_int_equal(plain_text((sip_text){ (const uint8_t *)many, (size_t)4 * PLAIN_TEXT_MAX }, text), 4 * PLAIN_TEXT_MAX);
    assert_int_equal(plain_text((sip_text){ (const uint8_t *)many, sizeof many }, text), 4 * (PLAIN_TEXT_MAX - 1) + 3);
    assert_string_equal(text + 4 * (PLAIN_TEXT_MAX - 1), "\xe2\x80\xa6");
}

/* The characters on both sides of each range that is left out are shown. */
static void
test_bounds_of_what_is_left_out(void **state)
{
    static const uint32_t bounds[][2] = {
        { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 },
        { 0xfffe, 0xffff },
    };
    (void)state;

    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        assert_true(plain_text_leaves_out(bounds[i][0]));
        assert_true(plain_text_leaves_out(bounds[i][1]));
        assert_false(bounds[i][0] && plain_text_leaves_out(bounds[i][0] - 1));
        assert_false(plain_text_leaves_out(bounds[i][1] + 1));
    }
}

/* Guards against values that are read again and again: a megabyte of them would take minutes. */
static void
test_many_values_are_quick(void **state)
{
    static const char *const units[] = { "SIP;text=\"", "Q.850;cause=1,", "399 a \"", "(", "\\", ";text=<," };
    const size_t count = 200000;
    (void)state;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const size_t size = strlen(units[i]);
        char *all = malloc(count * size);
        assert_non_null(all);
        for (size_t at = 0; at < count; at++) {
            memcpy(all + at * size, units[i], size);
        }
        const sip_text value = { (const uint8_t *)all, count * size };
        const clock_t start = clock();
        sip_values reasons = sip_values_from(value, SIP_HEADER_REASON, value);
        sip_values warnings = sip_values_from(value, SIP_HEADER_WARNING, value);
        sip_reason reason;
        sip_warning warning;
        while (sip_reason_next(&reasons, &reason)) {
        }
        while (sip_warning_next(&warnings, &warning)) {
        }
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2.0);
        free(all);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reasons_of_several_headers_and_lists),
        cmocka_unit_test(test_broken_causes_are_none),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_retry_after),
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_plain_text),
        cmocka_unit_test(test_bounds_of_what_is_left_out),
        cmocka_unit_test(test_many_values_are_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
