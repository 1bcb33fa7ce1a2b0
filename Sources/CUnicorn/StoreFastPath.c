// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "CUnicorn.h"

static _Thread_local kl_fast_path *current;

kl_fast_path *kl_fast_path_enter(kl_fast_path *context) {
    kl_fast_path *before = current;
    current = context;
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

#ifdef KINGLET_STORE_FAST_PATH

// Of libunicorn.a, 2.0.x. MemTxAttrs is a 32-bit bit field passed by value.
typedef struct {
    unsigned int bits;
} transaction_attributes;

void tlb_set_dirty_arm(void *cpu, uint32_t address);
void tlb_flush_arm(void *cpu);
void __real_tlb_set_page_with_attrs_arm(void *cpu, uint32_t virtual_address,
                                        uint64_t physical_address, transaction_attributes attrs,
                                        int protection, int mmu_index, uint32_t size);
void __wrap_tlb_set_page_with_attrs_arm(void *cpu, uint32_t virtual_address,
                                        uint64_t physical_address, transaction_attributes attrs,
                                        int protection, int mmu_index, uint32_t size);
void __real_tlb_protect_code_arm(void *engine, uint64_t ram_address);
void __wrap_tlb_protect_code_arm(void *engine, uint64_t ram_address);
uint32_t __real_helper_v7m_mrs_arm(void *environment, uint32_t number);
uint32_t __wrap_helper_v7m_mrs_arm(void *environment, uint32_t number);

bool kl_fast_path_is_linked(void) {
    return true;
}

void __wrap_tlb_set_page_with_attrs_arm(void *cpu, uint32_t virtual_address,
                                        uint64_t physical_address, transaction_attributes attrs,
                                        int protection, int mmu_index, uint32_t size) {
    __real_tlb_set_page_with_attrs_arm(cpu, virtual_address, physical_address, attrs, protection,
                                       mmu_index, size);
    kl_fast_path *context = current;
    if (context == NULL) {
        return;
    }
    context->cpu = cpu;
    if (!context->enabled) {
        return;
    }
    uint32_t page = virtual_address & ~(((uint32_t)1 << context->page_bits) - 1);
    // Pages that the engine did not map (MMIO) have no dirty flag to set; leave them alone.
    const kl_region *region = region_of(context, page);
    if (region != NULL && region->code_pages[(page - region->origin) >> context->page_bits] == 0) {
        tlb_set_dirty_arm(cpu, page);
    }
}

// A page gets its first block. Its TLB entry may have been made dirty before, and nothing in the
// original (which only clears a flag that Unicorn has compiled out) would take that back.
void __wrap_tlb_protect_code_arm(void *engine, uint64_t ram_address) {
    __real_tlb_protect_code_arm(engine, ram_address);
    if (current != NULL && current->cpu != NULL) {
        tlb_flush_arm(current->cpu);
    }
}

uint32_t __wrap_helper_v7m_mrs_arm(void *environment, uint32_t number) {
    if (current != NULL) {
        current->environment = environment;
    }
    return __real_helper_v7m_mrs_arm(environment, number);
}

void kl_flush_pages(kl_fast_path *context) {
    if (context->cpu != NULL) {
        tlb_flush_arm(context->cpu);
    }
}

uint32_t *kl_registers(uc_engine *engine, kl_fast_path *context) {
    // Reading MSP goes through helper_v7m_mrs, which is how the wrapper learns the environment.
    kl_fast_path *before = kl_fast_path_enter(context);
    uint32_t value = 0;
    uc_err error = uc_reg_read(engine, UC_ARM_REG_MSP, &value);
    kl_fast_path_enter(before);
    uint32_t *words = context->environment;
    if (error != UC_ERR_OK || words == NULL) {
        return NULL;
    }
    // Prove the guess: fifteen registers written through the official way must show up here.
    static const int numbers[] = {UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,  UC_ARM_REG_R3,
                                  UC_ARM_REG_R4,  UC_ARM_REG_R5,  UC_ARM_REG_R6,  UC_ARM_REG_R7,
                                  UC_ARM_REG_R8,  UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
                                  UC_ARM_REG_R12, UC_ARM_REG_R13, UC_ARM_REG_R14};
    bool proved = true;
    for (uint32_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint32_t saved = 0;
        uint32_t probe = 0x5A5A0000u + 4u * i;
        proved &= uc_reg_read(engine, numbers[i], &saved) == UC_ERR_OK;
        proved &= uc_reg_write(engine, numbers[i], &probe) == UC_ERR_OK;
        proved &= words[i] == probe;
        proved &= uc_reg_write(engine, numbers[i], &saved) == UC_ERR_OK;
        proved &= words[i] == saved;
    }
    return proved ? words : NULL;
}

#else

bool kl_fast_path_is_linked(void) {
    return false;
}

void kl_flush_pages(kl_fast_path *context) {
    (void)context;
}

uint32_t *kl_registers(uc_engine *engine, kl_fast_path *context) {
    (void)engine;
    (void)context;
    return NULL;
}

#endif

bool kl_mark_code(kl_fast_path *context, uint64_t address, uint32_t size) {
    uint64_t page = (uint64_t)1 << context->page_bits;
    bool is_new = false;
    for (uint64_t at = address & ~(page - 1); at < address + size; at += page) {
        const kl_region *region = region_of(context, at < address ? address : at);
        if (region != NULL) {
            uint8_t *mark = &region->code_pages[(at - region->origin) >> context->page_bits];
            is_new |= *mark == 0;
            *mark = 1;
        }
    }
    if (is_new) {
        kl_flush_pages(context);
    }
    return is_new;
}
