/* sip_text.h
 * Stretches of bytes that are no C strings, and the lines in them.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_TEXT_H
#define SIPRESP_SIP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A stretch of bytes, not NUL-terminated. Absent is start == NULL. */
typedef struct {
    const uint8_t *start;
    size_t length;
} sip_text;

static inline bool
sip_is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static inline bool
sip_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline uint8_t
sip_lower(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') ? (uint8_t)(c | 0x20) : c;
}

static inline bool
sip_is_space(uint8_t c)
{
    return sip_is_blank(c) || c == '\r' || c == '\n';
}

/* Inline, so that the length of a constant word costs nothing. */
static inline bool
sip_text_equals(sip_text text, const char *word)
{
    return text.start && strlen(word) == text.length && memcmp(text.start, word, text.length) == 0;
}

/* The slow part of the next. */
bool sip_bytes_differ_in_letters(const uint8_t *bytes, const char *word, size_t length);

/* In any case; the letters of ASCII only. Nearly everybody writes words as
 * the RFCs do, and most words differ in the first letter. */
static inline bool
sip_bytes_equal_nocase(const uint8_t *bytes, const char *word, size_t length)
{
    return length == 0 ||
           (((bytes[0] ^ (uint8_t)word[0]) & ~0x20) == 0 &&
            (memcmp(bytes, word, length) == 0 || !sip_bytes_differ_in_letters(bytes, word, length)));
}

static inline bool
sip_text_equals_nocase(sip_text text, const char *word)
{
    return text.start && strlen(word) == text.length && sip_bytes_equal_nocase(text.start, word, text.length);
}

/* Cuts off leading and trailing space, tab, CR and LF. */
static inline sip_text
sip_text_trim(sip_text text)
{
    /* An absent text has no bytes to point behind. */
    if (!text.length) {
        return text;
    }
    const uint8_t *start = text.start;
    const uint8_t *end = start + text.length;
    while (start < end && *start <= ' ' && sip_is_space(*start)) {
        start++;
    }
    while (start < end && end[-1] <= ' ' && sip_is_space(end[-1])) {
        end--;
    }
    return (sip_text){ start, (size_t)(end - start) };
}

/* What stands behind its first at bytes, of which there are as many. */
static inline sip_text
sip_text_behind(sip_text text, size_t at)
{
    return text.length ? (sip_text){ text.start + at, text.length - at } : text;
}

/* The first of eight bytes that is below 0x0e; low has the top bit of that byte set, and none before it. */
static inline size_t
sip_first_low_byte(uint64_t low, const uint8_t *bytes)
{
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    (void)bytes;
    return (size_t)__builtin_ctzll(low) / 8;
#else
    size_t at = 0;

    (void)low;
    while (bytes[at] >= 0x0e) {
        at++;
    }
    return at;
#endif
}

/* Up to the line end or the end of the text, eight bytes at a time: the
 * difference has the top bit of a byte set if that byte is below 0x0e, as CR
 * and LF are. A borrow may set one more, only behind the first such byte. */
static inline size_t
sip_line_length(const uint8_t *start, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t at = 0;

    while (at + sizeof(uint64_t) <= length) {
        uint64_t word;
        memcpy(&word, start + at, sizeof word);
        const uint64_t low = (word - ones * 0x0e) & ~word & ones * 0x80;
        if (!low) {
            at += sizeof word;
            continue;
        }
        at += sip_first_low_byte(low, start + at);
        if (start[at] == '\r' || start[at] == '\n') {
            return at;
        }
        at++;
    }
    while (at < length && start[at] != '\r' && start[at] != '\n') {
        at++;
    }
    return at;
}

/* Takes the next line from text at *position, without its end (CRLF, LF or a
 * lone CR, as Wireshark reads lines). *ended tells whether a line end was
 * there. Returns false at the end of the text. */
static inline bool
sip_line_next(sip_text text, size_t *position, sip_text *line, bool *ended)
{
    if (*position >= text.length) {
        return false;
    }
    line->start = text.start + *position;
    line->length = sip_line_length(line->start, text.length - *position);
    size_t end = *position + line->length;
    *ended = end < text.length;
    if (*ended) {
        bool crlf = text.start[end] == '\r' && end + 1 < text.length && text.start[end + 1] == '\n';
        end += crlf ? 2 : 1;
    }
    *position = end;
    return true;
}

#endif
