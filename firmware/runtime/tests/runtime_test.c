// SPDX-License-Identifier: Apache-2.0

// Host tests of the runtime's portable part. `make test` compares all output with runtime_test.txt,
// which is how the functions that print are tested.

#include "runtime/arguments.h"
#include "runtime/idx.h"
#include "runtime/text.h"

#include <stdio.h>
#include <string.h>

static int failures;
static char labels_name[1024];

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

// Writes the images, and opens them with the labels that are there.
static const char *open_set(struct KlImageSet *set, const char *images, const uint32_t *words,
                            int count, int length) {
    const char *file;
    write_file(images, words, count, length);
    return kl_image_set_open(set, images, labels_name, &file);
}

static int opens(const char *images, const uint32_t *words, int count, int length) {
    struct KlImageSet set;
    const int opened = open_set(&set, images, words, count, length) == NULL;
    if (opened)
        kl_image_set_close(&set);
    return opened;
}

static void test_image_shapes(const char *images) {
    const uint32_t labels[] = {0x801, 2}, vectors[] = {0x802, 2, 5};
    const uint32_t grey[] = {0x803, 2, 3, 4}, colour[] = {0x904, 2, 3, 4, 2};
    struct KlImageSet set;
    uint8_t row[8], label = 0;
    write_file(labels_name, labels, 2, 10);
    expect(open_set(&set, images, grey, 4, 16 + 24) == NULL && set.count == 2 && set.height == 3 &&
               set.width == 4 && set.channels == 1 && !set.is_signed,
           "three dimensions are images of one channel");
    expect(kl_image_set_label(&set, 1, &label) && label == 9, "a label is found by index");
    expect(kl_image_set_seek(&set, 1, 0) && kl_image_set_read(&set, row, 4) && row[0] == 16 + 12 &&
               kl_image_set_read(&set, row, 4) && row[0] == 16 + 12 + 4,
           "an image is found by index, and its rows follow each other");
    expect(kl_image_set_seek(&set, 1, 2) && kl_image_set_read(&set, row, 4) && row[0] == 16 + 20,
           "a row is found by index");
    expect(!kl_image_set_seek(&set, 1, 3) && !kl_image_set_seek(&set, 2, 0) &&
               !kl_image_set_label(&set, 2, &label),
           "an index beyond the end is refused");
    kl_image_set_close(&set);
    expect(open_set(&set, images, colour, 5, 20 + 48) == NULL && set.channels == 2 && set.is_signed,
           "a fourth dimension is that of channels; type 9 is signed");
    expect(kl_image_set_seek(&set, 1, 0) && kl_image_set_read(&set, row, 8) && row[0] == 20 + 24,
           "an image of several channels is found by index");
    kl_image_set_close(&set);
    expect(open_set(&set, images, vectors, 3, 12 + 10) == NULL && set.height == 1 &&
               set.width == 1 && set.channels == 5,
           "two dimensions are vectors");
    kl_image_set_close(&set);
}

static void test_wrong_image_sets(const char *images) {
    const uint32_t labels[] = {0x801, 2}, grey[] = {0x803, 2, 3, 4}, more_labels[] = {0x801, 3};
    const uint32_t words[] = {0xC03, 2, 3, 4}, no_rows[] = {0x803, 2, 0, 4};
    const uint32_t huge[] = {0x804, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu};
    const uint32_t empty[] = {0x803, 0, 3, 4};
    struct KlImageSet set;
    const char *file;
    write_file(labels_name, labels, 2, 10);
    expect(opens(images, grey, 4, 40) && !opens(images, grey, 4, 39), "cut images are refused");
    expect(!opens(images, words, 4, 100), "values of more than a byte are refused");
    expect(!opens(images, labels, 2, 10), "one dimension is refused");
    expect(!opens(images, no_rows, 4, 16), "images without rows are refused");
    expect(!opens(images, empty, 4, 16), "an empty set is refused");
    expect(!opens(images, huge, 5, 100), "absurd extents are refused");
    expect(!opens(images, grey, 4, 11), "a cut header is refused");
    write_file(labels_name, labels, 2, 9);
    expect(!opens(images, grey, 4, 40), "cut labels are refused");
    write_file(labels_name, more_labels, 2, 11);
    expect(!opens(images, grey, 4, 40), "more labels than images are refused");
    remove(labels_name);
    expect(!opens(images, grey, 4, 40), "missing labels are refused");
    expect(kl_image_set_open(&set, images, labels_name, &file) != NULL && file == labels_name,
           "the file that is wrong is named");
    remove(images);
    expect(kl_image_set_open(&set, images, labels_name, &file) != NULL && file == images,
           "missing images are refused");
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
    char images[1024];
    // Files of the test go beside the program.
    snprintf(images, sizeof images, "%s.images", argc > 0 ? argv[0] : "runtime-test");
    snprintf(labels_name, sizeof labels_name, "%s.labels", argc > 0 ? argv[0] : "runtime-test");
    test_arguments();
    test_numbers();
    test_image_shapes(images);
    test_wrong_image_sets(images);
    test_collecting_arguments();
    put_numbers();
    printf("%s\n", failures == 0 ? "runtime: passed" : "runtime: FAILED");
    return failures == 0 ? 0 : 1;
}
