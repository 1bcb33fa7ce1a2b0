// SPDX-License-Identifier: Apache-2.0
#include "runtime/idx.h"

#include <stddef.h>

enum { IMAGES_MAGIC = 0x803, LABELS_MAGIC = 0x801, IMAGES_HEADER = 16, LABELS_HEADER = 8 };

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static const char *check_images(struct KlImageSet *set) {
    uint8_t header[IMAGES_HEADER];
    if (set->images < 0)
        return "cannot open the images";
    if (!kl_file_read(set->images, header, sizeof header) || big_endian(header) != IMAGES_MAGIC)
        return "the images are no IDX file of bytes in three dimensions";
    if (big_endian(header + 8) != KL_IDX_SIDE || big_endian(header + 12) != KL_IDX_SIDE)
        return "the images are not 28x28";
    set->count = big_endian(header + 4);
    const uint64_t needed = IMAGES_HEADER + (uint64_t)set->count * KL_IDX_PIXELS;
    const int32_t length = kl_file_length(set->images);
    if (length < 0 || (uint64_t)length < needed)
        return "the images are cut short";
    return NULL;
}

static const char *check_labels(const struct KlImageSet *set) {
    uint8_t header[LABELS_HEADER];
    if (set->labels < 0)
        return "cannot open the labels";
    if (!kl_file_read(set->labels, header, sizeof header) || big_endian(header) != LABELS_MAGIC)
        return "the labels are no IDX file of bytes in one dimension";
    if (big_endian(header + 4) != set->count)
        return "there are not as many labels as images";
    const int32_t length = kl_file_length(set->labels);
    if (length < 0 || (uint64_t)length < LABELS_HEADER + (uint64_t)set->count)
        return "the labels are cut short";
    return NULL;
}

const char *kl_image_set_open(struct KlImageSet *set, const char *images, const char *labels) {
    set->images = kl_file_open(images, KL_FILE_READ);
    set->labels = kl_file_open(labels, KL_FILE_READ);
    const char *reason = check_images(set);
    if (reason == NULL)
        reason = check_labels(set);
    if (reason != NULL)
        kl_image_set_close(set);
    return reason;
}

bool kl_image_set_read(const struct KlImageSet *set, uint32_t index, uint8_t pixels[KL_IDX_PIXELS],
                       uint8_t *label) {
    return index < set->count && kl_file_seek(set->images, IMAGES_HEADER + index * KL_IDX_PIXELS) &&
           kl_file_read(set->images, pixels, KL_IDX_PIXELS) &&
           kl_file_seek(set->labels, LABELS_HEADER + index) && kl_file_read(set->labels, label, 1);
}

void kl_image_set_close(struct KlImageSet *set) {
    if (set->images >= 0)
        kl_file_close(set->images);
    if (set->labels >= 0)
        kl_file_close(set->labels);
    set->images = set->labels = -1;
}
