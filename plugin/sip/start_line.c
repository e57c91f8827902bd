/* start_line.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/start_line.h"

/* Splits off what stands before the first blank. */
static sip_text
take_word(sip_text *rest)
{
    const uint8_t *space = rest->length ? memchr(rest->start, ' ', rest->length) : NULL;
    const sip_text word = { rest->start, space ? (size_t)(space - rest->start) : rest->length };
    size_t skip = word.length < rest->length ? word.length + 1 : word.length;
    rest->start += skip;
    rest->length -= skip;
    return word;
}

/* "SIP/" DIGIT+ "." DIGIT+, the letters in any case (RFC 3261 7.1). */
static bool
is_sip_version(sip_text word)
{
    size_t at = 4;
    if (sip_text_equals(word, "SIP/2.0")) {
        return true;
    }
    if (word.length < 7 || !sip_text_equals_nocase((sip_text){ word.start, at }, "SIP/")) {
        return false;
    }
    while (at < word.length && sip_is_digit(word.start[at])) {
        at++;
    }
    if (at == 4 || at + 1 >= word.length || word.start[at] != '.') {
        return false;
    }
    for (at++; at < word.length; at++) {
        if (!sip_is_digit(word.start[at])) {
            return false;
        }
    }
    return true;
}

static sip_kind
read_status_line(sip_text rest, sip_message *message)
{
    const uint8_t *const digits = rest.start;
    size_t count = 0;

    while (count < rest.length && sip_is_digit(digits[count])) {
        count++;
    }
    if (count == 0 || (count < rest.length && digits[count] != ' ')) {
        return SIP_OTHER;
    }
    message->code_digits = (sip_text){ digits, count };
    message->code_is_valid = count == SIP_CODE_DIGITS;
    message->code_is_spaced = count < rest.length;
    if (message->code_is_valid) {
        message->code = (uint16_t)((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
    }
    message->phrase = sip_text_trim(sip_text_behind(rest, message->code_is_spaced ? count + 1 : count));
    return SIP_RESPONSE;
}

static sip_kind
read_request_line(sip_text method, sip_text rest, sip_message *message)
{
    sip_text uri = take_word(&rest);
    bool has_colon = uri.length && memchr(uri.start, ':', uri.length) != NULL;

    if (method.length == 0 || !has_colon || !is_sip_version(sip_text_trim(rest))) {
        return SIP_OTHER;
    }
    message->version_is_usual = sip_text_equals(rest, "SIP/2.0");
    message->method = method;
    message->request_uri = uri;
    return SIP_REQUEST;
}

sip_kind
start_line_read(sip_text line, sip_message *message)
{
    static const char usual[] = "SIP/2.0 ";
    const size_t usual_length = sizeof usual - 1;

    if (line.length >= usual_length && sip_bytes_equal(line.start, usual, usual_length)) {
        message->version_is_usual = true;
        return read_status_line(sip_text_behind(line, usual_length), message);
    }
    sip_text rest = line;
    sip_text first = take_word(&rest);
    if (is_sip_version(first)) {
        message->version_is_usual = sip_text_equals(first, "SIP/2.0");
        return read_status_line(rest, message);
    }
    return read_request_line(first, rest, message);
}
