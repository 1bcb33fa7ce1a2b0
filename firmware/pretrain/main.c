// SPDX-License-Identifier: Apache-2.0

// Trains the quick start's network in single precision on the 60,000 training images of
// Fashion-MNIST, upright and clean, quantises it and writes it as a TFLite file. Single-threaded,
// and every operation has one result on every IEEE-754 machine: the file comes out the same byte
// for byte.

#include "emit.h"
#include "files_folder.h"
#include "training.h"

#include <stdio.h>

enum { EPOCHS = 12, CALIBRATION_IMAGES = 1024, WEIGHT_SEED = 1, ORDER_SEED = 7 };

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: pretrain FOLDER-WITH-IMAGES MODEL.tflite\n");
        return 2;
    }
    kl_files_folder = argv[1];
    static struct Dataset training_images, test_images;
    static struct Network network;
    struct TensorScale scales[MAXIMUM_LAYERS + 1];

    dataset_load(&training_images, "train-images-idx3-ubyte", "train-labels-idx1-ubyte");
    dataset_load(&test_images, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte");
    network_create(&network, WEIGHT_SEED);
    train(&network, &training_images, EPOCHS, ORDER_SEED);
    fprintf(stderr, "float network: %.2f %% of the test images right\n",
            100.0 * (double)accuracy(&network, &test_images, test_images.count));

    calibrate(&network, &training_images, CALIBRATION_IMAGES, scales);
    FILE *file = fopen(argv[2], "wb");
    if (file != NULL)
        emit_network(&network, scales, file);
    if (file == NULL || ferror(file) || fclose(file) != 0) {
        fprintf(stderr, "pretrain: %s cannot be written\n", argv[2]);
        return 1;
    }
    return 0;
}
