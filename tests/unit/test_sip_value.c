/* test_sip_value.c
 * Header values in, their parts out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_all.h"
#include "edge.h"

#include <stdlib.h>
#include <time.h>

#include "sip/sip_value.h"

static sip_text
text_of(const char *literal)
{
    return (sip_text){ (const uint8_t *)literal, strlen(literal) };
}

static void
test_separators_in_quotes_and_brackets(void **state)
{
    const sip_text text = text_of(" \"a,\\\",b\" <c,d> ,e,,\"<\",f");
    sip_parts parts = sip_parts_of(text, ',');
    sip_text part;
    (void)state;

    assert_true(sip_parts_next(&parts, &part));
    assert_text(part, "\"a,\\\",b\" <c,d>");
    assert_true(sip_parts_next(&parts, &part));
    assert_text(part, "e");
    assert_true(sip_parts_next(&parts, &part));
    assert_text(part, "");
    assert_true(sip_parts_next(&parts, &part));
    assert_text(part, "\"<\"");
    assert_true(sip_parts_next(&parts, &part));
    assert_text(part, "f");
    assert_false(sip_parts_next(&parts, &part));
}

/* Guards against a tag that is told otherwise where it stands right behind the address than elsewhere. */
static void
test_tags(void **state)
{
    static const struct {
        const char *value;
        const char *tag;    /* NULL: none */
    } cases[] = {
        { "<sip:a@b>;tag=1", "1" },
        { "<sip:a@b>;tag=1 ;x", "1" },
        { "<sip:a@b>;x=2;tag=1", "1" },
        { "<sip:a@b> ; TAG = 1", "1" },
        { "<sip:a@b>;tag=\"1;2\";x", "1;2" },
        { "<sip:a@b>;tag=", "" },
        { "<sip:a@b>;tag=;tag=2", "" },
        { "<sip:a;tag=3@b>", NULL },
        { "<sip:a@b>;tagged=4", NULL },
        { "<sip:a@b", NULL },
        { "\"a\" <sip:a@b>;tag=1", "1" },
        { "\"a>;tag=2\"<sip:a@b>;tag=1", "1" },
        { "\"a\\\" <b>;tag=2\" <sip:a@b>;tag=1", "1" },
        { "\"a <sip:a@b>;tag=1", NULL },
        { "\"a\\", NULL },
        { "a b <sip:a@b>;tag=1", "1" },
        { "a b;tag=2 <sip:a@b>;tag=1", "2 <sip:a@b>" },
        { "a \"b <c>;tag=2\" <sip:a@b>;tag=1", "1" },
        { "sip:a@b;tag=1", "1" },
        { "", NULL },
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const sip_text value = at_edge(cases[i].value, strlen(cases[i].value));
        sip_text tag = { NULL, 0 };

        assert_int_equal(sip_value_tag(value, &tag), cases[i].tag != NULL);
        if (cases[i].tag) {
            assert_text(tag, cases[i].tag);
        }
    }
}

static void
test_numbers(void **state)
{
    size_t position = 0;
    uint32_t number = 0;
    (void)state;

    assert_true(sip_value_number(text_of("4294967295 x"), &position, &number));
    assert_int_equal(number, 4294967295u);
    assert_int_equal(position, 10);
    position = 0;
    assert_false(sip_value_number(text_of("4294967296"), &position, &number));
    assert_false(sip_value_number(text_of(""), &position, &number));
    assert_false(sip_value_number(text_of(" \t"), &position, &number));
    assert_false(sip_value_number(text_of("a1"), &position, &number));
    assert_int_equal(position, 0);
}

static void
test_parameters_without_anything_in_them(void **state)
{
    sip_text parameter;
    (void)state;

    assert_true(sip_value_parameter(text_of("<sip:a>;tag=\"\";lr"), "tag", &parameter));
    assert_text(parameter, "");
    assert_true(sip_value_parameter(text_of("<sip:a>;tag=\"\";lr"), "lr", &parameter));
    assert_text(parameter, "");
    assert_true(sip_value_parameter(text_of("<sip:a>;tag=\""), "tag", &parameter));
    assert_text(parameter, "\"");
    assert_false(sip_value_parameter(text_of("<sip:a>;lrx"), "lr", &parameter));
}

/* Seconds to take apart count times unit. */
static double
seconds_for(const char *unit, size_t count)
{
    const size_t size = strlen(unit);
    char *all = malloc(count * size);
    assert_non_null(all);
    for (size_t i = 0; i < count; i++) {
        memcpy(all + i * size, unit, size);
    }
    const sip_text text = { (const uint8_t *)all, count * size };
    const clock_t start = clock();
    sip_parts parts = sip_parts_of(text, ',');
    size_t count_of_parts = 0;
    sip_text part;
    while (sip_parts_next(&parts, &part)) {
        count_of_parts++;
    }
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    assert_true(count_of_parts > 0);
    free(all);
    return seconds;
}

/* Guards against a search for quotes that goes to the end of the value for
 * each of its parts: a million of them would take minutes. */
static void
test_many_parts_are_quick(void **state)
{
    static const char *const units[] = { "<,>,", "\",\",", "<\",\">,", ",", "\"\\\",\",<,>,", "<,", "\"\"<>," };
    (void)state;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        assert_true(seconds_for(units[i], 1000000) < 2.0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_separators_in_quotes_and_brackets),
        cmocka_unit_test(test_parameters_without_anything_in_them),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_many_parts_are_quick),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
