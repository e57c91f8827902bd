/* places.h
 * What stands in the braces of an explanation.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_PLACES_H
#define SIPRESP_PLACES_H

#include "explain/sentence.h"
#include "explain/situation.h"

/* Adds it to the sentence. Returns the frame that it names or that shows it; 0: none. */
uint32_t place_fill(explanation_place place, const situation *s, sentence *text);

#endif
