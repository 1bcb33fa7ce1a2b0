// SPDX-License-Identifier: Apache-2.0

// Host tests of the runtime's portable part. `make test` compares all output with runtime_test.txt,
// which is how the functions that print are tested.

#include "runtime/arguments.h"
#include "runtime/idx.h"
#include "runtime/text.h"

#include <stdio.h>
#include <string.h>

static int failures;

static void expect(int condition, const char *sentence) {
    if (condition)
        return;
    printf("FAILED: %s\n", sentence);
    failures++;
}

static void test_arguments(void) {
    char line[] = "  steps=20 plain lr=0.5=x";
    char *cursor = line;
    const char *key, *value;
    key = kl_next_argument(&cursor, &value);
    expect(key && strcmp(key, "steps") == 0 && strcmp(value, "20") == 0,
           "a word is cut at its `=`, leading spaces skipped");
    key = kl_next_argument(&cursor, &value);
    expect(key && strcmp(key, "plain") == 0 && value == NULL, "a word without `=` has no value");
    key = kl_next_argument(&cursor, &value);
    expect(key && strcmp(key, "lr") == 0 && strcmp(value, "0.5=x") == 0,
           "only the first `=` separates");
    expect(kl_next_argument(&cursor, &value) == NULL, "the line ends with null");
}

static void test_collecting_arguments(void) {
    char program[] = "app", files[] = "--files", folder[] = "dir", one[] = "a=1", two[] = "b=2";
    char *argv[] = {program, one, files, folder, two};
    char line[8];
    expect(kl_arguments(5, argv, line, sizeof line) && strcmp(line, "a=1 b=2") == 0,
           "arguments are joined by spaces, and --files is taken out");
    expect(!kl_arguments(5, argv, line, 7), "arguments that do not fit are refused");
}

static void test_numbers(void) {
    uint32_t number = 7;
    float decimal = 7;
    expect(kl_parse_unsigned("4294967295", &number) && number == 4294967295u,
           "the largest number is read");
    expect(!kl_parse_unsigned("4294967296", &number) && number == 4294967295u,
           "a number beyond it is refused, and nothing written");
    expect(!kl_parse_unsigned("", &number) && !kl_parse_unsigned("-1", &number) &&
               !kl_parse_unsigned("1x", &number) && !kl_parse_unsigned(NULL, &number),
           "what is not all digits is no number");
    expect(kl_parse_decimal("0.25", &decimal) && decimal == 0.25f, "a decimal is read");
    expect(kl_parse_decimal("3", &decimal) && decimal == 3.0f, "a decimal needs no point");
    expect(!kl_parse_decimal("1e3", &decimal) && !kl_parse_decimal(".", &decimal) &&
               !kl_parse_decimal("1.2.3", &decimal) && !kl_parse_decimal("1234567890", &decimal),
           "exponents, two points, no digits and more than nine are refused");
}

// Writes a file of `length` bytes that starts with the given big-endian words.
static void write_file(const char *name, const uint32_t *words, int count, int length) {
    FILE *file = fopen(name, "wb");
    for (int i = 0; file && i < length; i++)
        fputc(i < 4 * count ? (int)(words[i / 4] >> (24 - 8 * (i % 4)) & 255) : i & 255, file);
    if (file)
        fclose(file);
}

static void test_image_sets(const char *images, const char *labels) {
    const uint32_t image_header[] = {0x803, 2, 28, 28}, label_header[] = {0x801, 2};
    const uint32_t wrong_side[] = {0x803, 2, 28, 27}, huge[] = {0x803, 0xffffffffu, 28, 28};
    const uint32_t huge_labels[] = {0x801, 0xffffffffu};
    struct KlImageSet set;
    uint8_t pixels[KL_IDX_PIXELS], label = 0;

    write_file(images, image_header, 4, 16 + 2 * KL_IDX_PIXELS);
    write_file(labels, label_header, 2, 10);
    expect(kl_image_set_open(&set, images, labels) == NULL && set.count == 2, "a set is opened");
    expect(kl_image_set_read(&set, 1, pixels, &label) && label == 9 &&
               pixels[0] == ((16 + KL_IDX_PIXELS) & 255),
           "an image and its label are found by index");
    expect(!kl_image_set_read(&set, 2, pixels, &label), "an index beyond the end is refused");
    kl_image_set_close(&set);

    write_file(images, image_header, 4, 16 + 2 * KL_IDX_PIXELS - 1);
    expect(kl_image_set_open(&set, images, labels) != NULL, "cut images are refused");
    write_file(images, wrong_side, 4, 16 + 2 * KL_IDX_PIXELS);
    expect(kl_image_set_open(&set, images, labels) != NULL, "images of another size are refused");
    write_file(images, huge, 4, 64);
    write_file(labels, huge_labels, 2, 64);
    expect(kl_image_set_open(&set, images, labels) != NULL, "an absurd count is refused");
    write_file(images, image_header, 4, 16 + 2 * KL_IDX_PIXELS);
    write_file(labels, label_header, 2, 9);
    expect(kl_image_set_open(&set, images, labels) != NULL, "cut labels are refused");
    remove(labels);
    expect(kl_image_set_open(&set, images, labels) != NULL, "missing labels are refused");
    remove(images);
}

// The printed lines are compared with runtime_test.txt.
static void put_numbers(void) {
    kl_put_unsigned(0);
    kl_put(" ");
    kl_put_unsigned(4294967295u);
    kl_put(" ");
    kl_put_signed(-2147483647 - 1);
    kl_put(" ");
    kl_put_hex(0x1badf00du);
    kl_put("\n");
    kl_put_float(2.5f, 4);
    kl_put(" ");
    kl_put_float(0.99996f, 4);
    kl_put(" ");
    kl_put_float(-0.0625f, 3);
    kl_put(" ");
    kl_put_float(1.5f, 0);
    kl_put(" ");
    kl_put_float(5e9f, 2);
    kl_put("\n");
}

int main(int argc, char **argv) {
    char images[1024], labels[1024];
    // Files of the test go beside the program.
    snprintf(images, sizeof images, "%s.images", argc > 0 ? argv[0] : "runtime-test");
    snprintf(labels, sizeof labels, "%s.labels", argc > 0 ? argv[0] : "runtime-test");
    test_arguments();
    test_numbers();
    test_image_sets(images, labels);
    test_collecting_arguments();
    put_numbers();
    printf("%s\n", failures == 0 ? "runtime: passed" : "runtime: FAILED");
    return failures == 0 ? 0 : 1;
}
