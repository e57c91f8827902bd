/* digest.h
 * Digests of 64 bits in place of texts: two texts that differ have the same
 * one by a chance of one in 2^64, which nobody outside this process can raise.
 *
 * Every SIP message is digested several times, so it goes eight bytes at a
 * time. One product a word would not do: a change of the top bit comes out of
 * it as a change of the top bit, whatever the factor, and the next word could
 * take it back. Moved down and multiplied by a second secret, nobody knows how
 * it comes out.
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
} digest_secret;

/* What comes of six random numbers. */
static inline digest_secret
digest_secret_of(const uint32_t random[6])
{
    return (digest_secret){
        .start = (uint64_t)random[0] << 32 | random[1],
        .factor = (uint64_t)random[2] << 32 | random[3] | 1,
        .second_factor = (uint64_t)random[4] << 32 | random[5] | 1,
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

static inline uint64_t
digest_load(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Fewer than eight bytes as a word. */
static inline uint64_t
digest_load_few(const uint8_t *bytes, size_t length)
{
    uint32_t first;
    uint32_t last;

    if (length < sizeof first) {
        return length ? (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1] : 0;
    }
    memcpy(&first, bytes, sizeof first);
    memcpy(&last, bytes + length - sizeof last, sizeof last);
    return (uint64_t)first << 32 | last;
}

/* Of what digest stands for (secret->start: nothing), and the text behind it.
 * "a" and "bc" have another one than "ab" and "c". */
static inline uint64_t
digest_of(const digest_secret *secret, uint64_t digest, sip_text text)
{
    const uint8_t *at = text.start;

    digest = digest_of_word(secret, digest, text.length);
    if (text.length < sizeof(uint64_t)) {
        return digest_of_word(secret, digest, digest_load_few(at, text.length));
    }
    const uint8_t *const last = at + text.length - sizeof(uint64_t);
    for (; at < last; at += sizeof(uint64_t)) {
        digest = digest_of_word(secret, digest, digest_load(at));
    }
    return digest_of_word(secret, digest, digest_load(last));
}

/* The same of many bytes, four words side by side: no product has to wait for
 * the one before it. */
static inline uint64_t
digest_of_bytes(const digest_secret *secret, uint64_t digest, sip_text text)
{
    const size_t stride = 4 * sizeof(uint64_t);
    uint64_t lanes[4] = { digest, secret->start, secret->factor, secret->second_factor };
    size_t at = 0;

    for (; at + stride <= text.length; at += stride) {
        for (size_t lane = 0; lane < 4; lane++) {
            lanes[lane] = digest_of_word(secret, lanes[lane], digest_load(text.start + at + lane * sizeof(uint64_t)));
        }
    }
    for (size_t lane = 1; lane < 4; lane++) {
        lanes[0] = digest_of_word(secret, lanes[0], lanes[lane]);
    }
    digest = digest_of_word(secret, lanes[0], text.length);
    return digest_of(secret, digest, (sip_text){ text.start + at, text.length - at });
}

/* Of a digest for where a hash is asked for: all its bits count. */
static inline uint32_t
digest_fold(uint64_t digest)
{
    return (uint32_t)(digest ^ digest >> 32);
}

#endif
