/* test_sip_uri.c
 * URIs and hosts in, who and where out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"

#include "sip/sip_uri.h"

static sip_text
text_of(const char *literal)
{
    return (sip_text){ (const uint8_t *)literal, strlen(literal) };
}

static void
test_uris_of_headers(void **state)
{
    static const struct {
        const char *value;
        const char *uri;
    } values[] = {
        { "\"Bob <\\\"b\\\">\" <sip:bob@b;a=1>;tag=1", "sip:bob@b;a=1" },
        { "Bob <sip:bob@b> ; expires=5", "sip:bob@b" },
        { "sip:bob@b;tag=1", "sip:bob@b" },
        { "<tel:+1-201;phone-context=a>", "tel:+1-201;phone-context=a" },
        { "<sip:never@closed;tag=1", "sip:never@closed;tag=1" },
        { "*", "*" },
        { "\"name alone\"", "" },
        { "", "" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        assert_text(sip_uri_of(text_of(values[i].value)), values[i].uri);
    }
    assert_text(sip_uri_of((sip_text){ NULL, 0 }), "");
}

static void
test_parts_of_uris(void **state)
{
    static const struct {
        const char *uri;
        const char *scheme;
        const char *user;
        const char *host;
        uint16_t port;
    } uris[] = {
        { "sip:bob:secret@example.com:5062;transport=tcp?a=b@c", "sip", "bob", "example.com", 5062 },
        { "SIPS:[2001:db8::1]:5061", "SIPS", "", "2001:db8::1", 5061 },
        { "sip:+1-201;phone-context=a@gw", "sip", "+1-201;phone-context=a", "gw", 0 },
        { "sip:10.0.0.5;lr", "sip", "", "10.0.0.5", 0 },
        { "sip:a@b:99999", "sip", "a", "b", 0 },
        { "sip:@", "sip", "", "", 0 },
        { "sip:a@[", "sip", "a", "", 0 },
        { "tel:+358-555;postd=1", "tel", "+358-555", "", 0 },
        { "urn:service:sos", "urn", "", "", 0 },
    };
    sip_uri parts;
    (void)state;

    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        assert_true(sip_uri_read(text_of(uris[i].uri), &parts));
        assert_text(parts.scheme, uris[i].scheme);
        assert_text(parts.user, uris[i].user);
        assert_text(parts.host, uris[i].host);
        assert_int_equal(parts.port, uris[i].port);
    }
    assert_false(sip_uri_read(text_of("*"), &parts));
    assert_false(sip_uri_read(text_of(":a"), &parts));
    assert_false(sip_uri_read((sip_text){ NULL, 0 }, &parts));
}

/* Guards against a call that is blamed on an address which can be reached, on the edges of every block. */
static void
test_private_addresses(void **state)
{
    static const struct {
        const char *host;
        sip_host_kind kind;
    } hosts[] = {
        { "10.255.255.255", HOST_PRIVATE }, { "9.255.255.255", HOST_PUBLIC }, { "11.0.0.0", HOST_PUBLIC },
        { "172.16.0.0", HOST_PRIVATE }, { "172.31.255.255", HOST_PRIVATE }, { "172.15.255.255", HOST_PUBLIC },
        { "172.32.0.0", HOST_PUBLIC }, { "192.168.0.1", HOST_PRIVATE }, { "192.169.0.1", HOST_PUBLIC },
        { "100.64.0.0", HOST_PRIVATE }, { "100.127.255.255", HOST_PRIVATE }, { "100.63.255.255", HOST_PUBLIC },
        { "100.128.0.0", HOST_PUBLIC }, { "169.254.1.1", HOST_PRIVATE }, { "127.0.0.1", HOST_LOOPBACK },
        { "0.0.0.0", HOST_LOOPBACK }, { "192.0.2.1", HOST_PUBLIC },
        { "fd00::1", HOST_PRIVATE }, { "[fcff::]", HOST_PRIVATE }, { "fe00::1", HOST_PUBLIC },
        { "fe80::1%eth0", HOST_PRIVATE }, { "febf::1", HOST_PRIVATE }, { "fec0::1", HOST_PUBLIC },
        { "::1", HOST_LOOPBACK }, { "::", HOST_LOOPBACK }, { "::2", HOST_PUBLIC }, { "2001:db8::1", HOST_PUBLIC },
        { "::ffff:10.0.0.1", HOST_PRIVATE }, { "::ffff:192.0.2.1", HOST_PUBLIC },
        { "10.0.0", HOST_NAME }, { "10.0.0.1.example.com", HOST_NAME }, { "", HOST_NAME }, { "[", HOST_NAME },
        { "fd00::1:fd00::1:fd00::1:fd00::1:fd00::1:fd00::1:fd00::1:fd00::1", HOST_NAME },
    };
    (void)state;

    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        assert_int_equal(sip_host_kind_of(text_of(hosts[i].host)), hosts[i].kind);
    }
    assert_int_equal(sip_host_kind_of((sip_text){ NULL, 0 }), HOST_NAME);
    assert_int_equal(sip_host_kind_of((sip_text){ (const uint8_t *)"10.0.0.1\0x", 10 }), HOST_NAME);
    assert_int_equal(sip_address_kind_of((const uint8_t *)"\x0a\0\0\1", 4), HOST_PRIVATE);
    assert_int_equal(sip_address_kind_of((const uint8_t *)"\x0a\0\0\1", 3), HOST_NAME);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uris_of_headers),
        cmocka_unit_test(test_parts_of_uris),
        cmocka_unit_test(test_private_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
