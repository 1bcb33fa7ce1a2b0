// SPDX-License-Identifier: Apache-2.0

// runtime/store.h on a flash that loses power after a given number of operations.

#include "runtime/store.h"

#include "runtime/flash.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// The flash: 4 sectors of 256 bytes. The operation at which the power fails is done by half: of an
// erase or of a word only some bits change, in a way that differs from cut to cut.
enum { CAPACITY = 1024, SECTOR = 256 };

static uint8_t flash[CAPACITY];
static uint32_t capacity = CAPACITY;
static int32_t operations_left;
static int32_t erases[CAPACITY / SECTOR];
static uint32_t noise;

static const char *const power_failed = "the power failed";

static uint32_t next_noise(void) {
    noise = noise * 1664525 + 1013904223;
    return noise;
}

uint32_t kl_flash_capacity(void) {
    return capacity;
}

const char *kl_flash_erase(uint32_t bytes) {
    if (bytes > capacity)
        return "too small";
    for (uint32_t offset = 0; offset < bytes; offset += SECTOR) {
        if (operations_left < 0)
            return power_failed;
        erases[offset / SECTOR]++;
        const bool is_last = operations_left-- == 0;
        for (uint32_t i = 0; i < SECTOR; i++)
            flash[offset + i] |= is_last ? (uint8_t)(next_noise() >> 16) : 0xFF;
        if (is_last) {
            operations_left = -1;
            return power_failed;
        }
    }
    return NULL;
}

const char *kl_flash_program(uint32_t offset, const uint32_t *words, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (operations_left < 0)
            return power_failed;
        uint32_t word;
        memcpy(&word, flash + offset + 4 * i, 4);
        if (operations_left-- == 0) {
            word &= words[i] | next_noise();
            memcpy(flash + offset + 4 * i, &word, 4);
            operations_left = -1;
            return power_failed;
        }
        word &= words[i];
        memcpy(flash + offset + 4 * i, &word, 4);
        if (word != words[i])
            return "was not erased";
    }
    return NULL;
}

const char *kl_flash_read(uint32_t offset, void *bytes, uint32_t length) {
    if (offset > capacity || length > capacity - offset)
        return "too small";
    memcpy(bytes, flash + offset, length);
    return NULL;
}

static uint8_t weights[3], biases[401], residuals[9];
static const kl_parameter parameters[] = {
    {"weights", weights, NULL, sizeof weights},
    {"biases", biases, NULL, sizeof biases},
    {"residuals", residuals, NULL, sizeof residuals},
};
enum { PARAMETERS = 3, FINGERPRINT = 0x12345678 };

static void fill(uint8_t seed) {
    for (int32_t i = 0; i < PARAMETERS; i++)
        for (uint32_t j = 0; j < parameters[i].bytes; j++)
            ((uint8_t *)parameters[i].data)[j] = (uint8_t)(seed * (j + 7) + (uint32_t)i);
}

static bool holds(uint8_t seed) {
    for (int32_t i = 0; i < PARAMETERS; i++)
        for (uint32_t j = 0; j < parameters[i].bytes; j++)
            if (((const uint8_t *)parameters[i].data)[j] != (uint8_t)(seed * (j + 7) + (uint32_t)i))
                return false;
    return true;
}

static const char *save(uint8_t seed, int32_t operations) {
    operations_left = operations;
    fill(seed);
    return kl_store_save(parameters, PARAMETERS, FINGERPRINT);
}

// Loads over other bytes, which must stay when there is nothing to load.
static const char *load(void) {
    fill(99);
    const char *problem = kl_store_load(parameters, PARAMETERS, FINGERPRINT);
    return problem && !holds(99) ? "changed parameters although it failed" : problem;
}

static int failures;

static void expect(bool right, const char *what) {
    if (right)
        return;
    failures++;
    printf("failed: %s\n", what);
}

static void erase_all(void) {
    memset(flash, 0xFF, sizeof flash);
}

static void test_saving(void) {
    erase_all();
    expect(load() == kl_store_is_empty, "an erased flash holds nothing");
    memset(erases, 0, sizeof erases);
    expect(save(1, 10000) == NULL, "saves");
    expect(load() == NULL && holds(1), "loads what was saved");
    expect(save(2, 10000) == NULL, "saves again");
    expect(load() == NULL && holds(2), "loads what was saved last");
    expect(erases[0] == 2 && erases[1] == 2 && erases[2] == 0, "erases each sector once a save");
}

static void test_misfits(void) {
    erase_all();
    save(1, 10000);
    const char *problem = kl_store_load(parameters, PARAMETERS, FINGERPRINT + 1);
    expect(problem && strstr(problem, "another model"), "tells another fingerprint");
    problem = kl_store_load(parameters, PARAMETERS - 1, FINGERPRINT);
    expect(problem && strstr(problem, "another model"), "tells another length");
    capacity = 428;
    problem = save(3, 10000);
    capacity = CAPACITY;
    expect(problem && strstr(problem, "do not fit"), "refuses what does not fit");
    expect(load() == NULL && holds(1), "and leaves what was there");
    capacity = 429;
    expect(save(3, 10000) == NULL, "takes what fits just so");
    capacity = CAPACITY;
}

static void test_damage(void) {
    int32_t found = 0, saved = 16 + 3 + 401 + 9;
    for (int32_t i = 0; i < saved; i++) {
        erase_all();
        save(1, 10000);
        flash[i] ^= 0x10;
        const char *problem = load();
        const bool is_header = i < 12;
        found += problem && (is_header || strstr(problem, "CRC-32"));
    }
    expect(found == saved, "finds every damaged byte");
}

// Cuts the power at every operation of a save, on an erased flash and over an older copy.
static void test_power_loss(bool has_older) {
    int32_t older = 0, empty = 0, newer = 0, damaged = 0, cuts = 0;
    for (;; cuts++) {
        noise = (uint32_t)cuts;
        erase_all();
        if (has_older)
            save(1, 10000);
        const bool is_done = save(2, cuts) == NULL;
        const char *problem = load();
        if (problem)
            *(problem == kl_store_is_empty ? &empty : &damaged) += 1;
        else if (holds(1))
            older++;
        else
            newer += holds(2);
        expect(older + empty + newer + damaged == cuts + 1, "power loss leaves no mixture");
        expect(save(3, 10000) == NULL && load() == NULL && holds(3), "saves after a power loss");
        if (is_done)
            break;
    }
    expect(newer >= 1 && damaged == 0, "ends with the new copy");
    expect(older == 0 || has_older, "invents no older copy");
    printf("power cut at %d operations: older %d, nothing %d, new %d\n", (int)cuts, (int)older,
           (int)empty, (int)newer);
}

int main(void) {
    test_saving();
    test_misfits();
    test_damage();
    test_power_loss(false);
    test_power_loss(true);
    printf("%s\n", failures == 0 ? "store: passed" : "store: FAILED");
    return failures == 0 ? 0 : 1;
}
