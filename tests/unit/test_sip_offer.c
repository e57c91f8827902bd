/* test_sip_offer.c
 * SDP bodies in, what a person would say of them out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include "sip/sip_offer.h"

static void
assert_offer(const char *body, const char *wanted)
{
    char text[SIP_OFFER_SIZE];
    const size_t length = sip_offer_text((sip_text){ (const uint8_t *)body, strlen(body) }, text);

    assert_true(length < sizeof text);
    text[length] = '\0';
    assert_string_equal(text, wanted);
}

static void
test_names_of_formats(void **state)
{
    (void)state;
    assert_offer("v=0\r\nm=audio 4000 RTP/AVP 0 18\r\n", "audio PCMU, G729");
    assert_offer("m=audio 4000 RTP/AVP 96 97 35\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:97 telephone-event/8000\r\n",
                 "audio opus, telephone-event, 35");
    assert_offer("m=audio 1 RTP/AVP 96\r\na=sendrecv\r\na=rtpmap:96 opus/48000\r\n", "audio opus");
    assert_offer("m=image 4000 udptl t38\r\n", "image t38");
    /* RFC 4566 6: the map wins over the table, and over that of another section. */
    assert_offer("m=audio 1 RTP/AVP 0\na=rtpmap:0 L16/8000\nm=audio 2 RTP/AVP 0\n", "audio L16; audio PCMU");
    assert_offer("m=audio 1 RTP/AVP 96\nm=video 2 RTP/AVP 96\na=rtpmap:96 H264/90000\n", "audio 96; video H264");
}

/* Tables 4 and 5 of RFC 3551 6, of which a phone may offer each without a map. */
static void
test_static_payload_types(void **state)
{
    (void)state;
    assert_offer("m=audio 1 RTP/AVP 0 3 4 5 6 7 8 9\n", "audio PCMU, GSM, G723, DVI4, DVI4/16000, LPC, PCMA, G722");
    assert_offer("m=audio 1 RTP/AVP 10 11 12 13 14 15 18\n", "audio L16/44100/2, L16/44100, QCELP, CN, MPA, G728, G729");
    /* DVI4 of two more rates; 1 and 2 are reserved. */
    assert_offer("m=audio 1 RTP/AVP 16 17 1 2\n", "audio DVI4/11025, DVI4/22050, 1, 2");
    assert_offer("m=video 1 RTP/AVP 25 26 28 31 32 33 34\n", "video CelB, JPEG, nv, H261, MPV, MP2T, H263");
}

static void
test_a_port_of_0(void **state)
{
    (void)state;
    assert_offer("m=audio 4000 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\n", "audio PCMU; video H261 (port 0)");
}

static void
test_broken_ones(void **state)
{
    (void)state;
    assert_offer("", "");
    assert_offer("v=0\r\n", "");
    assert_offer("m=", "");
    assert_offer("m=audio", "audio");
    assert_offer("m=audio\r\nm= \r\n", "audio; ");
    assert_offer("m=audio 1 x 96\na=rtpmap:96\na=rtpmap:96 /8000\n", "audio 96");
}

/* Bounded in length and in work. */
static void
test_many(void **state)
{
    char body[4096] = "m=audio 1 x";
    char text[SIP_OFFER_SIZE];
    (void)state;

    for (int i = 0; i < 400; i++) {
        strcat(body, " 0 18");
    }
    size_t length = sip_offer_text((sip_text){ (const uint8_t *)body, strlen(body) }, text);
    assert_true(length < sizeof text && length > 60);
    memset(body, 'x', sizeof body);
    memcpy(body, "m=audio 1 x ", 12);
    length = sip_offer_text((sip_text){ (const uint8_t *)body, sizeof body }, text);
    assert_true(length < sizeof text && memcmp(text + length - 3, "...", 3) == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_formats),
        cmocka_unit_test(test_static_payload_types),
        cmocka_unit_test(test_a_port_of_0),
        cmocka_unit_test(test_broken_ones),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
