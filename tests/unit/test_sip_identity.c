/* test_sip_identity.c
 * Messages in, what tells their transaction out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include "sip_identity.h"

#define HEADERS \
    "Via: SIP/2.0/UDP 192.0.2.1:5070;rport ; branch=z9hG4bKone, SIP/2.0/TCP 192.0.2.9;branch=z9hG4bKtwo\r\n" \
    "f: \"a;tag=no\" <sip:a@example.com;tag=neither>;x=y;tag=from\r\n" \
    "To: <sip:b@example.com>;tag=to\r\n" \
    "i: call@example.com\r\n"

static const char invite[] =
    "INVITE sip:b@example.com SIP/2.0\r\n" HEADERS "CSeq: 1 INVITE\r\n"
    "k: timer, 100rel\r\nSupported:199 \r\nContent-Length: 0\r\n\r\n";
static const char ringing[] =
    "SIP/2.0 180 Ringing\r\n" HEADERS "CSeq: 1 INVITE\r\nRequire: x\r\nRSeq: 7\r\nRequire: 100rel\r\n\r\n";
static const char answer[] = "SIP/2.0 200 OK\r\n" HEADERS "CSeq: 1 INVITE\r\nRSeq: 8\r\nVia: later\r\n\r\nbody";
static const char prack[] =
    "PRACK sip:b@example.com SIP/2.0\r\n" HEADERS "CSeq: 2 PRACK\r\nRAck: 7 1 INVITE\r\n\r\n";
/* Its CSeq names another method than the request itself. */
static const char mixed[] = "BYE sip:b@example.com SIP/2.0\r\n" HEADERS "CSeq: 3 INVITE\r\nRequire: 100rel\r\n\r\n";
static const char bye[] = "BYE sip:b@example.com SIP/2.0\r\n" HEADERS "CSeq: 3 BYE\r\nRAck: 7 1 INVITE\r\n\r\n";

static bool
identity_of(const char *text, size_t length, bool whole, sip_identity *identity)
{
    sip_message message;
    const uint8_t *bytes = (const uint8_t *)text;
    const sip_kind kind = whole ? sip_message_parse(bytes, length, &message)
                                : sip_message_identify(bytes, length, &message);

    return kind != SIP_OTHER && sip_identity_read(&message, identity);
}

static void
test_what_tells_the_transaction(void **state)
{
    sip_identity id;
    (void)state;

    assert_true(identity_of(invite, strlen(invite), true, &id));
    assert_text(id.sent_by, "192.0.2.1:5070");
    assert_text(id.branch, "z9hG4bKone");
    assert_true(id.magic);
    assert_text(id.call_id, "call@example.com");
    assert_text(id.from_tag, "from");
    assert_text(id.to_tag, "to");
    assert_int_equal(id.cseq, 1);
    assert_text(id.cseq_method, "INVITE");
    assert_true(id.supports_100rel && id.supports_199 && !id.requires_100rel && !id.cut);
}

static void
test_reliability(void **state)
{
    sip_identity id;
    (void)state;

    assert_true(identity_of(ringing, strlen(ringing), true, &id));
    assert_int_equal(id.rseq, 7);
    assert_true(id.requires_100rel);
    assert_true(identity_of(answer, strlen(answer), true, &id));
    assert_int_equal(id.rseq, 0);
    assert_true(identity_of(prack, strlen(prack), true, &id));
    assert_int_equal(id.rack_rseq, 7);
    assert_int_equal(id.rack_cseq, 1);
    assert_true(identity_of(bye, strlen(bye), true, &id));
    assert_int_equal(id.rack_rseq, 0);
}

static void
assert_same_text(sip_text a, sip_text b)
{
    assert_ptr_equal(a.start, b.start);
    assert_int_equal(a.length, b.length);
}

/* Guards against a short look that says something else than the whole one,
 * wherever a snap length cuts. */
static void
test_the_short_look_says_the_same(void **state)
{
    static const char *const texts[] = { invite, ringing, answer, prack, mixed, bye };
    (void)state;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        for (size_t length = 0; length <= strlen(texts[i]); length++) {
            sip_identity whole;
            sip_identity brief;
            const bool known = identity_of(texts[i], length, true, &whole);
            assert_int_equal(identity_of(texts[i], length, false, &brief), known);
            if (!known) {
                continue;
            }
            assert_same_text(brief.sent_by, whole.sent_by);
            assert_same_text(brief.branch, whole.branch);
            assert_same_text(brief.call_id, whole.call_id);
            assert_same_text(brief.from_tag, whole.from_tag);
            assert_same_text(brief.to_tag, whole.to_tag);
            assert_same_text(brief.cseq_method, whole.cseq_method);
            assert_int_equal(brief.cseq, whole.cseq);
            assert_int_equal(brief.rseq, whole.rseq);
            assert_int_equal(brief.rack_rseq, whole.rack_rseq);
            assert_int_equal(brief.rack_cseq, whole.rack_cseq);
            assert_int_equal(brief.supports_100rel, whole.supports_100rel);
            assert_int_equal(brief.requires_100rel, whole.requires_100rel);
            assert_int_equal(brief.supports_199, whole.supports_199);
        }
    }
}

