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

#include "sip/marks.h"

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

static inline uint64_t
sip_load_eight(const void *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return eight;
}

static inline uint16_t
sip_load_two(const void *bytes)
{
    uint16_t two;
    memcpy(&two, bytes, sizeof two);
    return two;
}

static inline uint32_t
sip_load_four(const void *bytes)
{
    uint32_t four;
    memcpy(&four, bytes, sizeof four);
    return four;
}

/* Of as many bytes of both; in place, as words are short. The last ones are compared with those before them. */
static inline bool
sip_bytes_equal(const uint8_t *bytes, const char *word, size_t length)
{
    size_t at = 0;

    if (length < sizeof(uint16_t)) {
        return length == 0 || bytes[0] == (uint8_t)word[0];
    }
    if (length < sizeof(uint32_t)) {
        at = length - sizeof(uint16_t);
        return sip_load_two(bytes) == sip_load_two(word) && sip_load_two(bytes + at) == sip_load_two(word + at);
    }
    if (length < sizeof(uint64_t)) {
        at = length - sizeof(uint32_t);
        return sip_load_four(bytes) == sip_load_four(word) && sip_load_four(bytes + at) == sip_load_four(word + at);
    }
    for (; at + sizeof(uint64_t) < length; at += sizeof(uint64_t)) {
        if (sip_load_eight(bytes + at) != sip_load_eight(word + at)) {
            return false;
        }
    }
    at = length - sizeof(uint64_t);
    return sip_load_eight(bytes + at) == sip_load_eight(word + at);
}

/* Inline, so that the length of a constant word costs nothing. */
static inline bool
sip_text_equals(sip_text text, const char *word)
{
    return text.start && strlen(word) == text.length && sip_bytes_equal(text.start, word, strlen(word));
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
            (sip_bytes_equal(bytes, word, length) || !sip_bytes_differ_in_letters(bytes, word, length)));
}

static inline bool
sip_text_equals_nocase(sip_text text, const char *word)
{
    return text.start && strlen(word) == text.length && sip_bytes_equal_nocase(text.start, word, strlen(word));
}

/* Cuts off leading and trailing space, tab, CR and LF. */
static inline sip_text
sip_text_trim(sip_text text)
{
    /* Most have none, and an absent text has no bytes to point behind. */
    if (!text.length || (text.start[0] > ' ' && text.start[text.length - 1] > ' ')) {
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

/* Where the first of four characters stands, from at on; the length of the text if none does. As
 * many bytes at a time as a register holds; the last ones with those before them. */
ALWAYS_INLINE size_t
sip_find_among(sip_text text, size_t at, char one, char other, char third, char fourth)
{
    for (; at + MARKS_AT_ONCE <= text.length; at += MARKS_AT_ONCE) {
        const uint32_t found = marks_among(text.start + at, one, other, third, fourth);
        if (found) {
            return at + (size_t)__builtin_ctz(found);
        }
    }
    if (at < text.length && text.length >= MARKS_AT_ONCE) {
        const size_t last = text.length - MARKS_AT_ONCE;
        const uint32_t found = marks_among(text.start + last, one, other, third, fourth) >> (at - last);
        return found ? at + (size_t)__builtin_ctz(found) : text.length;
    }
    while (at < text.length && text.start[at] != (uint8_t)one && text.start[at] != (uint8_t)other &&
           text.start[at] != (uint8_t)third && text.start[at] != (uint8_t)fourth) {
        at++;
    }
    return at;
}

/* The same of three. */
ALWAYS_INLINE size_t
sip_find_any(sip_text text, size_t at, char one, char other, char third)
{
    return sip_find_among(text, at, one, other, third, third);
}

/* A bit for each CR and LF in at most MARKS_MOST bytes. */
uint64_t sip_line_ends(const uint8_t *bytes, size_t length);

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
    size_t end = sip_find_any(text, *position, '\r', '\n', '\n');
    line->length = end - *position;
    *ended = end < text.length;
    if (*ended) {
        bool crlf = text.start[end] == '\r' && end + 1 < text.length && text.start[end + 1] == '\n';
        end += crlf ? 2 : 1;
    }
    *position = end;
    return true;
}

#endif
