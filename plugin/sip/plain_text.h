/* plain_text.h
 * What a sender wrote, as it may stand in a sentence of ours: valid UTF-8, of
 * bounded length, on one line, and nothing in it that a terminal would obey.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_PLAIN_TEXT_H
#define SIPRESP_PLAIN_TEXT_H

#include "sip/sip_text.h"

#define PLAIN_TEXT_MAX 256      /* characters; what is longer ends with an ellipsis */
#define PLAIN_TEXT_SIZE (PLAIN_TEXT_MAX * 4 + 1)

/* Controls, what ends a line or a paragraph, what turns the direction of
 * writing (UAX 9), and what XML cannot hold. */
bool plain_text_leaves_out(uint32_t character);

/* Fills buffer and ends it with a NUL; returns the bytes before that. White
 * space is one blank (RFC 3261 7.3.1); bytes that are no UTF-8, and characters
 * that are left out, are U+FFFD. */
size_t plain_text(sip_text text, char buffer[PLAIN_TEXT_SIZE]);

/* The same of what stood between quotes or in a comment, where a backslash
 * makes the next character one like others (RFC 3261 25.1, quoted-pair). */
size_t plain_text_unescaped(sip_text text, char buffer[PLAIN_TEXT_SIZE]);

#endif
