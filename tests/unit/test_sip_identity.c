/* test_sip_identity.c
 * Messages in, what their transaction is known by out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "sip/sip_identity.h"

#define START "SIP/2.0 180 Ringing\r\n"
#define VIA "Via: SIP/2.0/UDP 192.0.2.1:5060 ; rport;branch=z9hG4bKa\r\n"
#define ENDS "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: id\r\n"

static sip_message message;

#define identity_of(literal, identity) \
    (parse_literal(literal, &message), sip_identity_read(&message, identity))

static void
test_all_of_it(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of(START VIA ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_text(identity.sent_by, "192.0.2.1:5060");
    assert_text(identity.branch, "z9hG4bKa");
    assert_true(identity.magic);
    assert_text(identity.call_id, "id");
    assert_text(identity.from_tag, "1");
    assert_text(identity.to_tag, "2");
    assert_int_equal(identity.cseq, 7);
    assert_text(identity.cseq_method, "INVITE");
}

/* Guards against bytes read from anywhere: an empty first Via has no parts. */
static void
test_first_via_is_empty(void **state)
{
    sip_identity identity;
    (void)state;

    assert_false(identity_of(START "Via: , SIP/2.0/UDP a;branch=z9hG4bKa\r\n" ENDS "CSeq: 7 INVITE\r\n\r\n",
                             &identity));
    assert_null(identity.sent_by.start);
    assert_false(identity_of(START "Via:\r\n" ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity_of(START "Via: ;branch=z9hG4bKa\r\n" ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
}

/* Guards against a search for the blank that goes on before the value. */
static void
test_via_without_a_blank(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of(START "Via:host;branch=z9hG4bKa\r\n" ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_text(identity.sent_by, "host");
}

static void
test_what_a_transaction_needs(void **state)
{
    sip_identity identity;
    (void)state;

    assert_false(identity_of(START ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity_of(START VIA ENDS "\r\n", &identity));
    assert_false(identity_of(START VIA "From: <sip:a@b>;tag=1\r\nCall-ID: id\r\nCSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity_of(START VIA "To: <sip:c@d>;tag=2\r\nCall-ID: id\r\nCSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity_of(START VIA ENDS "CSeq: 7\r\n\r\n", &identity));
    assert_false(identity_of(START VIA ENDS "CSeq: INVITE\r\n\r\n", &identity));
    assert_false(identity_of(START VIA ENDS "CSeq: 4294967296 INVITE\r\n\r\n", &identity));
    assert_true(identity_of(START VIA ENDS "CSeq: 4294967295 INVITE\r\n\r\n", &identity));
    assert_false(identity_of(START VIA "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity_of("SIP/2.0 180 Ringing\r\n" VIA ENDS "CSeq: 7 INVITE", &identity));
}

/* RFC 2543 had no unique branches; then the From tag has to be there. */
static void
test_branch_without_the_cookie(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of(START "v: SIP/2.0/UDP a;branch=1\r\n" ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity.magic);
    assert_true(identity_of(START "v: SIP/2.0/UDP a;branch=z9hG4bK\r\n" ENDS "CSeq: 7 INVITE\r\n\r\n", &identity));
    assert_false(identity.magic);
    assert_false(identity_of(START "v: SIP/2.0/UDP a;branch=1\r\nf: <sip:a@b>\r\ni: id\r\nCSeq: 7 INVITE\r\n\r\n",
                             &identity));
}

static void
test_reliable_provisional(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of(START VIA ENDS "CSeq: 7 INVITE\r\nRSeq: 9\r\nRequire: timer, 100rel\r\n\r\n", &identity));
    assert_int_equal(identity.rseq, 9);
    assert_true(identity.requires_100rel);
    assert_true(identity_of(START VIA ENDS "CSeq: 7 INVITE\r\nRSeq: x\r\n\r\n", &identity));
    assert_int_equal(identity.rseq, 0);
    assert_false(identity.requires_100rel);
    assert_true(identity_of("SIP/2.0 200 OK\r\n" VIA ENDS "CSeq: 7 INVITE\r\nRSeq: 9\r\n\r\n", &identity));
    assert_int_equal(identity.rseq, 0);
}

static void
test_extensions_of_a_request(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of("INVITE sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 7 INVITE\r\nk: 100rel\r\nSupported: 199\r\n\r\n",
                            &identity));
    assert_true(identity.supports_100rel);
    assert_false(identity.requires_100rel);
    assert_true(identity.supports_199);
    assert_true(identity_of("INVITE sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 7 INVITE\r\nRequire: 199\r\n\r\n", &identity));
    assert_false(identity.supports_199);
}

#define INVITED_WITH(headers) "INVITE sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 7 INVITE\r\n" headers "\r\n"

/* Guards against a first Supported without what is asked for, in which a later one is not seen. */
static void
test_extensions_of_a_later_header(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of(INVITED_WITH("Supported: timer\r\nk: path, 100rel\r\n"), &identity));
    assert_true(identity.supports_100rel);
    assert_true(identity_of(INVITED_WITH("Supported:\r\nAllow: BYE\r\nSupported: 199\r\n"), &identity));
    assert_true(identity.supports_199);
    assert_true(identity_of(INVITED_WITH("Require: timer\r\nRequire: 100rel\r\n"), &identity));
    assert_true(identity.requires_100rel);
    assert_true(identity_of(INVITED_WITH("Supported: timer\r\nRequire: x1\r\n"), &identity));
    assert_false(identity.supports_100rel || identity.supports_199 || identity.requires_100rel);
}

static void
test_prack_names_what_it_confirms(void **state)
{
    sip_identity identity;
    (void)state;

    assert_true(identity_of("PRACK sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 8 PRACK\r\nRAck: 9 7 INVITE\r\n\r\n", &identity));
    assert_int_equal(identity.rack_rseq, 9);
    assert_int_equal(identity.rack_cseq, 7);
    assert_true(identity_of("PRACK sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 8 PRACK\r\nRAck: 9\r\n\r\n", &identity));
    assert_int_equal(identity.rack_rseq, 0);
    assert_true(identity_of("BYE sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 8 BYE\r\nRAck: 9 7 INVITE\r\n\r\n", &identity));
    assert_int_equal(identity.rack_rseq, 0);
}

#define SAMPLE \
    "Via: SIP/2.0/UDP 192.0.2.1:5070;rport ; branch=z9hG4bKone, SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKtwo\r\n" \
    "f: \"a;tag=no\" <sip:a@example.com;tag=neither>;x=y;tag=from\r\n" \
    "To: <sip:b@example.com>;tag=to\r\n" \
    "i: call@example.com\r\n"

static const char invite[] =
    "INVITE sip:b@example.com SIP/2.0\r\n" SAMPLE "CSeq: 1 INVITE\r\n"
    "k: timer, 100rel\r\nSupported:199 \r\nContent-Length: 0\r\n\r\n";

static bool
look_at(const char *text, size_t length, sip_identity *identity)
{
    sip_message message;

    return sip_message_parse((const uint8_t *)text, length, &message) != SIP_OTHER &&
           sip_identity_read(&message, identity);
}

/* The five headers are enough; a line that is cut is not read. */
static void
test_where_the_captured_bytes_may_end(void **state)
{
    sip_identity id;
    const size_t needed = (size_t)(strstr(invite, "k: timer") - invite);
    (void)state;

    assert_true(look_at(invite, needed, &id));
    assert_true(id.cut);
    assert_false(id.supports_100rel);
    assert_false(look_at(invite, needed - 2, &id));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_it),
        cmocka_unit_test(test_first_via_is_empty),
        cmocka_unit_test(test_via_without_a_blank),
        cmocka_unit_test(test_what_a_transaction_needs),
        cmocka_unit_test(test_branch_without_the_cookie),
        cmocka_unit_test(test_reliable_provisional),
        cmocka_unit_test(test_extensions_of_a_request),
        cmocka_unit_test(test_extensions_of_a_later_header),
        cmocka_unit_test(test_prack_names_what_it_confirms),
        cmocka_unit_test(test_where_the_captured_bytes_may_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