/* The five headers are enough; a line that is cut is not read. */
static void
test_where_the_captured_bytes_may_end(void **state)
{
    sip_identity id;
    const size_t needed = (size_t)(strstr(invite, "k: timer") - invite);
    (void)state;

    assert_true(identity_of(invite, needed, true, &id));
    assert_true(id.cut);
    assert_false(id.supports_100rel);
    assert_false(identity_of(invite, needed - 2, true, &id));
}

#define VIA "Via: SIP/2.0/UDP 192.0.2.1:5060 ; rport;branch=z9hG4bKa\r\n"
#define ENDS "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: id\r\n"
#define RINGING(headers) "SIP/2.0 180 Ringing\r\n" headers "\r\n"
#define literal_identity(literal, identity) identity_of(literal, sizeof(literal) - 1, true, identity)

/* Guards against bytes read from anywhere: an empty first Via has no parts. */
static void
test_first_via_is_empty(void **state)
{
    sip_identity id;
    (void)state;

    assert_false(literal_identity(RINGING("Via: , SIP/2.0/UDP a;branch=z9hG4bKa\r\n" ENDS "CSeq: 7 INVITE\r\n"), &id));
    assert_null(id.sent_by.start);
    assert_false(literal_identity(RINGING("Via:\r\n" ENDS "CSeq: 7 INVITE\r\n"), &id));
    assert_false(literal_identity(RINGING("Via: ;branch=z9hG4bKa\r\n" ENDS "CSeq: 7 INVITE\r\n"), &id));
}

static void
test_what_a_transaction_needs(void **state)
{
    sip_identity id;
    (void)state;

    assert_false(literal_identity(RINGING(ENDS "CSeq: 7 INVITE\r\n"), &id));
    assert_false(literal_identity(RINGING(VIA ENDS), &id));
    assert_false(literal_identity(RINGING(VIA ENDS "CSeq: 7\r\n"), &id));
    assert_false(literal_identity(RINGING(VIA ENDS "CSeq: INVITE\r\n"), &id));
    assert_false(literal_identity(RINGING(VIA ENDS "CSeq: 4294967296 INVITE\r\n"), &id));
    assert_true(literal_identity(RINGING(VIA ENDS "CSeq: 4294967295 INVITE\r\n"), &id));
    assert_false(literal_identity(RINGING(VIA "CSeq: 7 INVITE\r\n"), &id));
}

/* RFC 2543 had no unique branches; then the From tag has to be there. */
static void
test_branch_without_the_cookie(void **state)
{
    sip_identity id;
    (void)state;

    assert_true(literal_identity(RINGING("v: SIP/2.0/UDP a;branch=1\r\n" ENDS "CSeq: 7 INVITE\r\n"), &id));
    assert_false(id.magic);
    assert_true(literal_identity(RINGING("v: SIP/2.0/UDP a;branch=z9hG4bK\r\n" ENDS "CSeq: 7 INVITE\r\n"), &id));
    assert_false(id.magic);
    assert_false(literal_identity(RINGING("v: SIP/2.0/UDP a;branch=1\r\nf: <sip:a@b>\r\nt: <sip:c@d>\r\ni: id\r\n"
                                          "CSeq: 7 INVITE\r\n"), &id));
}

static void
test_what_does_not_fit(void **state)
{
    sip_identity id;
    (void)state;

    assert_true(literal_identity(RINGING(VIA ENDS "CSeq: 7 INVITE\r\nRSeq: x\r\n"), &id));
    assert_int_equal(id.rseq, 0);
    assert_false(id.requires_100rel);
    assert_true(literal_identity("INVITE sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 7 INVITE\r\nRequire: 199\r\n\r\n", &id));
    assert_false(id.supports_199);
    assert_true(literal_identity("PRACK sip:c@d SIP/2.0\r\n" VIA ENDS "CSeq: 8 PRACK\r\nRAck: 9\r\n\r\n", &id));
    assert_int_equal(id.rack_rseq, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_tells_the_transaction),
        cmocka_unit_test(test_reliability),
        cmocka_unit_test(test_the_short_look_says_the_same),
        cmocka_unit_test(test_where_the_captured_bytes_may_end),
        cmocka_unit_test(test_first_via_is_empty),
        cmocka_unit_test(test_what_a_transaction_needs),
        cmocka_unit_test(test_branch_without_the_cookie),
        cmocka_unit_test(test_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
