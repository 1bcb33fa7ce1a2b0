// SPDX-License-Identifier: GPL-2.0-or-later
import CMemorySystem
import CUnicorn

extension Engine {
    package var detailCounts: DetailCounts {
        var counts = DetailCounts()
        guard let detail = detail?.pointee else { return counts }
        counts.unalignedAccesses = detail.unaligned_accesses
        counts.unalignedCycles = UInt64(detail.unaligned_ticks) / EdgeCost.ticksPerCycle
        counts.divides = detail.divides
        counts.divideTicks = detail.divide_ticks
        counts.predictions = detail.predictions
        counts.mispredictions = detail.mispredictions
        counts.mispredictionCycles =
            UInt64(detail.misprediction_ticks) / EdgeCost.ticksPerCycle
        return counts
    }

    /// What the caches or flash lines hold has changed from outside: the next fetch looks again.
    package func forgetFetchedUnit() {
        detail?.pointee.last_unit = 1
        detail?.pointee.fetched = nil
    }

    func prepareDetail(_ model: DetailModel) {
        guard let detail else { return }
        detail.pointee.memory = model.memory
        detail.pointee.free_origin = model.freeOrigin
        detail.pointee.free_bytes = model.freeBytes
        detail.pointee.buses = ms_buses_of(model.memory)
        detail.pointee.held_origin = heldOrigin(detail, model)
        detail.pointee.last_unit = 1
        detail.pointee.copies_registers = coreRegisters == nil
        detail.pointee.unicorn = handle
        detail.pointee.divide = { engine, dividend, divisor, isSigned in
            guard let engine else { return 0 }
            return Unmanaged<Engine>.fromOpaque(engine)._withUnsafeGuaranteedRef {
                $0.delegate?.divideTicks(
                    dividend: dividend, divisor: divisor, isSigned: isSigned) ?? 0
            }
        }
        withUnsafeMutableBytes(of: &detail.pointee.unaligned) { table in
            for isStore in [false, true] {
                for size in 1...2 {
                    for address in 0..<8 {
                        let cycles = model.unalignedCycles(UInt32(address), 1 << size, isStore)
                        table[(isStore ? 32 : 0) + size * 8 + address] = UInt8(clamping: cycles)
                    }
                }
            }
        }
        state.pointee.detail = detail
    }

    /// See kl_detail.held_origin.
    private func heldOrigin(
        _ detail: UnsafeMutablePointer<kl_detail>, _ model: DetailModel
    ) -> UnsafePointer<UInt32>? {
        guard model.busesWait, let buses = detail.pointee.buses else {
            return detail.pointer(to: \.free_origin).map { UnsafePointer($0) }
        }
        let held =
            ms_bus_of(model.freeOrigin) == 0
            ? buses.pointer(to: \.held.0.origin) : buses.pointer(to: \.held.1.origin)
        return held.map { UnsafePointer($0) }
    }

    /// What the running block waited for (or gained) so far beyond its edge's cost.
    var delayTicks: Int64 { detail?.pointee.delay_ticks ?? 0 }

    /// The part of it that lies before the instruction at this address of the running block.
    func delayTicks(before address: UInt32) -> Int64 {
        guard let detail, detail.pointee.delay_count > 0 else { return 0 }
        let key = (address &- currentEdge.pointee.address) & ~1
        return withUnsafeBytes(of: &detail.pointee.delays) { bytes in
            bytes.bindMemory(to: kl_delay.self).prefix(Int(detail.pointee.delay_count))
                .filter { $0.key <= key }.reduce(0) { $0 + Int64($1.ticks) }
        }
    }
}

