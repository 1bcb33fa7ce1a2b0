// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

#include "runtime/marker.h"
#include "runtime/model.h"
#include "runtime/text.h"

#include <stddef.h>
#include <string.h>

static void put_shape(uint32_t height, uint32_t width, uint32_t channels) {
    kl_put_unsigned(height);
    kl_put("x");
    kl_put_unsigned(width);
    kl_put("x");
    kl_put_unsigned(channels);
}

static void put_error(const char *name, const char *reason) {
    kl_put("error: ");
    kl_put(name);
    kl_put(" ");
    kl_put(reason);
    kl_put("\n");
}

// Rows, columns and channels of the model; or vectors with as many values.
static bool fits(const struct KlImageSet *set) {
    const uint32_t height = (uint32_t)kl_model.input.height, width = (uint32_t)kl_model.input.width;
    const uint32_t channels = (uint32_t)kl_model.input.channels;
    const bool is_vector = set->height == 1 && set->width == 1;
    return (set->height == height && set->width == width && set->channels == channels) ||
           (is_vector && set->channels == height * width * channels);
}

bool samples_open(struct Samples *samples, const char *images_name, const char *labels_name) {
    const char *name;
    samples->images_name = images_name;
    samples->labels_name = labels_name;
    const char *reason = kl_image_set_open(&samples->files, images_name, labels_name, &name);
    if (reason != NULL) {
        put_error(name, reason);
        return false;
    }
    if (fits(&samples->files))
        return true;
    kl_put("error: ");
    kl_put(images_name);
    kl_put(" holds samples of ");
    put_shape(samples->files.height, samples->files.width, samples->files.channels);
    kl_put(" (rows x columns x channels), the model needs ");
    put_shape((uint32_t)kl_model.input.height, (uint32_t)kl_model.input.width,
              (uint32_t)kl_model.input.channels);
    kl_put("\n");
    samples_close(samples);
    return false;
}

// Reads the next values of the chosen sample as the model wants them.
static bool read_values(const struct KlImageSet *set, int8_t *values, uint32_t count) {
    kl_phase_begin(KL_PHASE_INPUT);
    const bool read = kl_image_set_read(set, values, count);
    if (read && !set->is_signed) {
        uint8_t *bytes = (uint8_t *)values;
        for (uint32_t i = 0; i < count; i++)
            bytes[i] ^= 0x80; // 0...255 less 128, as two's complement
    }
    kl_phase_end(KL_PHASE_INPUT);
    return read;
}

// Turns a row's pixels round, each with its channels in order.
static void mirror_row(int8_t *row) {
    const int32_t channels = kl_model.input.channels;
    int8_t *left = row, *right = row + (kl_model.input.width - 1) * channels;
    for (; left < right; right -= 2 * channels)
        for (int32_t i = 0; i < channels; i++, left++, right++) {
            const int8_t value = *left;
            *left = *right;
            *right = value;
        }
}

static int32_t clamp(int32_t value, int32_t limit) {
    return value < 0 ? 0 : value < limit ? value : limit - 1;
}

// Moves a row's pixels to the right; the first one fills what they leave, or the last one.
static void move_row(int8_t *row, int32_t right) {
    const int32_t channels = kl_model.input.channels, width = kl_model.input.width;
    const int32_t step = right > 0 ? -1 : 1;
    for (int32_t i = 0, x = right > 0 ? width - 1 : 0; i < width && right != 0; i++, x += step)
        memmove(row + x * channels, row + clamp(x - right, width) * channels, (size_t)channels);
}

static void change_row(const struct Samples *samples, int8_t *row) {
    if (samples->mirrored)
        mirror_row(row);
    move_row(row, samples->right);
}

// A kl_row_source of the chosen sample; rows in order need no seeking.
static bool read_row(void *context, int32_t row, int8_t *destination) {
    struct Samples *samples = context;
    const uint32_t source = (uint32_t)clamp(row - samples->down, kl_model.input.height);
    if (source != samples->next_row && !kl_image_set_seek(&samples->files, samples->index, source))
        return false;
    samples->next_row = source + 1;
    if (!read_values(&samples->files, destination,
                     (uint32_t)(kl_model.input.width * kl_model.input.channels)))
        return false;
    change_row(samples, destination);
    return true;
}

static bool read_label(const struct Samples *samples, uint32_t index, int32_t *label) {
    uint8_t byte = 0;
    kl_phase_begin(KL_PHASE_INPUT);
    const bool read = kl_image_set_label(&samples->files, index, &byte);
    kl_phase_end(KL_PHASE_INPUT);
    *label = byte;
    if (!read) {
        put_error(samples->labels_name, "cannot be read");
    } else if (*label >= kl_model.classes) {
        kl_put("error: ");
        kl_put(samples->labels_name);
        kl_put(" gives sample ");
        kl_put_unsigned(index);
        kl_put(" the label ");
        kl_put_signed(*label);
        kl_put("; the model's are 0...");
        kl_put_signed(kl_model.classes - 1);
        kl_put("\n");
    }
    return read && *label < kl_model.classes;
}

static bool read_whole(struct Samples *samples) {
    const int32_t row = kl_model.input.width * kl_model.input.channels;
    int8_t *values = kl_model_input();
    for (int32_t y = 0; samples->down != 0 && y < kl_model.input.height; y++)
        if (!read_row(samples, y, values + y * row))
            return false;
    if (samples->down != 0)
        return true;
    if (!kl_image_set_seek(&samples->files, samples->index, 0) ||
        !read_values(&samples->files, values, (uint32_t)(kl_model.input.height * row)))
        return false;
    for (int32_t y = 0; y < kl_model.input.height; y++)
        change_row(samples, values + y * row);
    return true;
}

bool samples_choose(struct Samples *samples, uint32_t index, int32_t *label) {
    samples->index = index;
    samples->next_row = UINT32_MAX; // the file is at another sample
    if (!read_label(samples, index, label))
        return false;
    if (kl_model.reads_rows)
        kl_model_set_rows(read_row, samples);
    else if (!read_whole(samples)) {
        samples_put_error(samples);
        return false;
    }
    return true;
}

void samples_put_error(const struct Samples *samples) {
    put_error(samples->images_name, "cannot be read");
}

void samples_close(struct Samples *samples) {
    kl_image_set_close(&samples->files);
}
