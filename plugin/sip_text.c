/* sip_text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip_text.h"

#include <string.h>

bool
sip_text_equals(sip_text text, const char *word)
{
    return text.start && strlen(word) == text.length && memcmp(text.start, word, text.length) == 0;
}

bool
sip_text_equals_nocase(sip_text text, const char *word)
{
    if (!text.start || strlen(word) != text.length) {
        return false;
    }
    /* Nearly everybody writes words as the RFCs do. */
    if (memcmp(text.start, word, text.length) == 0) {
        return true;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (sip_lower(text.start[i]) != sip_lower((uint8_t)word[i])) {
            return false;
        }
    }
    return true;
}

sip_text
sip_text_trim(sip_text text)
{
    while (text.length && (sip_is_blank(text.start[0]) || text.start[0] == '\r' || text.start[0] == '\n')) {
        text.start++;
        text.length--;
    }
    while (text.length) {
        uint8_t last = text.start[text.length - 1];
        if (!sip_is_blank(last) && last != '\r' && last != '\n') {
            break;
        }
        text.length--;
    }
    return text;
}

/* Up to the line end or the end of the text, eight bytes at a time: the sum
 * has the top bit of a byte set if one of them is below 0x0e, as CR and LF are
 * (a carry may set one more, which costs no more than a look). */
static size_t
line_length(const uint8_t *start, size_t length)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t at = 0;

    for (; at + sizeof(uint64_t) <= length; at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, start + at, sizeof word);
        if (!((word - ones * 0x0e) & ~word & ones * 0x80)) {
            continue;
        }
        for (size_t i = at; i < at + sizeof word; i++) {
            if (start[i] == '\r' || start[i] == '\n') {
                return i;
            }
        }
    }
    while (at < length && start[at] != '\r' && start[at] != '\n') {
        at++;
    }
    return at;
}

bool
sip_line_next(sip_text text, size_t *position, sip_text *line, bool *ended)
{
    if (*position >= text.length) {
        return false;
    }
    line->start = text.start + *position;
    line->length = line_length(line->start, text.length - *position);
    size_t end = *position + line->length;
    *ended = end < text.length;
    if (*ended) {
        bool crlf = text.start[end] == '\r' && end + 1 < text.length && text.start[end + 1] == '\n';
        end += crlf ? 2 : 1;
    }
    *position = end;
    return true;
}