extension kl_access {
    init(_ access: BlockDetail.Access) {
        self.init()
        displacement = access.address.constant
        cycles_before = access.cyclesBefore
        halfword = access.offset / 2
        bytes = UInt16(clamping: access.bytes)
        base = access.address.base.map { UInt8($0) } ?? UInt8(KL_NO_REGISTER)
        index = access.address.index.map { UInt8($0) } ?? UInt8(KL_NO_REGISTER)
        shift = UInt8(access.address.shift)
        var traits = 0
        switch access.kind {
        case .load: break
        case .store: traits = KL_STORES
        case .divide(let isSigned): traits = KL_DIVIDES | (isSigned ? KL_IS_SIGNED : 0)
        }
        if access.takesTime { traits |= KL_TAKES_TIME }
        if access.mayBeUnaligned { traits |= KL_MAY_BE_UNALIGNED }
        if access.comesToMemory { traits |= KL_COMES_TO_MEMORY }
        if access.pipelines { traits |= KL_PIPELINES }
        self.traits = UInt8(traits)
    }
}

extension kl_free_access {
    /// Nil for what is more than an address that is looked at where it has a base.
    private init?(_ access: BlockDetail.Access) {
        let whole = kl_access(access)
        let known = UInt8(
            KL_STORES | KL_TAKES_TIME | KL_MAY_BE_UNALIGNED | KL_COMES_TO_MEMORY | KL_PIPELINES)
        guard whole.base != UInt8(KL_NO_REGISTER), whole.traits & ~known == 0 else { return nil }
        self.init(
            displacement: whole.displacement, base: whole.base, index: whole.index,
            shift: whole.shift,
            alignment: access.mayBeUnaligned ? UInt8(truncatingIfNeeded: access.bytes - 1) : 0)
    }

    /// What stands for all of these: as long as it goes to one range of addresses, aligned, they do.
    /// Nil when one of them is more than that.
    fileprivate static func covering(_ accesses: [BlockDetail.Access]) -> [kl_free_access]? {
        let all = accesses.compactMap { kl_free_access($0) }
        guard all.count == accesses.count else { return nil }
        return Dictionary(grouping: all) { [$0.base, $0.index, $0.shift] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { ends(of: $0.value) }
    }

    /// Of accesses whose addresses are constants apart: the first and the last, if they are near and the
    /// first is aligned only where all are.
    private static func ends(of accesses: [kl_free_access]) -> [kl_free_access] {
        let sorted = accesses.sorted { $0.distance < $1.distance }
        guard var first = sorted.first, var last = sorted.last else { return [] }
        let alignment = accesses.map(\.alignment).max() ?? 0
        let fits = accesses.allSatisfy {
            ($0.distance - first.distance) % (Int64(alignment) + 1) == 0
        }
        guard fits, last.distance - first.distance < 4096 else { return accesses }
        first.alignment = alignment
        last.alignment = 0
        return first.distance == last.distance ? [first] : [first, last]
    }

    /// The displacement, with its sign.
    private var distance: Int64 { Int64(Int32(bitPattern: displacement)) }
}

extension kl_block_detail {
    /// Memory of our own, as C reads it; see `deallocate`.
    init(_ detail: BlockDetail) {
        self.init()
        let all = detail.accesses + detail.points.flatMap(\.accesses)
        accesses = Self.copy(all.map(kl_access.init))
        access_count = UInt32(all.count)
        entry_count = UInt32(detail.accesses.count)
        units = Self.copy(
            detail.fetchUnits.map {
                ms_unit(
                    address: $0.address, cycles_before: $0.cyclesBefore,
                    halfword: UInt32($0.offset / 2))
            })
        unit_count = UInt32(detail.fetchUnits.count)
        var first = entry_count
        var places: [kl_point] = []
        for point in detail.points {
            let count = UInt32(point.accesses.count)
            places.append(kl_point(halfword: UInt32(point.offset / 2), first: first, count: count))
            first += count
        }
        points = Self.copy(places)
        point_count = UInt32(places.count)
        let free = kl_free_access.covering(detail.accesses)
        free_accesses = Self.copy(free ?? [])
        free_count = UInt32(free?.count ?? 0)
        may_be_free = free != nil
        is_simple = may_be_free && places.isEmpty
    }

    private static func copy<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element>? {
        guard !elements.isEmpty else { return nil }
        let copied = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
        copied.initialize(from: elements, count: elements.count)
        return copied
    }

    func deallocate() {
        accesses?.deallocate()
        units?.deallocate()
        predicted?.deallocate()
        points?.deallocate()
        free_accesses?.deallocate()
    }
}
