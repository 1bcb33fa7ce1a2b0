// SPDX-License-Identifier: Apache-2.0

// Makes the quick start's data of Fashion-MNIST's test images: the first 5,000 to learn from, the
// last 5,000 held out, as the device's camera sees them.

#include "camera.h"
#include "files_folder.h"
#include "runtime/idx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGES = 5000 }; // in each of the two sets

static void fail(const char *name, const char *reason) {
    fprintf(stderr, "fashion-data: %s %s\n", name, reason);
    exit(1);
}

static FILE *create(const char *folder, const char *name, const uint8_t *header, size_t length) {
    char path[4096];
    const int used = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = used > 0 && (size_t)used < sizeof path ? fopen(path, "wb") : NULL;
    if (file == NULL || fwrite(header, 1, length, file) != length)
        fail(name, "cannot be written");
    return file;
}

static void write_set(const struct KlImageSet *photos, uint32_t first, const struct Camera *camera,
                      const char *folder, const char *images_name, const char *labels_name) {
    static const uint8_t images_header[16] = {
        0, 0, 8, 3, 0, 0, IMAGES >> 8, IMAGES & 255, 0, 0, 0, IMAGE_SIDE, 0, 0, 0, IMAGE_SIDE,
    };
    static const uint8_t labels_header[8] = {0, 0, 8, 1, 0, 0, IMAGES >> 8, IMAGES & 255};
    FILE *images = create(folder, images_name, images_header, sizeof images_header);
    FILE *labels = create(folder, labels_name, labels_header, sizeof labels_header);
    for (uint32_t i = first; i < first + IMAGES; i++) {
        uint8_t photo[PHOTO_PIXELS], image[IMAGE_PIXELS], label;
        if (!kl_image_set_seek(photos, i, 0) || !kl_image_set_read(photos, photo, PHOTO_PIXELS) ||
            !kl_image_set_label(photos, i, &label))
            fail("an image", "cannot be read");
        camera_take(camera, photo, image);
        fwrite(image, 1, IMAGE_PIXELS, images);
        fwrite(&label, 1, 1, labels);
    }
    if (ferror(images) || ferror(labels) || fclose(images) != 0 || fclose(labels) != 0)
        fail(images_name, "cannot be written in full");
}

int main(int argc, char **argv) {
    struct KlImageSet photos;
    struct Camera camera;
    const char *name;
    if (argc == 4 && strcmp(argv[3], "columns") == 0) {
        camera = camera_with_column_noise();
    } else if (argc == 4 && strcmp(argv[3], "clean") == 0) {
        camera = camera_without_noise();
    } else {
        fprintf(stderr, "usage: fashion-data FASHION-MNIST-FOLDER OUT columns|clean\n");
        return 2;
    }
    kl_files_folder = argv[1];
    const char *reason =
        kl_image_set_open(&photos, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", &name);
    if (reason == NULL && (photos.height != PHOTO_SIDE || photos.width != PHOTO_SIDE ||
                           photos.channels != 1 || photos.is_signed))
        reason = "does not hold images of 28x28 unsigned bytes";
    if (reason == NULL && photos.count < 2 * IMAGES)
        reason = "holds fewer than 10000 images";
    if (reason != NULL)
        fail(name, reason);
    write_set(&photos, 0, &camera, argv[2], "train-images.idx", "train-labels.idx");
    write_set(&photos, IMAGES, &camera, argv[2], "test-images.idx", "test-labels.idx");
    kl_image_set_close(&photos);
    return 0;
}
