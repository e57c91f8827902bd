/* test_header_index.c
 * Headers in, what a rule wants to know of them out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include <stdio.h>

#include "sip/header_index.h"

static header_index
index_of(const char *headers)
{
    header_index index;

    header_index_build(&index, (sip_text){ (const uint8_t *)headers, strlen(headers) });
    return index;
}

static uint32_t
count_of(const char *headers, int id)
{
    const header_index index = index_of(headers);

    return header_index_count(&index, (sip_header_id)id);
}

static bool
has_token(const char *headers, sip_header_id id, const char *token)
{
    const header_selector selector = { id, SELECT_TOKEN, token, NULL, false, "" };
    const header_index index = index_of(headers);

    return header_index_has(&index, &selector);
}

static bool
has_scheme(const char *headers, const char *scheme)
{
    const header_selector selector = { SIP_HEADER_WWW_AUTHENTICATE, SELECT_SCHEME, scheme, NULL, false, "" };
    const header_index index = index_of(headers);

    return header_index_has(&index, &selector);
}

static bool
has_parameter(const char *headers, sip_header_id id, const char *name, const char *value, bool every)
{
    const header_selector selector = { id, SELECT_PARAMETER, name, value, every, "" };
    const header_index index = index_of(headers);

    return header_index_has(&index, &selector);
}

static void
test_names_in_every_spelling(void **state)
{
    const header_index index = index_of("VIA: a\r\nm: b\r\nX: 1800\r\nwww-Authenticate: c\r\nUnheard-Of: d\r\n"
                                        "az-AZ-09: e\r\n");
    (void)state;

    assert_true(index.readable);
    assert_int_equal(header_index_count(&index, SIP_HEADER_VIA), 1);
    assert_int_equal(header_index_count(&index, SIP_HEADER_CONTACT), 1);
    assert_int_equal(header_index_count(&index, SIP_HEADER_SESSION_EXPIRES), 1);
    assert_int_equal(header_index_count(&index, SIP_HEADER_WWW_AUTHENTICATE), 1);
    assert_int_equal(header_index_count(&index, SIP_HEADER_TO), 0);
}

/* Guards against a search that misses names because the table is not in the
 * order that it expects. */
static void
test_every_name_of_the_table_is_found(void **state)
{
    (void)state;
    for (int id = 0; id < SIP_HEADER_COUNT; id++) {
        char line[64];

        snprintf(line, sizeof line, "%s: x\r\n", header_names[id].name);
        assert_int_equal(count_of(line, id), 1);
        if (header_names[id].compact) {
            snprintf(line, sizeof line, "%c: x\r\n", header_names[id].compact);
            assert_int_equal(count_of(line, id), 1);
        }
    }
}

static void
test_what_cannot_be_read(void **state)
{
    (void)state;
    assert_true(index_of("").readable);
    assert_true(index_of("Via: a\r\n b\r\n").readable);
    assert_true(index_of("Subject: \xc3\xa9\r\n").readable);
    assert_false(index_of("Via a\r\n").readable);
    assert_false(index_of(": a\r\n").readable);
    assert_false(index_of("Vi a: b\r\n").readable);
    assert_false(index_of("V\xff: b\r\n").readable);
    assert_false(index_of("Via: a\x01\r\n").readable);
    assert_false(index_of("Via: a\x7f\r\n").readable);
}

static void
test_a_name_longer_than_any(void **state)
{
    char line[200];
    (void)state;

    memset(line, 'a', sizeof line);
    memcpy(line + sizeof line - 6, ": b\r\n", 6);
    assert_true(index_of(line).readable);
}

static void
test_tokens(void **state)
{
    (void)state;
    assert_true(has_token("Require: 100rel\r\n", SIP_HEADER_REQUIRE, "100rel"));
    assert_true(has_token("Require: timer ,\r\n 100REL\r\n", SIP_HEADER_REQUIRE, "100rel"));
    assert_true(has_token("Require: timer\r\nrequire: 100rel\r\n", SIP_HEADER_REQUIRE, "100rel"));
    assert_false(has_token("Require: x100rel, 100rely\r\n", SIP_HEADER_REQUIRE, "100rel"));
    assert_false(has_token("Require:\r\n", SIP_HEADER_REQUIRE, "100rel"));
    assert_false(has_token("Supported: 100rel\r\n", SIP_HEADER_REQUIRE, "100rel"));
}

