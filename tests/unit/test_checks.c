/* test_checks.c
 * Responses in, findings out. That each rule does what its row says is tested
 * through tshark (tests/regression/rules.toml); here is when nothing is said.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include <stdio.h>

#include "meaning/checks.h"
#include "rule_tables.h"

#define USUAL "Via: a\r\nFrom: b\r\nTo: c;tag=1\r\nCall-ID: d\r\n"

static void
count(const response_finding *finding, void *user_data)
{
    int *counts = user_data;

    counts[finding->rule - response_rules]++;
}

/* How often the rule is broken by this message. */
static int
findings_of(const char *bytes, const char *method, const char *rule, const bool *ignored)
{
    static const bool none[RESPONSE_RULE_COUNT];
    int counts[RESPONSE_RULE_COUNT] = { 0 };
    sip_message m;
    const sip_text name = { (const uint8_t *)method, strlen(method) };
    const int place = response_rule_place((sip_text){ (const uint8_t *)rule, strlen(rule) });

    assert_true(place >= 0);
    sip_message_parse((const uint8_t *)bytes, strlen(bytes), &m);
    check_response(&m, sip_method_set_of(name), ignored ? ignored : none, count, counts);
    return counts[place];
}

static void
test_a_broken_rule(void **state)
{
    (void)state;
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "CSeq: 1 BYE\r\n\r\n", "BYE", "405-allow", NULL), 1);
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "CSeq: 1 BYE\r\nAllow: ACK\r\n\r\n", "BYE",
                                 "405-allow", NULL), 0);
}

static void
test_nothing_is_said_of_half_a_message(void **state)
{
    (void)state;
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "CSeq: 1 BYE\r\n", "BYE", "405-allow", NULL), 0);
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "l: 3\r\n\r\nab", "BYE", "405-allow", NULL), 0);
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "gibberish\r\n\r\n", "BYE", "405-allow", NULL), 0);
}

static void
test_rules_narrowed_by_method_need_one(void **state)
{
    (void)state;
    assert_int_equal(findings_of("SIP/2.0 408 Late\r\n" USUAL "\r\n", "BYE", "408-non-invite", NULL), 1);
    assert_int_equal(findings_of("SIP/2.0 408 Late\r\n" USUAL "\r\n", "INVITE", "408-non-invite", NULL), 0);
    assert_int_equal(findings_of("SIP/2.0 408 Late\r\n" USUAL "\r\n", "", "408-non-invite", NULL), 0);
    assert_int_equal(findings_of("SIP/2.0 408 Late\r\n" USUAL "\r\n", "UNHEARD", "408-non-invite", NULL), 0);
}

static void
test_ignored_rules(void **state)
{
    bool ignored[RESPONSE_RULE_COUNT] = { false };
    (void)state;

    ignored[response_rule_place((sip_text){ (const uint8_t *)"405-allow", 9 })] = true;
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "\r\n", "BYE", "405-allow", ignored), 0);
    assert_int_equal(findings_of("SIP/2.0 405 No\r\n" USUAL "\r\n", "BYE", "cseq-missing", ignored), 1);
}

static void
test_codes_outside(void **state)
{
    static const char *const lines[] = { "099", "700", "999", "20", "4294967301" };
    (void)state;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char bytes[128];
        snprintf(bytes, sizeof bytes, "SIP/2.0 %s x\r\n" USUAL "\r\n", lines[i]);
        assert_int_equal(findings_of(bytes, "INVITE", "code-out-of-range", NULL), 1);
        assert_int_equal(findings_of(bytes, "INVITE", "code-unregistered", NULL), 0);
    }
}

/* Guards against a finding on what a row exempts. */
static void
test_what_a_row_leaves_out(void **state)
{
    static const char sdp[] = "Content-Type: application/sdp\r\nl: 1\r\n\r\nx";
    char bytes[256];
    (void)state;

    snprintf(bytes, sizeof bytes, "SIP/2.0 199 Gone\r\n" USUAL "%s", sdp);
    assert_int_equal(findings_of(bytes, "INVITE", "199-sdp", NULL), 1);
    snprintf(bytes, sizeof bytes, "SIP/2.0 199 Gone\r\n" USUAL "RSeq: 1\r\n%s", sdp);
    assert_int_equal(findings_of(bytes, "INVITE", "199-sdp", NULL), 0);
    assert_int_equal(findings_of("SIP/2.0 200 OK\r\n" USUAL "l: 1\r\n\r\nx", "INVITE", "body-content-type", NULL), 1);
    assert_int_equal(findings_of("SIP/2.0 200 OK\r\n" USUAL "l: 0\r\n\r\n", "INVITE", "body-content-type", NULL), 0);
}

/* Guards against what the names of headers decide being taken for more: values, code, method and body decide, too. */
static void
test_each_response_is_judged_by_itself(void **state)
{
    static const char tagged[] = "To: c;tag=1\r\nCSeq: 1 BYE\r\n\r\n";
    static const char untagged[] = "To: c\r\nCSeq: 1 BYE\r\n\r\n";
    char bytes[128];
    (void)state;

    for (unsigned i = 0; i < 4; i++) {
        snprintf(bytes, sizeof bytes, "SIP/2.0 %u x\r\n%s", i < 2 ? 405U : 200U, i % 2 ? untagged : tagged);
        assert_int_equal(findings_of(bytes, "BYE", "to-tag", NULL), i % 2);
        assert_int_equal(findings_of(bytes, "INVITE", "to-tag", NULL), 0);
        assert_int_equal(findings_of(bytes, "INVITE", "to-tag-refusal", NULL), i == 1);
        assert_int_equal(findings_of(bytes, "BYE", "405-allow", NULL), i < 2);
    }
    assert_int_equal(findings_of("SIP/2.0 405 x\r\nAllow: ACK\r\n\r\n", "BYE", "405-allow", NULL), 0);
    assert_int_equal(findings_of("SIP/2.0 405 x\r\nTo: c\r\n\r\n", "BYE", "405-allow", NULL), 1);
}

static void
test_unknown_rule(void **state)
{
    (void)state;
    assert_int_equal(response_rule_place((sip_text){ (const uint8_t *)"405-allo", 8 }), -1);
    assert_int_equal(response_rule_place((sip_text){ NULL, 0 }), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_broken_rule),
        cmocka_unit_test(test_nothing_is_said_of_half_a_message),
        cmocka_unit_test(test_rules_narrowed_by_method_need_one),
        cmocka_unit_test(test_ignored_rules),
        cmocka_unit_test(test_codes_outside),
        cmocka_unit_test(test_what_a_row_leaves_out),
        cmocka_unit_test(test_each_response_is_judged_by_itself),
        cmocka_unit_test(test_unknown_rule),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
