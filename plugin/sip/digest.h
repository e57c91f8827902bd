/* digest.h
 * Digests of 64 bits in place of texts: two texts that differ have the same
 * one by a chance of one in 2^64, which nobody outside this process can raise.
 *
 * Every SIP message is digested several times, so a text goes sixteen bytes at a
 * time, with one product of 128 bits, both halves of which count. A product of 64
 * bits would not do by itself: a change of the top bit comes out of it as a change
 * of the top bit, whatever the factor, and the next word could take it back. Where
 * such products are enough, for a few words, what comes out is moved down and
 * multiplied by a second secret, and nobody knows how it comes out.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_DIGEST_H
#define SIPRESP_DIGEST_H

#include "sip/sip_text.h"

/* By chance, anew for every capture; both factors odd. */
typedef struct {
    uint64_t start;
    uint64_t factor;
    uint64_t second_factor;
    uint32_t undo_factor;       /* what undoes the lower halves of the factors */
    uint32_t undo_second_factor;
} digest_secret;

/* What an odd factor is undone by. Each step makes twice as many bits right. */
static inline uint32_t
digest_inverse(uint32_t factor)
{
    uint32_t inverse = factor;

    for (unsigned bits = 3; bits < 32; bits *= 2) {
        inverse *= 2 - factor * inverse;
    }
    return inverse;
}

/* What comes of six random numbers. */
static inline digest_secret
digest_secret_of(const uint32_t random[6])
{
    return (digest_secret){
        .start = (uint64_t)random[0] << 32 | random[1],
        .factor = (uint64_t)random[2] << 32 | random[3] | 1,
        .second_factor = (uint64_t)random[4] << 32 | random[5] | 1,
        .undo_factor = digest_inverse(random[3] | 1),
        .undo_second_factor = digest_inverse(random[5] | 1),
    };
}

/* Of what digest stands for, and the word behind it. */
static inline uint64_t
digest_of_word(const digest_secret *secret, uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * secret->factor;
    digest ^= digest >> 32;
    return digest * secret->second_factor;
}

/* Fewer than eight bytes as a word. */
static inline uint64_t
digest_load_few(const uint8_t *bytes, size_t length)
{
    if (length < sizeof(uint32_t)) {
        return length ? (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1] : 0;
    }
    return (uint64_t)sip_load_four(bytes) << 32 | sip_load_four(bytes + length - sizeof(uint32_t));
}

/* Both halves of a product of 128 bits, one upon the other. */
static inline uint64_t
digest_fold_product(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    const unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    const uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    const uint64_t one = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    const uint64_t other = (a & UINT32_MAX) * (b >> 32) + (one & UINT32_MAX);
    const uint64_t high = (a >> 32) * (b >> 32) + (one >> 32) + (other >> 32);
    return (other << 32 | (low & UINT32_MAX)) ^ high;
#endif
}

/* Of what digest stands for (secret->start: nothing), and the text behind it.
 * "a" and "bc" have another one than "ab" and "c". The last sixteen bytes may have been
 * taken before; the length tells such texts apart. */
static inline uint64_t
digest_of(const digest_secret *secret, uint64_t digest, sip_text text)
{
    const uint8_t *at = text.start;
    uint64_t one, other = 0;

    if (text.length > 2 * sizeof(uint64_t)) {
        const uint8_t *const last = at + text.length - 2 * sizeof(uint64_t);
        for (; at < last; at += 2 * sizeof(uint64_t)) {
            digest = digest_fold_product(sip_load_eight(at) ^ secret->factor, sip_load_eight(at + sizeof(uint64_t)) ^ digest);
        }
        one = sip_load_eight(last);
        other = sip_load_eight(last + sizeof(uint64_t));
    } else if (text.length >= sizeof(uint64_t)) {
        one = sip_load_eight(at);
        other = sip_load_eight(at + text.length - sizeof(uint64_t));
    } else {
        one = digest_load_few(at, text.length);
    }
    digest = digest_fold_product(one ^ secret->factor, other ^ digest);
    return digest_fold_product(digest, text.length ^ secret->second_factor);
}

/* The same of many bytes: sixteen at a time, with one product, which depends on
 * all bits of both words and of two secrets, in four lanes that do not wait for
 * each other. Each lane begins with another secret, so that none can take the
 * place of another. */
static inline uint64_t
digest_of_bytes(const digest_secret *secret, uint64_t digest, sip_text text)
{
    const uint64_t factor = secret->factor;
    const uint64_t second_factor = secret->second_factor;
    uint64_t one = digest;
    uint64_t two = digest ^ second_factor;
    uint64_t three = secret->start;
    uint64_t four = secret->start ^ factor;
    size_t at = 0;

    for (; at + 64 <= text.length; at += 64) {
        const uint8_t *bytes = text.start + at;
        one = digest_fold_product(sip_load_eight(bytes) ^ factor, sip_load_eight(bytes + 8) ^ one);
        two = digest_fold_product(sip_load_eight(bytes + 16) ^ factor, sip_load_eight(bytes + 24) ^ two);
        three = digest_fold_product(sip_load_eight(bytes + 32) ^ second_factor, sip_load_eight(bytes + 40) ^ three);
        four = digest_fold_product(sip_load_eight(bytes + 48) ^ second_factor, sip_load_eight(bytes + 56) ^ four);
    }
    one = digest_fold_product(one ^ second_factor, two ^ text.length);
    digest = digest_fold_product(one ^ factor, digest_fold_product(three ^ factor, four ^ second_factor));
    return digest_of(secret, digest, (sip_text){ text.start + at, text.length - at });
}

/* A digest of an IPv4 address that only itself has: each step can be undone by
 * who knows the secret. */
static inline uint32_t
digest_of_ipv4(const digest_secret *secret, const uint8_t bytes[4])
{
    uint32_t word = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];

    word = (word ^ (uint32_t)secret->start) * (uint32_t)secret->factor;
    word ^= word >> 16;
    return word * (uint32_t)secret->second_factor;
}

static inline void
digest_to_ipv4(const digest_secret *secret, uint32_t digest, uint8_t bytes[4])
{
    uint32_t word = digest * secret->undo_second_factor;

    word ^= word >> 16;
    word = (word * secret->undo_factor) ^ (uint32_t)secret->start;
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(word >> (24 - 8 * i));
    }
}

/* Of a digest for where a hash is asked for: all its bits count. */
static inline uint32_t
digest_fold(uint64_t digest)
{
    return (uint32_t)(digest ^ digest >> 32);
}

#endif
