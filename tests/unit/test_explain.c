/* test_explain.c
 * Messages as they go from host to host in, sentences and the frames that show them out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>
#include <stdlib.h>

#include "calls/details.h"
#include "model.h"
#include "explain/explain.h"
#include "metric_tables.h"

static const uint8_t alice[4] = { 192, 0, 2, 1 };
static const uint8_t proxy[4] = { 192, 0, 2, 3 };
static const uint8_t bob[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 };
static explanation explained;

static int
start(void **state)
{
    (void)state;
    open_model((calls_codes){ &metric_codes_alerting, &metric_codes_continued });
    return 0;
}

#define HOST(bytes) ((sip_text){ (bytes), sizeof (bytes) })

/* Learns "486 Busy Here" or "INVITE" with a branch, and more headers, each with its line end. */
static uint32_t
say(double seconds, sip_text source, sip_text destination, const char *line, const char *branch, const char *more)
{
    char bytes[1024];
    sip_message message;
    sip_identity identity;
    const bool is_response = line[0] <= '9';

    snprintf(bytes, sizeof bytes,
             "%s%s%s\r\nVia: SIP/2.0/UDP host;branch=z9hG4bK%s\r\nFrom: <sip:a@h>;tag=a\r\nTo: <sip:b@h>%s\r\n"
             "Call-ID: call\r\nCSeq: 1 INVITE\r\n%s\r\n",
             is_response ? "SIP/2.0 " : "", line, is_response ? "" : " sip:b@h SIP/2.0", branch,
             is_response ? ";tag=b" : "", more);
    assert_int_not_equal(sip_message_parse((const uint8_t *)bytes, strlen(bytes), &message), SIP_OTHER);
    assert_true(sip_identity_read(&message, &identity));
    frame++;
    const message_origin origin = {
        .time = (int64_t)(seconds * 1000) * CALLS_MS,
        .frame = frame,
        .source = { calls_address(model, source), 5060 },
        .destination = { calls_address(model, destination), 5060 },
        .source_address = source,
        .destination_address = destination,
        .unreliable = true,
    };
    const message_content content = {
        { message.start_line.start, message.length }, message.method, message.code, 0, &message
    };
    calls_tick(model, frame, origin.time);
    calls_learn(model, &origin, &identity, &content);
    return frame;
}

/* Explains what stood in that frame, of which nothing but what the model keeps is left. */
static const char *
explained_in(uint32_t number)
{
    answer_record record;

    assert_true(calls_recall(model, number, 0, &record));
    assert_true(explain_request(model, record.transaction->request, &explained));
    return explained.row->id;
}

/* What is told when the message itself is gone is what it said. */
static void
test_a_refusal(void **state)
{
    (void)state;
    say(0, HOST(alice), HOST(proxy), "INVITE", "one", "");
    say(2, HOST(proxy), HOST(alice), "180 Ringing", "one", "");
    const uint32_t busy = say(6.5, HOST(proxy), HOST(alice), "486 In a meeting", "one", "Reason: Q.850;cause=17\r\n");
    assert_string_equal(explained_in(busy), "rejected");
    assert_string_equal(explained.text.text, "Rejected as busy after 4.50 s of ringing: by the user, by a timer, or by a "
                                             "second call; the server says \"In a meeting\"; Reason Q.850 cause 17 (User busy)");
}

static void
test_a_silent_hop_and_its_address(void **state)
{
    (void)state;
    say(0, HOST(alice), HOST(proxy), "INVITE", "one", "");
    const uint32_t behind = say(0.1, HOST(proxy), HOST(bob), "INVITE", "two", "");
    const uint32_t timeout = say(32, HOST(proxy), HOST(alice), "408 Request Timeout", "one", "");
    assert_string_equal(explained_in(timeout), "timeout-next-hop-silent");
    assert_non_null(strstr(explained.text.text, "next hop, 2001:db8::2 (asked in frame 2)"));
    assert_int_equal(explained.evidence_count, 1);
    assert_int_equal(explained.evidence[0], behind);
    /* And not where a message between these two was cut. */
    calls_note_gap(model, 3, calls_address(model, HOST(bob)), calls_address(model, HOST(proxy)));
    assert_string_equal(explained_in(timeout), "timeout");
}

