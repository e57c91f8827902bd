/* test_sip_auth.c
 * Challenges and credentials in, what they are made of out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include "sip/sip_auth.h"

static sip_text
text_of(const char *literal)
{
    return (sip_text){ (const uint8_t *)literal, strlen(literal) };
}

static void
test_challenges_of_several_headers(void **state)
{
    sip_auths auths = sip_auths_of(text_of(
        "WWW-Authenticate: Digest realm=\"a, \\\"b\\\"\", nonce = \"n1\",stale=TRUE, algorithm=SHA-256\r\n"
        "Proxy-Authenticate: Digest realm=\"p\"\r\n"
        "www-authenticate : Digest realm=c,nonce=\"n2\",stale=\"false\"\r\n"), SIP_HEADER_WWW_AUTHENTICATE);
    sip_auth auth;
    (void)state;

    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.scheme, "Digest");
    assert_text(auth.realm, "a, \\\"b\\\"");
    assert_text(auth.nonce, "n1");
    assert_text(auth.algorithm, "SHA-256");
    assert_true(auth.stale);
    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.realm, "c");
    assert_text(auth.nonce, "n2");
    assert_false(auth.stale);
    assert_false(sip_auth_next(&auths, &auth));
}

/* RFC 3261 7.3.1 forbids it, and it is sent. */
static void
test_challenges_joined_by_commas(void **state)
{
    sip_auths auths = sip_auths_of(text_of(
        "Proxy-Authenticate: Digest realm=\"a\",qop=auth,auth-int,nonce=1, Basic  realm = \"b\",Digest nonce=2\r\n"),
        SIP_HEADER_PROXY_AUTHENTICATE);
    sip_auth auth;
    (void)state;

    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.realm, "a");
    assert_text(auth.nonce, "1");
    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.scheme, "Basic");
    assert_text(auth.realm, "b");
    assert_null(auth.nonce.start);
    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.nonce, "2");
    assert_null(auth.realm.start);
    assert_false(sip_auth_next(&auths, &auth));
}

static void
test_credentials(void **state)
{
    sip_auths auths = sip_auths_of(text_of(
        "Authorization: Digest username=\"bob\",realm=\"a\",nonce=\"n\",uri=\"sip:a\",response=\"r\",realm=\"z\"\r\n"),
        SIP_HEADER_AUTHORIZATION);
    sip_auth auth;
    (void)state;

    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.username, "bob");
    assert_text(auth.realm, "a");
    assert_false(sip_auth_next(&auths, &auth));
}

static void
test_broken_challenges(void **state)
{
    sip_auths auths = sip_auths_of(text_of(
        "WWW-Authenticate: realm=\"no scheme\"\r\nWWW-Authenticate:\r\nWWW-Authenticate: ,\r\n"
        "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: Digest\r\n"), SIP_HEADER_WWW_AUTHENTICATE);
    sip_auth auth;
    (void)state;

    assert_true(sip_auth_next(&auths, &auth));
    assert_null(auth.scheme.start);
    assert_text(auth.realm, "no scheme");
    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.scheme, "Negotiate");
    assert_true(sip_auth_next(&auths, &auth));
    assert_text(auth.scheme, "Digest");
    assert_null(auth.realm.start);
    assert_false(sip_auth_next(&auths, &auth));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_challenges_of_several_headers),
        cmocka_unit_test(test_challenges_joined_by_commas),
        cmocka_unit_test(test_credentials),
        cmocka_unit_test(test_broken_challenges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
