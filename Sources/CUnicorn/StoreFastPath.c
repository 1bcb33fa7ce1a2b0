// SPDX-License-Identifier: GPL-2.0-or-later
#include <malloc.h>
#include <string.h>

#include "CUnicorn.h"
#include "Internals.h"

_Thread_local kl_fast_path *kl_current_path;

kl_fast_path *kl_fast_path_enter(kl_fast_path *context) {
    kl_fast_path *before = kl_current_path;
    kl_current_path = context;
    return before;
}

static const kl_region *region_of(const kl_fast_path *context, uint64_t address) {
    for (uint32_t i = 0; i < context->region_count; i++) {
        const kl_region *region = &context->regions[i];
        if (address - region->origin < region->length) {
            return region;
        }
    }
    return NULL;
}

bool kl_has_code(const kl_fast_path *context, uint64_t address, uint64_t size) {
    uint64_t page = (uint64_t)1 << context->page_bits;
    uint64_t end = address + size;
    for (uint64_t at = address & ~(page - 1); at < end; at += page) {
        const kl_region *region = region_of(context, at < address ? address : at);
        if (region != NULL &&
            region->code_pages[(at - region->origin) >> context->page_bits] != 0) {
            return true;
        }
    }
    return false;
}

// Of Unicorn 2.0.x, in its static and shared library. Weak: without them there is no fast path.
__attribute__((weak)) void *qemu_get_cpu_arm(uc_engine *engine, int index);
__attribute__((weak)) void tlb_set_dirty_arm(void *cpu, uint32_t address);
__attribute__((weak)) void tlb_flush_arm(void *cpu);
__attribute__((weak)) bool arm_cpu_tlb_fill_arm(void *cpu, uint64_t address, int size, int access,
                                                int mmu_index, bool is_probe,
                                                uintptr_t return_address);

typedef bool (*fill_function)(void *cpu, uint64_t address, int size, int access, int mmu_index,
                              bool is_probe, uintptr_t return_address);

bool kl_fast_path_is_linked(void) {
    return qemu_get_cpu_arm != NULL && tlb_set_dirty_arm != NULL && tlb_flush_arm != NULL &&
           arm_cpu_tlb_fill_arm != NULL && uc_version(NULL, NULL) >> 24 == 2;
}

bool kl_is_unicorn_static(void) {
#ifdef KINGLET_STATIC_UNICORN
    return true;
#else
    return false;
#endif
}

// What the core calls when an access finds no entry in its TLB, in place of the original.
static bool fill_page(void *cpu, uint64_t address, int size, int access, int mmu_index,
                      bool is_probe, uintptr_t return_address) {
    bool is_filled =
        arm_cpu_tlb_fill_arm(cpu, address, size, access, mmu_index, is_probe, return_address);
    const kl_fast_path *context = kl_current_path;
    if (!is_filled || context == NULL || !context->enabled) {
        return is_filled;
    }
    uint32_t page = (uint32_t)address & ~(((uint32_t)1 << context->page_bits) - 1);
    // Pages that the engine did not map (MMIO) have no dirty flag to set; leave them alone.
    const kl_region *region = region_of(context, page);
    if (region != NULL && region->code_pages[(page - region->origin) >> context->page_bits] == 0) {
        tlb_set_dirty_arm(cpu, page);
    }
    return true;
}

bool kl_fast_path_install(uc_engine *engine, kl_fast_path *context) {
    // Unicorn makes the core at the first use of it.
    uint32_t value = 0;
    if (!kl_fast_path_is_linked() || uc_reg_read(engine, UC_ARM_REG_R0, &value) != UC_ERR_OK) {
        return false;
    }
    // 2.0.1 gives its only core no number.
    void *cpu = qemu_get_cpu_arm(engine, -1);
    if (cpu == NULL && (cpu = qemu_get_cpu_arm(engine, 0)) == NULL) {
        return false;
    }
    fill_function *words = cpu;
    size_t count = malloc_usable_size(cpu) / sizeof *words;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == arm_cpu_tlb_fill_arm) {
            words[i] = fill_page;
            context->cpu = cpu;
        }
    }
    return context->cpu != NULL;
}

void kl_flush_pages(kl_fast_path *context) {
    if (context->cpu != NULL) {
        tlb_flush_arm(context->cpu);
    }
}

bool kl_can_account_inside(void) {
#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)
    return kl_is_known_version();
#else
    return false;
#endif
}

bool kl_knows_translations(const kl_fast_path *context, const uint32_t *registers) {
    if (registers == NULL || !kl_can_account_inside()) {
        return false;
    }
    // Translations keep the address of CPUARMState in rbp, and the core has it as well; registers
    // come first in it.
    const uint32_t *const *words = context->cpu;
    size_t count = malloc_usable_size(context->cpu) / sizeof *words;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == registers) {
            return true;
        }
    }
    return false;
}

enum { PROBED_REGISTERS = 15 };

static const int probed[PROBED_REGISTERS] = {
    UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,  UC_ARM_REG_R4,
    UC_ARM_REG_R5,  UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8,  UC_ARM_REG_R9,
    UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_R13, UC_ARM_REG_R14};

static bool holds(const uint32_t *words, const uint32_t *values) {
    return memcmp(words, values, PROBED_REGISTERS * sizeof *words) == 0;
}

static bool write_registers(uc_engine *engine, const uint32_t *values) {
    bool is_written = true;
    for (int i = 0; i < PROBED_REGISTERS; i++) {
        is_written &= uc_reg_write(engine, probed[i], &values[i]) == UC_ERR_OK;
    }
    return is_written;
}

uint32_t *kl_registers(uc_engine *engine, const kl_fast_path *context) {
    if (context->cpu == NULL) {
        return NULL;
    }
    uint32_t saved[PROBED_REGISTERS] = {0};
    uint32_t values[PROBED_REGISTERS];
    for (int i = 0; i < PROBED_REGISTERS; i++) {
        values[i] = 0x5A5A0000u + 4u * (uint32_t)i;
        if (uc_reg_read(engine, probed[i], &saved[i]) != UC_ERR_OK) {
            return NULL;
        }
    }
    bool is_written = write_registers(engine, values);
    uint32_t *words = context->cpu;
    size_t count = malloc_usable_size(words) / sizeof *words;
    uint32_t *found = NULL;
    uint32_t places = 0;
    for (size_t i = 0; i + PROBED_REGISTERS < count; i++) {
        if (holds(words + i, values)) {
            found = words + i;
            places++;
        }
    }
    is_written &= write_registers(engine, saved);
    return is_written && places == 1 && holds(found, saved) ? found : NULL;
}

bool kl_mark_code(kl_fast_path *context, uint64_t address, uint32_t size) {
    uint64_t page = (uint64_t)1 << context->page_bits;
    bool is_new = false;
    for (uint64_t at = address & ~(page - 1); at < address + size; at += page) {
        const kl_region *region = region_of(context, at < address ? address : at);
        if (region != NULL) {
            uint8_t *mark = &region->code_pages[(at - region->origin) >> context->page_bits];
            is_new |= *mark == 0;
            *mark = 1;
            kl_state *state = context->state;
            if (region->code_pages == state->direct.code_pages && !state->direct.has_code) {
                kl_store_slowly(state);
            }
        }
    }
    if (is_new) {
        kl_flush_pages(context);
    }
    return is_new;
}