/* Guards against a realm, or the beginning of a longer word, taken for the scheme. */
static void
test_schemes(void **state)
{
    (void)state;
    assert_true(has_scheme("WWW-Authenticate: Basic realm=x\r\n", "Basic"));
    assert_true(has_scheme("WWW-Authenticate: Digest realm=x\r\nwww-authenticate:\tBASIC\trealm=x\r\n", "Basic"));
    assert_true(has_scheme("WWW-Authenticate: Basic\r\n", "Basic"));
    assert_false(has_scheme("WWW-Authenticate: Digest realm=Basic, nonce=\"Basic \"\r\n", "Basic"));
    assert_false(has_scheme("WWW-Authenticate: Basically realm=x\r\n", "Basic"));
    assert_false(has_scheme("WWW-Authenticate:\r\n", "Basic"));
    assert_false(has_scheme("Proxy-Authenticate: Basic realm=x\r\n", "Basic"));
}

static void
test_parameters(void **state)
{
    (void)state;
    assert_true(has_parameter("To: <sip:b@c>;tag=1\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_true(has_parameter("t: sip:b@c;x;TAG = 1\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_true(has_parameter("To: \"a\\\";tag=2\" <sip:b@c>;tag=1\r\n", SIP_HEADER_TO, "tag", "1", false));
    assert_false(has_parameter("To: \"a;tag=2\" <sip:b@c;tag=1>\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_false(has_parameter("To: <sip:b@c>;tagged=1\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_false(has_parameter("To: tag=1\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_true(has_parameter("x: 90;refresher=\"UAC\"\r\n", SIP_HEADER_SESSION_EXPIRES, "refresher", "uac", false));
    assert_false(has_parameter("x: 90;refresher=uas\r\n", SIP_HEADER_SESSION_EXPIRES, "refresher", "uac", false));
    assert_false(has_parameter("x: 90;refresher\r\n", SIP_HEADER_SESSION_EXPIRES, "refresher", "uac", false));
    assert_false(has_parameter("x: 90;\r\n", SIP_HEADER_SESSION_EXPIRES, "refresher", NULL, false));
}

static void
test_one_value_or_every(void **state)
{
    static const char both[] = "Contact: \"a, b\" <sip:a@b,c>;expires=1, <sip:d>;expires=2\r\n";
    static const char one[] = "Contact: <sip:a>;expires=1\r\nm: <sip:d>\r\n";
    (void)state;

    assert_true(has_parameter(both, SIP_HEADER_CONTACT, "expires", NULL, true));
    assert_false(has_parameter(one, SIP_HEADER_CONTACT, "expires", NULL, true));
    assert_true(has_parameter(one, SIP_HEADER_CONTACT, "expires", NULL, false));
    /* A header without a value has none that lacks anything. */
    assert_true(has_parameter("Contact: \r\nm: <sip:d>;expires=2\r\n", SIP_HEADER_CONTACT, "expires", NULL, true));
}

/* A quote that never ends hides the rest and nothing beyond it. */
static void
test_open_quotes_and_brackets(void **state)
{
    (void)state;
    assert_false(has_parameter("To: \"open;tag=1\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_false(has_parameter("To: <open;tag=1\r\n", SIP_HEADER_TO, "tag", NULL, false));
    assert_false(has_parameter("To: \"a\\\r\n", SIP_HEADER_TO, "tag", NULL, false));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_in_every_spelling),
        cmocka_unit_test(test_every_name_of_the_table_is_found),
        cmocka_unit_test(test_what_cannot_be_read),
        cmocka_unit_test(test_a_name_longer_than_any),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_schemes),
        cmocka_unit_test(test_parameters),
        cmocka_unit_test(test_one_value_or_every),
        cmocka_unit_test(test_open_quotes_and_brackets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
