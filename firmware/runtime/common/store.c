// SPDX-License-Identifier: Apache-2.0
#include "runtime/store.h"

#include "runtime/flash.h"

#include <stddef.h>
#include <string.h>

// In front of the parameters' bytes, which follow one another without gaps; all words are in the
// byte order of the core.
struct Header {
    uint32_t magic; // written last
    uint32_t fingerprint;
    uint32_t bytes; // of all parameters
    uint32_t crc;   // of fingerprint, bytes and parameters
};

static const uint32_t magic = 0x314C4B53; // "SKL1"

enum { CHUNK_WORDS = 64 };

const char kl_store_is_empty[] = "nothing is saved";

// CRC-32 as in IEEE 802.3 (polynomial 0x04C11DB7, reflected), half a byte at a time.
static uint32_t crc32(uint32_t crc, const void *data, uint32_t length) {
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
        0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
        0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    const uint8_t *bytes = data;
    crc = ~crc;
    for (uint32_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

static uint32_t head_crc(uint32_t fingerprint, uint32_t bytes) {
    const uint32_t words[2] = {fingerprint, bytes};
    return crc32(0, words, sizeof words);
}

static uint32_t total_bytes(const kl_parameter *parameters, int32_t count) {
    uint32_t bytes = 0;
    for (int32_t i = 0; i < count; i++)
        bytes += parameters[i].bytes;
    return bytes;
}

// Writes all parameters behind the header, chunk by chunk: they need not end at words.
static const char *write_parameters(const kl_parameter *parameters, int32_t count) {
    uint32_t chunk[CHUNK_WORDS];
    uint32_t filled = 0, offset = sizeof(struct Header);
    const char *problem = NULL;
    for (int32_t i = 0; i < count && !problem; i++) {
        const uint8_t *data = parameters[i].data;
        for (uint32_t done = 0; done < parameters[i].bytes && !problem;) {
            uint32_t part = (uint32_t)sizeof chunk - filled;
            if (part > parameters[i].bytes - done)
                part = parameters[i].bytes - done;
            memcpy((uint8_t *)chunk + filled, data + done, part);
            filled += part;
            done += part;
            if (filled == sizeof chunk) {
                problem = kl_flash_program(offset, chunk, CHUNK_WORDS);
                offset += (uint32_t)sizeof chunk;
                filled = 0;
            }
        }
    }
    if (filled == 0 || problem)
        return problem;
    memset((uint8_t *)chunk + filled, 0xFF, sizeof chunk - filled);
    return kl_flash_program(offset, chunk, (filled + 3) / 4);
}

const char *kl_store_save(const kl_parameter *parameters, int32_t count, uint32_t fingerprint) {
    struct Header header = {magic, fingerprint, total_bytes(parameters, count), 0};
    const uint32_t capacity = kl_flash_capacity();
    if (capacity < sizeof header || header.bytes > capacity - sizeof header)
        return capacity == 0 ? kl_flash_erase(1)
                             : "the trained parameters do not fit into the flash kept for them";
    header.crc = head_crc(fingerprint, header.bytes);
    for (int32_t i = 0; i < count; i++)
        header.crc = crc32(header.crc, parameters[i].data, parameters[i].bytes);

    uint32_t before = 0;
    const char *problem = kl_flash_read(0, &before, sizeof before);
    if (!problem && before == magic) {
        const uint32_t invalid = 0;
        problem = kl_flash_program(0, &invalid, 1);
    }
    if (!problem)
        problem = kl_flash_erase((uint32_t)sizeof header + header.bytes);
    if (!problem)
        problem = write_parameters(parameters, count);
    if (!problem)
        problem = kl_flash_program(offsetof(struct Header, fingerprint), &header.fingerprint, 3);
    return problem ? problem : kl_flash_program(0, &header.magic, 1);
}

// The CRC of what is saved, read in chunks.
static const char *saved_crc(uint32_t *crc, uint32_t bytes) {
    uint8_t chunk[4 * CHUNK_WORDS];
    const char *problem = NULL;
    for (uint32_t done = 0; done < bytes && !problem;) {
        const uint32_t left = bytes - done;
        const uint32_t part = left < sizeof chunk ? left : (uint32_t)sizeof chunk;
        problem = kl_flash_read((uint32_t)sizeof(struct Header) + done, chunk, part);
        *crc = crc32(*crc, chunk, part);
        done += part;
    }
    return problem;
}

const char *kl_store_load(const kl_parameter *parameters, int32_t count, uint32_t fingerprint) {
    struct Header header;
    const char *problem = kl_flash_read(0, &header, sizeof header);
    if (problem)
        return problem;
    if (header.magic != magic)
        return kl_store_is_empty;
    if (header.fingerprint != fingerprint || header.bytes != total_bytes(parameters, count))
        return "what is saved belongs to another model, scheme or memory layout";
    uint32_t crc = head_crc(fingerprint, header.bytes);
    problem = saved_crc(&crc, header.bytes);
    if (problem)
        return problem;
    if (crc != header.crc)
        return "what is saved is damaged: its CRC-32 does not fit";
    uint32_t offset = sizeof header;
    for (int32_t i = 0; i < count && !problem; i++) {
        problem = kl_flash_read(offset, parameters[i].data, parameters[i].bytes);
        offset += parameters[i].bytes;
    }
    return problem;
}
