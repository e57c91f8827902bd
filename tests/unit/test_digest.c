/* test_digest.c
 * Texts in, digests that nobody can steer out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "sip/digest.h"

#define SECRETS 16

/* Of one process after the other. */
static digest_secret
nth_secret(uint32_t n)
{
    const uint32_t random[6] = {
        n * 2654435761u, n ^ 0x9e3779b9u, n * 40503u, ~n * 2246822519u, n + 77u, n * 3266489917u,
    };

    return digest_secret_of(random);
}

static uint64_t
digest_behind(const digest_secret *secret, uint64_t digest, const char *word)
{
    return digest_of(secret, digest, (sip_text){ (const uint8_t *)word, strlen(word) });
}

static uint64_t
digest_of_text(const digest_secret *secret, const char *bytes, size_t length)
{
    return digest_of(secret, secret->start, (sip_text){ (const uint8_t *)bytes, length });
}

/* A sender could make as many Call-IDs of one hash as he liked: what the first
 * word's top bit changed, the second word took back, whatever the seed. */
static void
test_top_bits_take_nothing_back(void **state)
{
    const char plain[] = "0123456789abcdef";
    char flipped[] = "0123456789abcdef";
    (void)state;

    flipped[7] = (char)(plain[7] ^ 0x80);
    flipped[11] = (char)(plain[11] ^ 0x80);
    flipped[15] = (char)(plain[15] ^ 0x80);
    for (uint32_t n = 1; n <= SECRETS; n++) {
        const digest_secret secret = nth_secret(n);
        assert_int_not_equal(digest_fold(digest_of_text(&secret, plain, 16)),
                             digest_fold(digest_of_text(&secret, flipped, 16)));
    }
}

static void
test_every_byte_counts(void **state)
{
    const char text[] = "z9hG4bK-524287-1---abcdefghijklmn";
    char changed[sizeof text];
    (void)state;

    for (uint32_t n = 1; n <= SECRETS; n++) {
        const digest_secret secret = nth_secret(n);
        for (size_t length = 0; length < sizeof text; length++) {
            const uint64_t digest = digest_of_text(&secret, text, length);
            assert_true(digest == digest_of_text(&secret, text, length));
            assert_true(length == 0 || digest != digest_of_text(&secret, text, length - 1));
            for (size_t at = 0; at < length; at++) {
                memcpy(changed, text, sizeof text);
                changed[at] ^= 1;
                assert_true(digest != digest_of_text(&secret, changed, length));
            }
        }
    }
}

/* Branch "a" of host "bc" is no branch "ab" of host "c"; nor is a missing
 * branch an empty place that the next text slips into. */
static void
test_borders_count(void **state)
{
    const digest_secret secret = nth_secret(1);
    const uint64_t a = digest_behind(&secret, secret.start, "a");
    const uint64_t ab = digest_behind(&secret, secret.start, "ab");
    const uint64_t absent = digest_of(&secret, secret.start, (sip_text){ NULL, 0 });
    (void)state;

    assert_true(digest_behind(&secret, a, "bc") != digest_behind(&secret, ab, "c"));
    assert_true(digest_behind(&secret, absent, "a") != digest_behind(&secret, a, ""));
    assert_true(absent != secret.start);
}

static void
test_secrets_differ(void **state)
{
    const digest_secret one = nth_secret(1);
    const digest_secret two = nth_secret(2);
    (void)state;

    assert_true(digest_of_text(&one, "z9hG4bK1", 8) != digest_of_text(&two, "z9hG4bK1", 8));
    assert_true(one.factor & 1);
    assert_true(one.second_factor & 1);
}

/* Each address has a digest of its own, which tells it again to who knows the secret. */
static void
test_an_ipv4_address_comes_back(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < SECRETS; n++) {
        const digest_secret secret = nth_secret(n);
        assert_int_equal(digest_inverse((uint32_t)secret.factor) * (uint32_t)secret.factor, 1);
        for (uint32_t i = 0; i < 4096; i++) {
            const uint32_t word = i * 2654435761u + n;
            const uint8_t bytes[4] = { (uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8), (uint8_t)word };
            uint8_t again[4];
            digest_to_ipv4(&secret, digest_of_ipv4(&secret, bytes), again);
            assert_memory_equal(again, bytes, sizeof bytes);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_top_bits_take_nothing_back),
        cmocka_unit_test(test_every_byte_counts),
        cmocka_unit_test(test_borders_count),
        cmocka_unit_test(test_secrets_differ),
        cmocka_unit_test(test_an_ipv4_address_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
