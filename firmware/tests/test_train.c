// SPDX-License-Identifier: Apache-2.0

// Tests of apps/train on a toy model (train_model.c). The output of its whole runs is compared with
// test_train.txt.

#include "apps/train/order.h"
#include "apps/train/samples.h"
#include "apps/train/schedule.h"
#include "runtime/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#undef main                          // the Makefile renames that of the program
int app_main(int argc, char **argv); // apps/train/main.c
const int8_t *toy_input(void);       // train_model.c
extern const char *kl_files_folder;  // runtime/host

enum { VALUES = 12, TRAINING = 5, TEST = 4 };

static int failures;
static char folder[1024];

static void expect(int condition, const char *sentence) {
    if (condition)
        return;
    printf("FAILED: %s\n", sentence);
    failures++;
}

// Every epoch is a permutation, and no two epochs or seeds give the same one.
static void test_order(void) {
    static const uint32_t counts[] = {1, 2, 3, 4, 5, 16, 17, 100, 1000, 3068, 5000};
    static uint8_t seen[5000];
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const uint32_t count = counts[i];
        uint32_t same_as_epoch_1 = 0, same_as_seed_2 = 0, distinct = 0;
        memset(seen, 0, count);
        for (uint32_t position = 0; position < count; position++) {
            const uint32_t sample = order_sample(position, count, 1);
            if (sample < count && !seen[sample]++)
                distinct++;
            same_as_epoch_1 += sample == order_sample(position + count, count, 1);
            same_as_seed_2 += sample == order_sample(position, count, 2);
        }
        expect(distinct == count, "an epoch has every sample once");
        expect(count < 16 || (same_as_epoch_1 < count / 2 && same_as_seed_2 < count / 2),
               "epochs and seeds differ in their order");
    }
}

// Where a sample stands should say nothing of where it came from: over many seeds each of 6 samples
// is at each of 6 places a sixth of the time, give or take four standard deviations.
static void test_fairness(void) {
    enum { COUNT = 6, SEEDS = 6000, MEAN = SEEDS / COUNT, DEVIATIONS = 4 * 29 };
    int at[COUNT][COUNT] = {{0}};
    for (uint32_t seed = 0; seed < SEEDS; seed++)
        for (uint32_t position = 0; position < COUNT; position++)
            at[position][order_sample(position, COUNT, seed)]++;
    int fair = 1;
    for (int i = 0; i < COUNT * COUNT; i++)
        fair = fair && abs(at[i / COUNT][i % COUNT] - MEAN) <= DEVIATIONS;
    expect(fair, "every order is as likely as another");
}

static void test_mirroring(void) {
    int mirrored = 0, same_as_seed_2 = 0;
    for (uint32_t position = 0; position < 10000; position++) {
        mirrored += order_mirrors(position, 1);
        same_as_seed_2 += order_mirrors(position, 1) == order_mirrors(position, 2);
    }
    // Four standard deviations.
    expect(abs(mirrored - 5000) < 200 && abs(same_as_seed_2 - 5000) < 200,
           "half of the samples are mirrored, others with another seed");
}

static void test_shifts(void) {
    int count[7] = {0}, equal = 0, is_still = 1;
    for (uint32_t position = 0; position < 7000; position++) {
        const int32_t down = order_shift(position, 1, 0, 3);
        if (down < -3 || down > 3)
            is_still = 0;
        else
            count[down + 3]++;
        equal += down == order_shift(position, 1, 1, 3);
        is_still = is_still && order_shift(position, 1, 0, 0) == 0;
    }
    int fair = 1;
    for (int i = 0; i < 7; i++)
        fair = fair && abs(count[i] - 1000) < 118; // four standard deviations
    expect(is_still && fair, "samples move within the limit, each distance as often as another");
    expect(abs(equal - 1000) < 118, "both axes by themselves");
}

static int near(float value, float wanted) {
    return value > wanted - 1e-5f && value < wanted + 1e-5f;
}

static void test_schedules(void) {
    expect(schedule_factor(SCHEDULE_CONSTANT, 3, 4) == 1.0f, "a constant rate stays");
    expect(schedule_factor(SCHEDULE_LINEAR, 0, 4) == 1.0f &&
               schedule_factor(SCHEDULE_LINEAR, 3, 4) == 0.25f,
           "a linear rate falls along a line to 0");
    // (1 + cos(pi x)) / 2
    expect(near(schedule_factor(SCHEDULE_COSINE, 0, 12), 1.0f) &&
               near(schedule_factor(SCHEDULE_COSINE, 2, 12), 0.9330127f) &&
               near(schedule_factor(SCHEDULE_COSINE, 4, 12), 0.75f) &&
               near(schedule_factor(SCHEDULE_COSINE, 6, 12), 0.5f) &&
               near(schedule_factor(SCHEDULE_COSINE, 11, 12), 0.0170371f),
           "a cosine rate falls along half a wave");
}

static void write_file(const char *name, const uint8_t *bytes, size_t length) {
    char path[1100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) {
        printf("FAILED: cannot write %s\n", path);
        exit(1);
    }
}

