/* test_sip_abridged.c
 * Messages in, the same in few bytes out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include "sip/sip_abridged.h"

static uint8_t buffer[SIP_ABRIDGED_SIZE];

static sip_text
abridged(const char *bytes)
{
    sip_message message;

    assert_int_not_equal(sip_message_parse((const uint8_t *)bytes, strlen(bytes), &message), SIP_OTHER);
    return (sip_text){ buffer, sip_abridge(&message, buffer) };
}

static void
test_what_is_said_stays(void **state)
{
    (void)state;
    assert_text(abridged("SIP/2.0 503 Trunk busy\r\nVia: SIP/2.0/UDP a\r\nRetry-After: 30 (soon)\r\nReason: Q.850;cause=34\r\n"
                         "r: x\r\nWarning: 399 a \"b\"\r\nServer: s\r\nMin-SE: 90\r\nContact: <sip:a>\r\n\r\n"),
                "SIP/2.0 503 Trunk busy\r\nReason: Q.850;cause=34\r\nWarning: 399 a \"b\"\r\nRetry-After: 30 (soon)\r\n\r\n");
    assert_text(abridged("SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP a\r\n\r\n"), "SIP/2.0 486 Busy Here\r\n\r\n");
}

static void
test_what_the_code_asks_for_stays(void **state)
{
    (void)state;
    assert_text(abridged("SIP/2.0 422 x\r\nx: 1\r\nMin-SE: 90\r\n\r\n"), "SIP/2.0 422 x\r\nMin-SE: 90\r\n\r\n");
    assert_text(abridged("SIP/2.0 423 x\r\nMin-Expires: 60\r\n\r\n"), "SIP/2.0 423 x\r\nMin-Expires: 60\r\n\r\n");
    assert_text(abridged("SIP/2.0 420 x\r\nUnsupported: a\r\n\r\n"), "SIP/2.0 420 x\r\nUnsupported: a\r\n\r\n");
    assert_text(abridged("SIP/2.0 302 x\r\nm: <sip:a@b>\r\n\r\n"), "SIP/2.0 302 x\r\nContact: <sip:a@b>\r\n\r\n");
}

static void
test_a_cancel(void **state)
{
    (void)state;
    assert_text(abridged("CANCEL sip:bob@example.com SIP/2.0\r\nReason: SIP;cause=200\r\nVia: x\r\nWarning: 399 a \"b\"\r\n\r\n"),
                "CANCEL sip:- SIP/2.0\r\nReason: SIP;cause=200\r\n\r\n");
}

/* It is a message as any other, however long it was. */
static void
test_long_ones(void **state)
{
    char bytes[8192] = "SIP/2.0 302 ";
    sip_message message;
    (void)state;

    memset(bytes + 12, 'p', 1000);
    for (int i = 0; i < 4; i++) {
        strcat(bytes, i % 2 ? "\r\nReason: " : "\r\nWarning: ");
        const size_t length = strlen(bytes);
        memset(bytes + length, 'w', 1000);
        bytes[length + 1000] = '\0';
    }
    strcat(bytes, "\r\n\r\n");
    const sip_text few = abridged(bytes);
    assert_true(few.length <= SIP_ABRIDGED_SIZE);
    assert_int_equal(sip_message_parse(few.start, few.length, &message), SIP_RESPONSE);
    assert_int_equal(message.code, 302);
    assert_true(message.headers_complete);
    assert_int_equal(message.phrase.length, 300);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_said_stays),
        cmocka_unit_test(test_what_the_code_asks_for_stays),
        cmocka_unit_test(test_a_cancel),
        cmocka_unit_test(test_long_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
