/* test_sip_party.c
 * Values of From and To in, who they name out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "edge.h"
#include "sip/sip_party.h"

static void
test_names_and_numbers(void **state)
{
    static const struct { const char *value, *name, *user; } cases[] = {
        { "<sip:carol@example.com>;tag=1", "", "carol" },
        { "sip:carol@example.com;tag=1", "", "carol" },
        { "Carol Jones <sips:carol@example.com>", "Carol Jones", "carol" },
        { "\"Jones, <Carol>; \\\"C\\\"\" <sip:c@example.com>;tag=1", "Jones, <Carol>; \\\"C\\\"", "c" },
        { "<tel:+4930123456;phone-context=example.com>", "", "+4930123456" },
        { "<sip:+4930123;phone-context=x@example.com;user=phone>", "", "+4930123" },
        { "<sip:carol:secret@example.com>", "", "carol" },
        { "<sip:example.com;transport=tcp>", "", "example.com" },
        { "<sip:@example.com>", "", "example.com" },
        { "\"\" <sip:c@example.com>", "", "c" },
        { "anonymous", "", "anonymous" },
        { "\"open <sip:c@example.com>", "", "" },
        { "\"open\\", "", "" },
        { "<sip:c@example.com", "", "c" },
        { "", "", "" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sip_party party = sip_party_of(at_edge(cases[i].value, strlen(cases[i].value)));
        assert_text(party.name, cases[i].name);
        assert_text(party.user, cases[i].user);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_names_and_numbers) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
