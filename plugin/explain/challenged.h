/* challenged.h
 * What a challenge was for: no credentials, wrong ones, or an old nonce.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_CHALLENGED_H
#define SIPRESP_CHALLENGED_H

#include "explain/situation.h"

/* Set of answer_mark. */
unsigned situation_marks(const situation *s);

bool situation_has_credentials(const situation *s);

/* The credentials answer a challenge that came not long before. */
bool situation_is_after_challenge(const situation *s);

/* The challenge before was none for the first time: it refused credentials for the
 * realm (mark 0), or called a nonce that it had just given too old (MARK_STALE). */
bool situation_was_refused_before(const situation *s, unsigned mark);

/* The credentials had been taken before, so that the password was right then. */
bool situation_nonce_was_taken(const situation *s);

/* Servers that leave out stale=true often say so in the phrase. */
bool situation_phrase_tells_of_nonce(const situation *s);

#endif
