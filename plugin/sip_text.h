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

bool sip_text_equals(sip_text text, const char *word);
bool sip_text_equals_nocase(sip_text text, const char *word);

/* Cuts off leading and trailing space, tab, CR and LF. */
sip_text sip_text_trim(sip_text text);

/* Takes the next line from text at *position, without its end (CRLF, LF or a
 * lone CR, as Wireshark reads lines). *ended tells whether a line end was
 * there. Returns false at the end of the text. */
bool sip_line_next(sip_text text, size_t *position, sip_text *line, bool *ended);

#endif
