/* challenges.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "calls/challenges.h"

#include "calls/details.h"
#include "sip/sip_auth.h"
#include "sip/sip_uri.h"

static uint64_t
realm_key(const calls *c, uint32_t request, sip_header_id credentials, sip_text realm)
{
    return key_with(c, key_of(c, KEY_REALM, request, credentials), digest_of_text(c, realm));
}

/* Some servers give all that they challenge within a second the same nonce: only
 * with the user it tells one challenge from the others. */
static uint64_t
nonce_key(const calls *c, const sip_auth *auth, const sip_identity *identity)
{
    const uint64_t key = key_of(c, KEY_NONCE, digest_of_text(c, auth->nonce), digest_of_text(c, auth->realm));

    return key_with(c, key, digest_of_text(c, sip_uri_of(identity->from)));
}

/* The nonce tells which challenge is answered, whatever the client did to tags,
 * CSeq number and Call-ID meanwhile, and however long it took. */
static void
link_to_challenge(calls *c, uint32_t request, const sip_auth *credentials, const sip_identity *identity)
{
    const uint32_t challenge =
        credentials->nonce.length ? index_find(&c->index, nonce_key(c, credentials, identity)) : 0;

    if (challenge) {
        const uint32_t challenged = transaction_at(c, answer_at(c, challenge)->transaction)->request;
        const uint64_t next = key_of(c, KEY_NONCE_NEXT, challenged, 0);
        index_put(&c->index, key_of(c, KEY_NONCE_OF, request, 0), challenge);
        if (challenged) {
            index_put_first(&c->index, next, request);
        }
    }
}

/* One key tells that there were credentials of the kind, and one for each realm. */
void
keep_credentials(calls *c, uint32_t request, const call_message *m, sip_header_id id)
{
    sip_auths credentials = sip_auths_of(m->content->message->headers, id);
    sip_auth one;

    while (sip_auth_next(&credentials, &one)) {
        link_to_challenge(c, request, &one, m->identity);
        index_put(&c->index, realm_key(c, request, id, (sip_text){ NULL, 0 }), 1);
        index_put(&c->index, realm_key(c, request, id, one.realm), 1);
    }
}

/* A challenge may name several realms or algorithms; each counts. */
unsigned
learn_challenge(calls *c, uint32_t answer, uint32_t request, const call_message *m)
{
    const sip_message *message = m->content->message;
    const bool proxy = message->code == 407;
    const sip_header_id asked = proxy ? SIP_HEADER_PROXY_AUTHORIZATION : SIP_HEADER_AUTHORIZATION;
    sip_auths challenges =
        sip_auths_of(message->headers, proxy ? SIP_HEADER_PROXY_AUTHENTICATE : SIP_HEADER_WWW_AUTHENTICATE);
    sip_auth one;
    unsigned marks = index_find(&c->index, realm_key(c, request, asked, (sip_text){ NULL, 0 })) ? MARK_CREDENTIALS : 0;

    while (sip_auth_next(&challenges, &one)) {
        if (one.nonce.length) {
            index_put(&c->index, nonce_key(c, &one, m->identity), answer);
        }
        marks |= one.stale ? MARK_STALE : 0;
        if (one.realm.start && index_find(&c->index, realm_key(c, request, asked, one.realm))) {
            marks |= MARK_SAME_REALM;
        }
    }
    return marks;
}