static void
test_a_request_without_an_answer(void **state)
{
    (void)state;
    say(0, HOST(alice), HOST(proxy), "INVITE", "one", "");
    say(0.5, HOST(alice), HOST(proxy), "INVITE", "one", "");
    assert_true(explain_request(model, 1, &explained));
    assert_string_equal(explained.row->id, "still-open");
    calls_tick(model, 3, 40 * CALLS_SECOND);
    calls_tick(model, 4, 41 * CALLS_SECOND);
    assert_true(explain_request(model, 1, &explained));
    assert_string_equal(explained.row->id, "sent-and-never-answered");
    assert_true(explain_call(model, 1, &explained));
    assert_string_equal(explained.row->id, "sent-and-never-answered");
    assert_int_equal(explained.evidence[0], 2);
}

/* Of a provisional response there is nothing to say, and of a code that is none. */
static void
test_what_is_no_final_response(void **state)
{
    sip_message message = { .kind = SIP_RESPONSE, .code = 180, .code_is_valid = true };
    (void)state;

    assert_false(explain_response(model, NULL, &message, &explained));
    message.code_is_valid = false;
    message.code = 486;
    assert_false(explain_response(NULL, NULL, &message, &explained));
    message.code_is_valid = true;
    assert_true(explain_response(NULL, NULL, &message, &explained));
    assert_string_equal(explained.row->id, "busy");
    /* Nor has a code without a row and a phrase anything to quote. */
    message.code = 499;
    assert_true(explain_response(NULL, NULL, &message, &explained));
    assert_string_equal(explained.text.text, "The request was refused: 499 (no phrase)");
}

/* A code without a row, of a host that has no address of IP; what the INVITE offers is forgotten with the model. */
static void
test_what_is_not_known(void **state)
{
    static const uint8_t line[1] = { 7 };
    (void)state;

    say(0, HOST(alice), HOST(proxy), "INVITE", "one", "Content-Type: application/sdp\r\n\r\nm=audio 1 RTP/AVP 0\r\n");
    say(0.1, HOST(proxy), HOST(line), "INVITE", "two", "");
    const uint32_t timeout = say(32, HOST(proxy), HOST(alice), "408 Request Timeout", "one", "");
    assert_string_equal(explained_in(timeout), "timeout-next-hop-silent");
    assert_non_null(strstr(explained.text.text, "a host without an address"));
}

/* What was made of an address tells it again; where there is none, nothing does. */
static void
test_hosts(void **state)
{
    uint8_t buffer[IPV4_LENGTH];
    (void)state;

    for (uint32_t i = 0; i < 1000; i++) {
        const uint32_t word = i * 2654435761u;
        const uint8_t bytes[4] = { (uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word };
        const sip_text host = calls_host(model, calls_address(model, HOST(bytes)), buffer);
        assert_int_equal(host.length, 4);
        assert_memory_equal(host.start, bytes, 4);
    }
    say(0, HOST(alice), HOST(bob), "INVITE", "one", "");
    const sip_text host = calls_host(model, calls_address(model, HOST(bob)), buffer);
    assert_int_equal(host.length, sizeof bob);
    assert_memory_equal(host.start, bob, sizeof bob);
    assert_int_equal(calls_host(model, calls_address(model, (sip_text){ NULL, 0 }), buffer).length, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_refusal, start, end),
        cmocka_unit_test_setup_teardown(test_a_silent_hop_and_its_address, start, end),
        cmocka_unit_test_setup_teardown(test_a_request_without_an_answer, start, end),
        cmocka_unit_test_setup_teardown(test_what_is_no_final_response, start, end),
        cmocka_unit_test_setup_teardown(test_what_is_not_known, start, end),
        cmocka_unit_test_setup_teardown(test_hosts, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
