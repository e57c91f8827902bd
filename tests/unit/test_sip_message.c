/* test_sip_message.c
 * Messages in, start line, headers and body out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "edge.h"

#include <stdio.h>

static void
test_ordinary_response(void **state)
{
    sip_message m;
    (void)state;

    assert_int_equal(parse_literal("SIP/2.0 486 Busy Here\r\n"
                                   "CSeq: 1 INVITE\r\n"
                                   "Content-Length: 4\r\n"
                                   "\r\n"
                                   "bodySIP/2.0 next", &m), SIP_RESPONSE);
    assert_true(m.code_is_valid);
    assert_int_equal(m.code, 486);
    assert_text(m.code_digits, "486");
    assert_text(m.phrase, "Busy Here");
    assert_true(m.headers_complete);
    assert_text(m.body, "body");
    assert_text(sip_cseq_method(&m), "INVITE");
}

static void
test_request(void **state)
{
    sip_message m;
    (void)state;

    assert_int_equal(parse_literal("NOTIFY sip:a@example.com SIP/2.0\r\n\r\n", &m), SIP_REQUEST);
    assert_text(m.method, "NOTIFY");
    assert_true(m.headers_complete);
}

typedef struct {
    const char *line;
    sip_kind kind;
    int code;               /* -1: not a valid code */
    const char *phrase;
} start_line_case;

/* RFC 4475 and what devices send: a status line stays one however odd. */
static const start_line_case start_line_cases[] = {
    { "SIP/2.0 200 OK\r\n", SIP_RESPONSE, 200, "OK" },
    { "SIP/2.0 100 \r\n", SIP_RESPONSE, 100, "" },
    { "SIP/2.0 480\r\n", SIP_RESPONSE, 480, "" },
    { "SIP/2.0 480", SIP_RESPONSE, 480, "" },
    { "sip/2.0 200 OK\n", SIP_RESPONSE, 200, "OK" },
    { "XYZ/2.0 200 OK\r\n", SIP_OTHER, 0, "" },
    { "SIP/2. 200 OK\r\n", SIP_OTHER, 0, "" },
    { "SIP/2.0 200 OK\r", SIP_RESPONSE, 200, "OK" },
    { "SIP/3.11 200 OK\r\n", SIP_RESPONSE, 200, "OK" },
    { "SIP/2.0 200  two  spaces \r\n", SIP_RESPONSE, 200, "two  spaces" },
    { "SIP/2.0 200 = 2**3 * 5**2 \xd0\xbd\xd0\xbe\r\n", SIP_RESPONSE, 200, "= 2**3 * 5**2 \xd0\xbd\xd0\xbe" },
    { "SIP/2.0 099 low\r\n", SIP_RESPONSE, 99, "low" },
    { "SIP/2.0 999 high\r\n", SIP_RESPONSE, 999, "high" },
    { "SIP/2.0 4294967301 better not break the receiver\r\n", SIP_RESPONSE, -1,
      "better not break the receiver" },
    { "SIP/2.0 20 short\r\n", SIP_RESPONSE, -1, "short" },
    { "SIP/2.0 20x OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/2.0 -200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/2.0  200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/2.0", SIP_OTHER, -1, "" },
    { "SIP/2.0 \r\n", SIP_OTHER, -1, "" },
    { "SIP/ 200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/2. 200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/20. 200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/.0 200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/2x0 200 OK\r\n", SIP_OTHER, -1, "" },
    { "SIP/2.x 200 OK\r\n", SIP_OTHER, -1, "" },
    { "HTTP/1.1 200 OK\r\n", SIP_OTHER, -1, "" },
    { "INVITE sip:bob@example.com HTTP/1.1\r\n", SIP_OTHER, -1, "" },
    { "INVITE nocolon SIP/2.0\r\n", SIP_OTHER, -1, "" },
    { " SIP/2.0 200 OK\r\n", SIP_OTHER, -1, "" },
    { "\r\n", SIP_OTHER, -1, "" },
    { "v=0\r\n", SIP_OTHER, -1, "" },
};

static void
test_start_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof start_line_cases / sizeof start_line_cases[0]; i++) {
        const start_line_case *c = &start_line_cases[i];
        sip_message m;

        print_message("%s\n", c->line);
        assert_int_equal(sip_message_parse((const uint8_t *)c->line, strlen(c->line), &m), c->kind);
        if (c->kind == SIP_RESPONSE) {
            assert_int_equal(m.code_is_valid, c->code >= 0);
            if (c->code >= 0) {
                assert_int_equal(m.code, c->code);
            }
            assert_text(m.phrase, c->phrase);
        }
    }
}

static void
test_nothing_at_all(void **state)
{
    sip_message m;
    (void)state;

    assert_int_equal(sip_message_parse(NULL, 0, &m), SIP_OTHER);
    assert_int_equal(parse_literal("", &m), SIP_OTHER);
    assert_int_equal(parse_literal("\0\0\0\0", &m), SIP_OTHER);
}

/* Guards against reading beyond a message at any cut of the snap length. */
static void
test_every_cut(void **state)
{
    static const char whole[] = "SIP/2.0 401 Unauthorized\r\nSubject: a\r\n b\r\nCSeq: 7 REGISTER\r\n\r\n";
    (void)state;

    for (size_t length = 0; length < sizeof whole; length++) {
        sip_message m;

        sip_message_parse(at_edge(whole, length).start, length, &m);
        sip_text method = sip_cseq_method(&m);
        if (method.length) {
            assert_text(method, "REGISTER");
        }
        /* The CR of the blank line is enough to know it. */
        assert_int_equal(m.headers_complete, length >= sizeof whole - 2);
    }
}