// `count` samples of 2x3x2: the first value of each is its label, the second its number, the first
// of its second row one more than its label; all other values are 7. As unsigned bytes 128 more.
static void write_samples(const char *images, const char *labels, uint8_t count, int is_signed,
                          uint8_t width) {
    uint8_t bytes[20 + 16 * VALUES] = {
        0, 0, is_signed ? 9 : 8, 4, 0, 0, 0, count, 0, 0, 0, 2, 0, 0, 0, width, 0, 0, 0, 2};
    uint8_t names[8 + 16] = {0, 0, 8, 1, 0, 0, 0, count};
    for (int i = 0; i < count; i++) {
        uint8_t *sample = bytes + 20 + i * VALUES;
        memset(sample, 7, VALUES);
        names[8 + i] = sample[0] = (uint8_t)(i % 3);
        sample[1] = (uint8_t)i;
        sample[6] = (uint8_t)(i % 3 + 1);
        for (int k = 0; k < VALUES && !is_signed; k++)
            sample[k] ^= 0x80;
    }
    write_file(images, bytes, 20 + (size_t)count * VALUES);
    write_file(labels, names, 8 + (size_t)count);
}

static void run(const char *arguments) {
    char line[256];
    char program[] = "train", option[] = "--files";
    char *argv[16] = {program, option, folder};
    int argc = 3;
    snprintf(line, sizeof line, "%s", arguments);
    for (char *word = strtok(line, " "); word != NULL && argc < 15; word = strtok(NULL, " "))
        argv[argc++] = word;
    printf("\n> train %s\n", arguments);
    printf("exit code %d\n", app_main(argc, argv));
}

// Sample 4 of write_samples, changed, is `wanted`: rows of pixels, named by their first value.
static void expect_sample(int mirrored, int32_t down, int32_t right, const int8_t *wanted,
                          const char *what) {
    static struct Samples samples;
    int32_t label;
    int is_equal = samples_open(&samples, "train-images.idx", "train-labels.idx");
    samples.mirrored = mirrored;
    samples.down = down;
    samples.right = right;
    // Sample 3 first, so that its file is elsewhere.
    for (uint32_t index = 3; index < 5; index++)
        is_equal = is_equal && samples_choose(&samples, index, &label) && kl_model_forward();
    for (int i = 0; i < 6; i++)
        is_equal = is_equal && toy_input()[2 * i] == wanted[i];
    samples_close(&samples);
    expect(is_equal, what);
}

static void test_moving(void) {
    kl_files_folder = folder;
    write_samples("train-images.idx", "train-labels.idx", 5, 0, 3);
    expect_sample(0, 0, 0, (const int8_t[]){1, 7, 7, 2, 7, 7}, "a sample as it is");
    expect_sample(1, 0, 0, (const int8_t[]){7, 7, 1, 7, 7, 2}, "mirrored");
    expect_sample(0, 1, 0, (const int8_t[]){1, 7, 7, 1, 7, 7}, "moved down, the edge goes on");
    expect_sample(0, -1, 0, (const int8_t[]){2, 7, 7, 2, 7, 7}, "moved up");
    expect_sample(0, 0, 1, (const int8_t[]){1, 1, 7, 2, 2, 7}, "moved right");
    expect_sample(1, -5, -1, (const int8_t[]){7, 2, 2, 7, 2, 2}, "mirrored, then up and left");
    expect_sample(0, 0, 64, (const int8_t[]){1, 1, 1, 2, 2, 2}, "moved out, but for its edge");
}

static void test_runs(void) {
    write_samples("train-images.idx", "train-labels.idx", 5, 0, 3);
    write_samples("test-images.idx", "test-labels.idx", 4, 1, 3);
    run("steps=3 lr=0.5 report=2 seed=3");
    run("epochs=2 batch=2 lr=0.5 schedule=linear eval=0 report=100");
    run("steps=0 eval=3");
    run("epochs=1 lr=0.5 mirror=on eval=0");
}

// The second start ends with the hash of the first one's parameters, the third one's is its own.
static void test_saving(void) {
    char path[1100];
    snprintf(path, sizeof path, "%s/flash.bin", folder);
    remove(path);
    run("steps=1 eval=0 load=on save=on");
    run("steps=0 eval=0 load=on");
    run("steps=0 eval=0");
    remove(path);
    mkdir(path, 0777); // nothing can be written there
    run("steps=0 eval=0 save=on");
    remove(path);
}

static void test_errors(void) {
    run("step=3");
    run("steps=3 epochs=2");
    run("epochs=10000 batch=0");
    run("lr=fast");
    run("schedule=square");
    run("qas=maybe rounding=up");
    run("seed");
    write_samples("train-images.idx", "train-labels.idx", 6, 0, 2);
    run("steps=1 eval=0");
    write_samples("train-images.idx", "train-labels.idx", 6, 0, 3);
    write_samples("train-images.idx", "more-labels.idx", 5, 0, 3);
    run("steps=1 eval=0");
    write_file("train-labels.idx", (const uint8_t[]){0, 0, 8, 1, 0, 0, 0, 5, 3, 3, 3, 3, 3}, 13);
    run("steps=1 eval=0");
    write_file("test-images.idx", (const uint8_t[]){0, 0, 8}, 3);
    run("steps=0 eval=1");
}

int main(int argc, char **argv) {
    snprintf(folder, sizeof folder, "%s.files", argc > 0 ? argv[0] : "train-test");
    mkdir(folder, 0777);
    test_order();
    test_fairness();
    test_mirroring();
    test_shifts();
    test_schedules();
    test_moving();
    test_runs();
    test_saving();
    test_errors();
    printf("\n%s\n", failures == 0 ? "train: passed" : "train: FAILED");
    return failures == 0 ? 0 : 1;
}
