/* test_sip_body.c
 * NOTIFY bodies in, sipfrag parts out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "sip/sip_body.h"

#define NOTIFY "NOTIFY sip:a@example.com SIP/2.0\r\n"

/* Gathers the parts, each behind a '|'. */
static void
gather(sip_text fragment, void *user_data)
{
    char *all = user_data;
    size_t length = strlen(all);

    all[length] = '|';
    memcpy(all + length + 1, fragment.start, fragment.length);
    all[length + 1 + fragment.length] = '\0';
}

#define assert_fragments(literal, expected) do { \
        sip_message m_; \
        char all_[512] = ""; \
        parse_literal(literal, &m_); \
        sip_body_each_fragment(&m_, gather, all_); \
        assert_string_equal(all_, expected); \
    } while (0)

static void
test_whole_body(void **state)
{
    (void)state;
    assert_fragments(NOTIFY "Content-Type: message/sipfrag;version=2.0\r\n\r\nSIP/2.0 100 Trying",
                     "|SIP/2.0 100 Trying");
    assert_fragments(NOTIFY "c: Message/SIPfrag\r\nl: 14\r\n\r\nSIP/2.0 200 OKrest", "|SIP/2.0 200 OK");
}

static void
test_no_fragment(void **state)
{
    (void)state;
    assert_fragments(NOTIFY "\r\nSIP/2.0 200 OK", "");
    assert_fragments(NOTIFY "Content-Type: application/sdp\r\n\r\nSIP/2.0 200 OK", "");
    assert_fragments(NOTIFY "Content-Type: message/sipfragment\r\n\r\nSIP/2.0 200 OK", "");
    assert_fragments(NOTIFY "Content-Type: message/sipfrag\r\n\r\n", "");
    assert_fragments(NOTIFY "Content-Type: message/sipfrag\r\n", "");
}

static void
test_multipart(void **state)
{
    (void)state;
    assert_fragments(NOTIFY "Content-Type: multipart/mixed; boundary=\"a b\"\r\n\r\n"
                     "preamble\r\n"
                     "--a b\r\nContent-Type: text/plain\r\n\r\nSIP/2.0 404 no\r\n"
                     "--a b\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 180 Ringing\r\n"
                     "--a b\r\n\r\nno type\r\n"
                     "--a b\r\nC: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n"
                     "--a b--\r\n",
                     "|SIP/2.0 180 Ringing\r\n|SIP/2.0 200 OK\r\n");
}

#define ONE_PART "--ab\r\nC: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n--ab--\r\n"

static void
test_ends_of_a_boundary(void **state)
{
    (void)state;
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=ab ;charset=x\r\n\r\n" ONE_PART, "|SIP/2.0 200 OK\r\n");
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=ab;charset=x\r\n\r\n" ONE_PART, "|SIP/2.0 200 OK\r\n");
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=\"ab\r\n\r\n" ONE_PART, "|SIP/2.0 200 OK\r\n");
    assert_fragments(NOTIFY "Content-Type: multipart/;boundary=ab\r\n\r\n" ONE_PART, "");
}

static void
test_multipart_without_boundary(void **state)
{
    (void)state;
    assert_fragments(NOTIFY "Content-Type: multipart/mixed\r\n\r\n"
                     "--\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n----\r\n", "");
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=\"\"\r\n\r\n"
                     "--\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n----\r\n", "");
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=\"\r\n\r\nx", "");
}

#define NEST(outer, inner) "--" outer "\r\nContent-Type: multipart/mixed;boundary=" inner "\r\n\r\n"
#define LEAF(boundary) "--" boundary "\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 200 OK\r\n--" boundary "--\r\n"

/* Guards against a body that nests until the stack ends. */
static void
test_nesting_is_followed_three_deep(void **state)
{
    (void)state;
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=k1\r\n\r\n"
                     NEST("k1", "k2") NEST("k2", "k3") LEAF("k3") "--k2--\r\n--k1--\r\n",
                     "|SIP/2.0 200 OK\r\n");
    assert_fragments(NOTIFY "Content-Type: multipart/mixed;boundary=k1\r\n\r\n"
                     NEST("k1", "k2") NEST("k2", "k3") NEST("k3", "k4") LEAF("k4")
                     "--k3--\r\n--k2--\r\n--k1--\r\n",
                     "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_body),
        cmocka_unit_test(test_no_fragment),
        cmocka_unit_test(test_multipart),
        cmocka_unit_test(test_ends_of_a_boundary),
        cmocka_unit_test(test_multipart_without_boundary),
        cmocka_unit_test(test_nesting_is_followed_three_deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
