// SPDX-License-Identifier: Apache-2.0
#include "dataset.h"

#include "network.h"
#include "runtime/idx.h"

#include <stdio.h>
#include <stdlib.h>

void dataset_load(struct Dataset *dataset, const char *images, const char *labels) {
    struct KlImageSet set;
    const char *reason = kl_image_set_open(&set, images, labels);
    if (reason != NULL) {
        fprintf(stderr, "pretrain: %s, %s: %s\n", images, labels, reason);
        exit(2);
    }
    dataset->count = (int)set.count;
    dataset->pixels = malloc((size_t)set.count * KL_IDX_PIXELS);
    dataset->labels = malloc(set.count);
    if (dataset->pixels == NULL || dataset->labels == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    for (uint32_t i = 0; i < set.count; i++)
        if (!kl_image_set_read(&set, i, dataset->pixels + i * KL_IDX_PIXELS, &dataset->labels[i]) ||
            dataset->labels[i] >= CLASSES) {
            fprintf(stderr, "pretrain: image %u cannot be read\n", (unsigned)i);
            exit(2);
        }
    kl_image_set_close(&set);
}

void dataset_image(const struct Dataset *dataset, int index, float *image) {
    const int frame = (SIDE - KL_IDX_SIDE) / 2;
    const uint8_t *pixels = dataset->pixels + index * KL_IDX_PIXELS;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int row = y - frame, column = x - frame;
            const int inside = row >= 0 && row < KL_IDX_SIDE && column >= 0 && column < KL_IDX_SIDE;
            image[y * SIDE + x] =
                inside ? (float)pixels[row * KL_IDX_SIDE + column] / 255.0f : 0.0f;
        }
}
