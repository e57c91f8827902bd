/* test_response_info.c
 * Codes in, rows of the tables out. What the rows say is tested against the
 * tables themselves in tests/regression/test_tables.py.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include <stdio.h>

#include "meaning/response_info.h"

static sip_text
text_of(const char *string)
{
    return (sip_text){ (const uint8_t *)string, strlen(string) };
}

static void
test_rows(void **state)
{
    static const unsigned absent[] = { 0, 99, 101, 499, 698, 699, 700, 999, 4294967295u };
    (void)state;

    assert_string_equal(response_row_of(100)->phrase, "Trying");
    assert_string_equal(response_row_of(608)->phrase, "Rejected");
    assert_int_equal(response_row_of(486)->code, 486);
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        assert_null(response_row_of(absent[i]));
    }
}

static void
test_names_of_methods(void **state)
{
    static const char *const names[] = {
        "ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH", "REFER",
        "REGISTER", "SUBSCRIBE", "UPDATE",
    };
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_string_equal(sip_method_name(sip_method_set_of(text_of(names[i]))), names[i]);
    }
    assert_int_equal(sip_method_set_of(text_of("invite")), 0);
}

static void
test_classes(void **state)
{
    (void)state;
    assert_null(response_class_of(0));
    assert_null(response_class_of(99));
    assert_null(response_class_of(700));
    for (unsigned code = SIP_CODE_MIN; code <= SIP_CODE_MAX; code++) {
        assert_int_equal(response_class_of(code)->digit, code / 100);
    }
}

/* RFC 3261 8.1.3.2 */
static void
test_unregistered_codes_stand_for_another(void **state)
{
    (void)state;
    assert_int_equal(response_treated_as(101), 183);
    assert_int_equal(response_treated_as(199), 183);
    assert_int_equal(response_treated_as(299), 200);
    assert_int_equal(response_treated_as(431), 400);
    assert_int_equal(response_treated_as(699), 600);
}

static void
test_notes_are_narrowed(void **state)
{
    const sip_method_set invite = sip_method_set_of(text_of("INVITE"));
    const sip_method_set message = sip_method_set_of(text_of("MESSAGE"));
    const sip_text none = { NULL, 0 };
    response_note note = { "text", 0, 0, NULL, NULL, 101, 199 };
    (void)state;

    assert_int_not_equal(invite, 0);
    assert_int_equal(sip_method_set_of(text_of("invite")), 0);
    assert_int_equal(sip_method_set_of(none), 0);

    assert_true(response_note_applies(&note, 101, 0, none));
    assert_false(response_note_applies(&note, 100, 0, none));
    assert_false(response_note_applies(&note, 200, 0, none));

    note.methods = invite;
    assert_true(response_note_applies(&note, 180, invite, none));
    assert_false(response_note_applies(&note, 180, message, none));
    assert_false(response_note_applies(&note, 180, 0, none));

    note.methods = 0;
    note.not_methods = invite;
    assert_false(response_note_applies(&note, 180, invite, none));
    assert_true(response_note_applies(&note, 180, message, none));
    assert_false(response_note_applies(&note, 180, 0, none));

    note.not_methods = 0;
    note.phrase = "Network Blocked";
    assert_true(response_note_applies(&note, 180, 0, text_of("network blocked")));
    assert_false(response_note_applies(&note, 180, 0, text_of("Decline")));
    assert_false(response_note_applies(&note, 180, 0, none));
}

static unsigned
outcome_of(const char *start, const char *reason)
{
    char bytes[256];
    sip_message m;

    snprintf(bytes, sizeof bytes, "SIP/2.0 %s\r\n%sCSeq: 1 INVITE\r\n\r\n", start, reason);
    sip_message_parse((const uint8_t *)bytes, strlen(bytes), &m);
    return response_outcome_of(&m);
}

/* Guards against a call that a network blocked and that counts as declined by the callee. */
static void
test_blocked_calls(void **state)
{
    enum { DECLINED = 7, BUSY = 6, BLOCKED = 14 };
    (void)state;

    assert_int_equal(outcome_of("603 Decline", ""), DECLINED);
    assert_int_equal(outcome_of("603 network blocked", ""), BLOCKED);
    assert_int_equal(outcome_of("603 Decline", "Reason: SIP;cause=603;text=\"v=analytics1;url=x\"\r\n"), BLOCKED);
    assert_int_equal(outcome_of("603 Decline", "Reason: Q.850;cause=21, SIP;cause=603;text=\"v=analytics1\"\r\n"), BLOCKED);
    assert_int_equal(outcome_of("603 Decline", "Reason: Q.850;cause=21\r\nreason: SIP;text=\"v=analytics1\"\r\n"), BLOCKED);
    assert_int_equal(outcome_of("603 Decline", "Reason: SIP;cause=603;text=\"v=analytics\"\r\n"), DECLINED);
    assert_int_equal(outcome_of("603 Decline", "Subject: v=analytics1\r\n"), DECLINED);
    assert_int_equal(outcome_of("486 Network Blocked", "Reason: SIP;text=\"v=analytics1\"\r\n"), BUSY);
    assert_int_equal(outcome_of("607 Unwanted", ""), BLOCKED);
    assert_int_equal(outcome_of("608 Rejected", ""), BLOCKED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_names_of_methods),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_unregistered_codes_stand_for_another),
        cmocka_unit_test(test_notes_are_narrowed),
        cmocka_unit_test(test_blocked_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
