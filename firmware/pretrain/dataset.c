// SPDX-License-Identifier: Apache-2.0
#include "dataset.h"

#include "network.h"
#include "runtime/idx.h"

#include <stdio.h>
#include <stdlib.h>

void dataset_load(struct Dataset *dataset, const char *images, const char *labels) {
    struct KlImageSet set;
    const char *file;
    const char *reason = kl_image_set_open(&set, images, labels, &file);
    if (reason == NULL &&
        (set.height != PHOTO_SIDE || set.width != PHOTO_SIDE || set.channels != 1 || set.is_signed))
        reason = "does not hold images of 28x28 unsigned bytes";
    if (reason != NULL) {
        fprintf(stderr, "pretrain: %s %s\n", file, reason);
        exit(2);
    }
    dataset->count = (int)set.count;
    dataset->pixels = malloc((size_t)set.count * PHOTO_PIXELS);
    dataset->labels = malloc(set.count);
    if (dataset->pixels == NULL || dataset->labels == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    for (uint32_t i = 0; i < set.count; i++)
        if (!kl_image_set_seek(&set, i, 0) ||
            !kl_image_set_read(&set, dataset->pixels + i * PHOTO_PIXELS, PHOTO_PIXELS) ||
            !kl_image_set_label(&set, i, &dataset->labels[i]) || dataset->labels[i] >= CLASSES) {
            fprintf(stderr, "pretrain: image %u cannot be read\n", (unsigned)i);
            exit(2);
        }
    kl_image_set_close(&set);
}

void dataset_image(const struct Dataset *dataset, int index, float *image) {
    const int frame = (SIDE - PHOTO_SIDE) / 2;
    const uint8_t *pixels = dataset->pixels + index * PHOTO_PIXELS;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int row = y - frame, column = x - frame;
            const int inside = row >= 0 && row < PHOTO_SIDE && column >= 0 && column < PHOTO_SIDE;
            image[y * SIDE + x] = inside ? (float)pixels[row * PHOTO_SIDE + column] / 255.0f : 0.0f;
        }
}
