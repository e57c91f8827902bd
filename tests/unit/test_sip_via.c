/* test_sip_via.c
 * Values of Via in, what they tell a transaction by out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "edge.h"
#include "sip/sip_via.h"

#define HOST "SIP/2.0/UDP a:5060"

/* Guards against a way for the usual that reads something else than the way for all. */
static void
test_usual_and_unusual(void **state)
{
    static const struct {
        const char *value;
        const char *sent_by;    /* NULL: none */
        const char *branch;     /* likewise */
    } cases[] = {
        { HOST ";branch=z9hG4bKx", "a:5060", "z9hG4bKx" },
        { HOST ";branch=z9hG4bKx;rport", "a:5060", "z9hG4bKx" },
        { HOST ";rport;received=b;branch=z9hG4bKx", "a:5060", "z9hG4bKx" },
        { HOST " ;branch=z9hG4bKx \t", "a:5060", "z9hG4bKx" },
        { HOST ";;branch=1", "a:5060", "1" },
        { HOST ";branch=1;branch=2", "a:5060", "1" },
        { HOST ";BRANCH=1;branch=2", "a:5060", "1" },
        { HOST "; branch=1;branch=2", "a:5060", "1" },
        { HOST ";branch =1;branch=2", "a:5060", "1" },
        { HOST ";branch= 1", "a:5060", "1" },
        { HOST ";branch=", "a:5060", "" },
        { HOST ";branch=;branch=2", "a:5060", "" },
        { HOST ";branch", "a:5060", "" },
        { HOST ";branch=\"1;2\"", "a:5060", "1;2" },
        { HOST ";x=\";branch=1\";branch=2", "a:5060", "2" },
        { HOST ";x=<;branch=1>;branch=2", "a:5060", "2" },
        { HOST ";branch=1, " HOST ";branch=2", "a:5060", "1" },
        { HOST ", " HOST ";branch=2", "a:5060", NULL },
        { HOST ";branches=1", "a:5060", NULL },
        { HOST ";b", "a:5060", NULL },
        { HOST, "a:5060", NULL },
        { "SIP / 2.0 / UDP\ta;branch=1", "a", "1" },
        { "a;branch=1", "a", "1" },
        { ";branch=1", NULL, "1" },
        { ", " HOST ";branch=1", NULL, NULL },
        { "", NULL, NULL },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sip_via via = sip_via_of(at_edge(cases[i].value, strlen(cases[i].value)));

        assert_text(via.sent_by, cases[i].sent_by ? cases[i].sent_by : "");
        assert_int_equal(via.branch.start != NULL, cases[i].branch != NULL);
        assert_text(via.branch, cases[i].branch ? cases[i].branch : "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usual_and_unusual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