/* Guards against a line end that is missed, or taken for two, where the bytes end that are looked at in one go: the CR
 * of a CRLF may be the last of them, and its LF the first of the next ones. */
static void
test_line_ends_at_any_place(void **state)
{
    static const char *const line_ends[] = { "\r\n", "\n", "\r" };
    char text[512];
    (void)state;

    for (size_t i = 0; i < sizeof line_ends / sizeof *line_ends; i++) {
        const char *end = line_ends[i];
        for (int before = 0; before < 140; before++) {
            const int length = snprintf(text, sizeof text, "SIP/2.0 200 OK%sX:%*s%sCSeq: 7%s BYE%sTo: <sip:a>;tag=1%s%sbody", end,
                                        before, "", end, end, end, end, end);
            sip_message m;

            sip_message_parse(at_edge(text, (size_t)length).start, (size_t)length, &m);
            assert_text(sip_cseq_method(&m), "BYE");
            assert_text(m.to, "<sip:a>;tag=1");
            assert_true(m.headers_complete);
            assert_text(m.body, "body");
        }
    }
}

static void
test_headers(void **state)
{
    sip_message m;
    sip_text value;
    (void)state;

    parse_literal("SIP/2.0 200 OK\r\n"
                  "no colon here\r\n"
                  "C : application/sdp\r\n"
                  "Subject: one\r\n"
                  "\ttwo\r\n"
                  " three\r\n"
                  "cseq:42\r\n"
                  "  NOTIFY\r\n"
                  "eXPIRES:\r\n"
                  "\r\n", &m);
    assert_true(sip_header_find(m.headers, SIP_HEADER_CONTENT_TYPE, &value));
    assert_text(value, "application/sdp");
    assert_true(sip_header_find(m.headers, SIP_HEADER_SUBJECT, &value));
    assert_text(value, "one\r\n\ttwo\r\n three");
    assert_true(sip_header_find(m.headers, SIP_HEADER_EXPIRES, &value));
    assert_text(value, "");
    assert_false(sip_header_find(m.headers, SIP_HEADER_VIA, &value));
    assert_text(sip_cseq_method(&m), "NOTIFY");
}

/* Guards against a line that one search takes for a header and another not:
 * what is folded onto the start line is none (RFC 3261 7.3.1). */
static void
test_line_folded_onto_the_start_line(void **state)
{
    sip_message m;
    sip_header header;
    sip_text value;
    size_t position = 0;
    (void)state;

    parse_literal("SIP/2.0 100 Trying\r\n Via: a\r\nVia : b\r\n\r\n", &m);
    assert_text(m.via, "b");
    assert_true(sip_header_find(m.headers, SIP_HEADER_VIA, &value));
    assert_text(value, "b");
    assert_true(sip_header_next(m.headers, &position, &header));
    assert_null(header.name.start);
}

/* A header that the snap length cut is not there: half a value misleads. */
static void
test_cut_header_is_absent(void **state)
{
    sip_message m;
    sip_text value;
    (void)state;

    parse_literal("SIP/2.0 200 OK\r\nVia: a\r\nCSeq: 1 INV", &m);
    assert_true(sip_header_find(m.headers, SIP_HEADER_VIA, &value));
    assert_false(m.headers_complete);
    assert_null(sip_cseq_method(&m).start);
}

static void
test_cseq_without_method(void **state)
{
    sip_message m;
    (void)state;

    parse_literal("SIP/2.0 200 OK\r\nCSeq: 12345\r\n\r\n", &m);
    assert_null(sip_cseq_method(&m).start);
    parse_literal("SIP/2.0 200 OK\r\nCSeq: \r\n\r\n", &m);
    assert_null(sip_cseq_method(&m).start);
    parse_literal("SIP/2.0 200 OK\r\nCSeq: 9 BYE now\r\n\r\n", &m);
    assert_text(sip_cseq_method(&m), "BYE");
}

/* Messages end where Wireshark's own end: what is no number is 0, the last of several counts, and what goes beyond
 * the bytes ends nothing. Guards against messages behind it that are found with a tree only. */
static void
test_content_length(void **state)
{
    static const struct {
        const char *header;
        const char *body;
    } cases[] = {
        { "Content-Length: 2", "ab" },
        { "l: 0", "" },
        { "Content-Length: 99", "abcd" },
        { "Content-Length: 000000002", "ab" },
        { "Content-Length: 00000000002", "ab" },
        { "Content-Length: -1", "" },
        { "Content-Length: +2", "" },
        { "Content-Length: 2 3", "" },
        { "Content-Length: 2;a", "" },
        { "Content-Length: 0x2", "" },
        { "Content-Length: 2147483648", "" },
        { "Content-Length: 4294967294", "" },
        { "Content-Length: 4294967295", "abcd" },
        { "Content-Length: 99999999999999999999999", "abcd" },
        { "Content-Length:", "" },
        { "Content-Length: 4\r\nl: 2", "ab" },
        { "Via: x", "abcd" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char bytes[128];
        sip_message m;
        int length = snprintf(bytes, sizeof bytes, "SIP/2.0 200 OK\r\n%s\r\n\r\nabcd", cases[i].header);

        sip_message_parse((const uint8_t *)bytes, (size_t)length, &m);
        assert_text(m.body, cases[i].body);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary_response),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_start_lines),
        cmocka_unit_test(test_nothing_at_all),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_line_ends_at_any_place),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_line_folded_onto_the_start_line),
        cmocka_unit_test(test_cut_header_is_absent),
        cmocka_unit_test(test_cseq_without_method),
        cmocka_unit_test(test_content_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
