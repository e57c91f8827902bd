/* test_waiting.c
 * Messages that wait and are learned together, against the same ones learned one by one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdio.h>

#include "model.h"
#include "calls/waiting.h"
#include "metric_tables.h"

#define FRAMES 1000
#define TEXT_MAX 70000

static calls *other;            /* the model that learns at once */
static waiting_messages waiting;
static char text[TEXT_MAX];

static bool
is_told(const sip_message *message)
{
    return message->version_is_usual;
}

static uint32_t
learn_all(void)
{
    return waiting_learn(&waiting, model, is_told);
}

/* Of six messages a call each; one is longer than all that may wait, and one is for another version of SIP. */
static sip_text
message_of(uint32_t number)
{
    static const char *const lines[] = { "INVITE sip:bob@example.org", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK",
                                         "ACK sip:bob@example.org", "BYE sip:bob@example.org", "SIP/2.0 200 OK" };
    const uint32_t step = number % 6;
    const uint32_t call = number / 6;
    const bool request = lines[step][0] != 'S';
    const int padding = call == 30 && step == 1 ? 66000 : 3;
    const int length = snprintf(text, sizeof text,
        "%s%s\r\nVia: SIP/2.0/UDP a.example.org;branch=z9hG4bK%u-%u\r\nFrom: <sip:a@example.org>;tag=f%u\r\n"
        "To: <sip:b@example.org>%s\r\nCall-ID: %u\r\nCSeq: %u %s\r\nSubject: %*c\r\n\r\n",
        lines[step], !request ? "" : call == 40 ? " SIP/3.0" : " SIP/2.0", call, step < 3 ? 1U : step == 3 ? 2U : 3U, call,
        step ? ";tag=t" : "", call, step < 4 ? 1U : 2U, step < 3 ? "INVITE" : step == 3 ? "ACK" : "BYE", padding, 'x');

    return (sip_text){ (const uint8_t *)text, (size_t)length };
}

static void
learn_at_once(calls *c, const message_origin *origin, sip_text bytes)
{
    sip_message message;
    sip_identity identity;

    assert_int_not_equal(sip_message_parse(bytes.start, bytes.length, &message), SIP_OTHER);
    if (is_told(&message) && message_is_followed(&message)) {
        assert_true(sip_identity_read(&message, &identity));
        learn_message(c, origin, &identity, &message);
    }
}

static void
learn_later(const message_origin *origin, sip_text bytes)
{
    if (!waiting_add_message(&waiting, origin, bytes)) {
        learn_all();
        learn_at_once(model, origin, bytes);
    }
    memset(text, 0, bytes.length);
}

/* Three of four frames have a message; every tenth message comes once more. */
static void
read_capture(void)
{
    static const uint8_t hosts[2][4] = { { 10, 0, 0, 1 }, { 10, 0, 0, 2 } };
    uint32_t number = 0;

    for (frame = 1; frame <= FRAMES; frame++) {
        const int64_t time = frame * 100 * CALLS_MS;
        if (!waiting_add_frame(&waiting, frame, time)) {
            learn_all();
            assert_true(waiting_add_frame(&waiting, frame, time));
        }
        calls_tick(other, frame, time);
        if (frame % 4 == 0) {
            continue;
        }
        number += frame % 10 != 0;
        const bool back = number % 6 == 1 || number % 6 == 2 || number % 6 == 5;
        const sip_text from = { hosts[back], 4 };
        const sip_text to = { hosts[!back], 4 };
        const message_origin origin = {
            .time = time, .frame = frame, .ip_id = (uint16_t)frame, .unreliable = true,
            .source = { calls_address(other, from), 5060 }, .destination = { calls_address(other, to), 5060 },
            .source_address = from, .destination_address = to,
        };
        learn_at_once(other, &origin, message_of(number));
        learn_later(&origin, message_of(number));
    }
}

static void
assert_same(const answer_record *one, const answer_record *two)
{
    assert_int_equal(one->number, two->number);
    assert_int_equal(one->repetition, two->repetition);
    assert_int_equal(one->captured_before, two->captured_before);
    assert_int_equal(one->answer != NULL, two->answer != NULL);
    if (one->answer) {
        assert_memory_equal(one->answer, two->answer, sizeof *one->answer);
        assert_memory_equal(one->request, two->request, sizeof *one->request);
    }
}

/* Guards against a message that is learned out of its turn, twice, or from bytes that are gone. */
static void
test_what_waits_is_learned_as_it_came(void **state)
{
    answer_record one, two;
    unsigned answers = 0;
    (void)state;

    read_capture();
    learn_all();
    assert_int_equal(waiting.frame_count, 0);
    for (uint32_t at = 1; at <= FRAMES; at++) {
        assert_int_equal(calls_recall(model, at, 0, &one), calls_recall(other, at, 0, &two));
        assert_same(&one, &two);
        answers += one.answer != NULL;
    }
    assert_true(answers > 200);
    assert_int_equal(calls_call_count(model), calls_call_count(other));
    assert_int_equal(calls_request_count(model), calls_request_count(other));
    for (uint32_t call = 1; call <= calls_call_count(model); call++) {
        assert_memory_equal(calls_call(model, call), calls_call(other, call), sizeof(sip_call));
    }
    assert_int_equal(calls_end_time(model), calls_end_time(other));
}

static void
test_nothing_is_learned_of_a_capture_that_was_closed(void **state)
{
    (void)state;
    assert_false(waiting_add_message(&waiting, &(message_origin){ 0 }, message_of(0)));
    assert_true(waiting_add_frame(&waiting, 1, 0));
    assert_true(waiting_add_message(&waiting, &(message_origin){ .frame = 1 }, message_of(0)));
    waiting_forget(&waiting);
    assert_int_equal(learn_all(), 0);
    assert_int_equal(calls_request_count(model), 0);
}

static int
begin(void **state)
{
    const calls_codes codes = { &metric_codes_alerting, &metric_codes_continued };
    (void)state;

    waiting_forget(&waiting);
    open_model(codes);
    other = model;
    open_model(codes);
    return 0;
}

static int
end_both(void **state)
{
    calls_close(other);
    return end(state);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_waits_is_learned_as_it_came, begin, end_both),
        cmocka_unit_test_setup_teardown(test_nothing_is_learned_of_a_capture_that_was_closed, begin, end_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
