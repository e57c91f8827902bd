/* challenged.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/challenged.h"

#include "explain/evidence.h"

unsigned
situation_marks(const situation *s)
{
    return s->answer ? calls_marks_of(s->c, s->answer) : 0;
}

bool
situation_has_credentials(const situation *s)
{
    return situation_is_challenge(s->code) ? situation_marks(s) & MARK_CREDENTIALS : s->r && s->r->flags & REQUEST_CREDENTIALS;
}

/* The request that was challenged before this one was sent; 0: none. */
static uint32_t
challenged_before(const situation *s, uint32_t request)
{
    const uint32_t challenge = calls_challenge_of(s->c, request);

    if (challenge) {
        const sip_answer *a = calls_answer(s->c, challenge);
        const sip_transaction *first = calls_transaction(s->c, calls_request(s->c, request)->first);
        return first->time - a->time <= CALLS_64_T1 ? calls_transaction(s->c, a->transaction)->request : 0;
    }
    return situation_is_challenge(calls_request(s->c, request)->after) ? calls_sent_before(s->c, request) : 0;
}

/* What the request got that this one took the place of; 0: nothing of the kind. */
static uint32_t
challenge_before(const situation *s)
{
    const uint32_t before = s->r ? challenged_before(s, s->request) : 0;

    return before ? calls_request(s->c, before)->best : 0;
}

/* The challenge before was none for the first time: it refused credentials for the
 * realm already, or called a nonce that it had just given too old. */
bool
situation_was_refused_before(const situation *s, unsigned mark)
{
    const uint32_t before = challenge_before(s);
    const unsigned marks_before = before ? calls_marks_of(s->c, before) : 0;

    return marks_before & MARK_SAME_REALM && (marks_before & MARK_STALE) == mark;
}

/* The credentials had been taken before, so that the password was right then. */
bool
situation_nonce_was_taken(const situation *s)
{
    const uint32_t challenge = s->r ? calls_challenge_of(s->c, s->request) : 0;
    const uint32_t taken = challenge ? calls_nonce_taken(s->c, challenge) : 0;

    return taken && s->a && calls_answer(s->c, taken)->time <= s->a->time;
}

/* Servers that leave out stale=true often say so in the phrase. */
bool
situation_phrase_tells_of_nonce(const situation *s)
{
    const sip_text phrase = s->message ? s->message->phrase : (sip_text){ NULL, 0 };

    for (size_t i = 0; i + 5 <= phrase.length; i++) {
        if (sip_bytes_equal_nocase(phrase.start + i, "nonce", 5)) {
            return true;
        }
    }
    return false;
}

bool
situation_is_after_challenge(const situation *s)
{
    return s->r && challenged_before(s, s->request);
}
