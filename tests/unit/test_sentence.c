/* test_sentence.c
 * Words, times, addresses and what others wrote in, sentences of bounded length out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include "explain/sentence.h"

#define MS INT64_C(1000000)

static sip_text
text_of(const char *literal)
{
    return (sip_text){ (const uint8_t *)literal, strlen(literal) };
}

static void
assert_time(int64_t time, const char *text)
{
    sentence s;

    sentence_start(&s);
    sentence_add_time(&s, time);
    assert_string_equal(s.text, text);
}

static void
test_times(void **state)
{
    (void)state;
    assert_time(0, "0 ms");
    assert_time(9 * MS, "9 ms");
    assert_time(10 * MS, "0.01 s");
    assert_time(1205 * MS, "1.20 s");
    assert_time(9999 * MS, "9.99 s");
    assert_time(12345 * MS, "12.3 s");
    assert_time(119999 * MS, "119.9 s");
    assert_time(185000 * MS, "3 min 5 s");
    assert_time(-5000 * MS, "0 ms");
    assert_time(INT64_MAX, "153722867 min 16 s");
    assert_time(INT64_MIN, "0 ms");
}

static void
assert_address(const char *bytes, size_t length, const char *text)
{
    sentence s;

    sentence_start(&s);
    sentence_add_address(&s, (sip_text){ (const uint8_t *)bytes, length });
    assert_string_equal(s.text, text);
}

/* RFC 5952 4.2: the longest run of zeros, the first of equals, and no single one. */
static void
test_addresses(void **state)
{
    (void)state;
    assert_address("\xc0\x00\x02\x01", 4, "192.0.2.1");
    assert_address("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16, "2001:db8::1");
    assert_address("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, "::");
    assert_address("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16, "::1");
    assert_address("\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, "1::");
    assert_address("\x20\x01\0\0\0\1\0\0\0\0\0\1\0\0\0\0", 16, "2001:0:1::1:0:0");
    assert_address("\x20\x01\0\0\0\1\0\2\0\3\0\4\0\5\0\6", 16, "2001:0:1:2:3:4:5:6");
    assert_address("\1\2\3", 3, "");
    assert_address("", 0, "");
}

/* What is too long ends with an ellipsis at the end of a character, and takes no more. */
static void
test_a_sentence_has_an_end(void **state)
{
    sentence s;
    (void)state;

    for (size_t before = 0; before < 8; before++) {
        sentence_start(&s);
        for (size_t i = 0; i < before; i++) {
            sentence_add(&s, "x");
        }
        for (int i = 0; i < 200; i++) {
            sentence_add(&s, "\xe2\x82\xac");
        }
        assert_true(s.cut && s.length == strlen(s.text) && s.length < SENTENCE_SIZE && s.length > SENTENCE_SIZE - 6);
        assert_string_equal(s.text + s.length - 3, "...");
        assert_int_equal((s.length - 3 - before) % 3, 0);
        const size_t length = s.length;
        sentence_add(&s, "more");
        sentence_add_number(&s, 7);
        assert_int_equal(s.length, length);
    }
}

static void
test_what_fits_is_whole(void **state)
{
    sentence s;
    (void)state;

    sentence_start(&s);
    for (int i = 0; i < 253; i++) {
        sentence_add(&s, "x");
    }
    assert_false(s.cut);
    assert_int_equal(s.length, 253);
    sentence_add(&s, "");
    assert_false(s.cut);
}

static void
test_what_others_wrote(void **state)
{
    sentence s;
    (void)state;

    sentence_start(&s);
    sentence_add_sent(&s, text_of(" a\\\"b\r\n  c\x1b[2J "), 72);
    assert_string_equal(s.text, "a\"b c\xef\xbf\xbd[2J");
    sentence_start(&s);
    sentence_add_sent(&s, text_of("abcdef"), 6);
    assert_string_equal(s.text, "abcdef");
    sentence_start(&s);
    sentence_add_sent(&s, text_of("abcdefg"), 6);
    assert_string_equal(s.text, "abcdef...");
    sentence_start(&s);
    sentence_add_sent(&s, text_of("abcd\xe2\x82\xac"), 6);
    assert_string_equal(s.text, "abcd...");
    sentence_start(&s);
    sentence_add_sent(&s, (sip_text){ NULL, 0 }, 6);
    assert_string_equal(s.text, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_a_sentence_has_an_end),
        cmocka_unit_test(test_what_fits_is_whole),
        cmocka_unit_test(test_what_others_wrote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
