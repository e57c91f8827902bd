/* sentence.h
 * A sentence of bounded length, put together of our words and of what others wrote.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SENTENCE_H
#define SIPRESP_SENTENCE_H

#include "sip/sip_text.h"

/* With the NUL; what is longer ends with "...". */
#define SENTENCE_SIZE 257

typedef struct {
    char text[SENTENCE_SIZE];   /* UTF-8, without control characters */
    size_t length;
    bool cut;
} sentence;

void sentence_start(sentence *s);

void sentence_add(sentence *s, const char *words);

/* What a sender wrote, at most so many bytes of it. */
void sentence_add_sent(sentence *s, sip_text sent, size_t most);

void sentence_add_number(sentence *s, uint32_t number);

/* Nanoseconds as "12.3 s", "0.12 s" or "3 min 5 s". */
void sentence_add_time(sentence *s, int64_t time);

/* An address of 4 or 16 bytes; nothing of another one. */
void sentence_add_address(sentence *s, sip_text bytes);

#endif
