/* finding_texts.h
 * Wireshark holds the text of each finding against every other one that it has
 * listed. A new text for each finding would take time by their square, and codes,
 * methods and headers are for a sender to choose. So a capture has a bounded
 * number of texts: the first ones say all, and what comes when there are enough
 * is told in short.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FINDING_TEXTS_H
#define SIPRESP_FINDING_TEXTS_H

#include <stdbool.h>

void register_finding_texts(void);

/* May this text be told? The same in every pass over the capture. */
bool finding_text_has_room(const char *text);

#endif
