// SPDX-License-Identifier: GPL-2.0-or-later

/// Which exceptions are enabled, pending and active, and which of them the core must take next.
///
/// The nested vectored interrupt controller and the system handlers in one table
/// (ARMv7-M ARM B1.5.4 "Exception priorities and preemption", B3.4).
struct ExceptionController: Equatable {
    /// Above every priority that code can have: nothing active, nothing masked.
    static let threadPriority = 256

    let interruptCount: Int
    let priorityBits: Int
    /// AIRCR.PRIGROUP: the binary point between group priority and subpriority.
    var priorityGrouping: UInt32 = 0
    private var enabled: [Bool]
    private var pending: [Bool]
    private var active: [Bool]
    private var priority: [UInt8]
    private(set) var pendingCount = 0
    private(set) var activeCount = 0

    init(interruptCount: Int, priorityBits: Int) {
        self.interruptCount = interruptCount
        self.priorityBits = priorityBits
        let count = ExceptionNumber.firstInterrupt + interruptCount
        enabled = Array(repeating: false, count: count)
        pending = Array(repeating: false, count: count)
        active = Array(repeating: false, count: count)
        priority = Array(repeating: 0, count: count)
        for number in [
            ExceptionNumber.reset, ExceptionNumber.nmi, ExceptionNumber.hardFault,
            ExceptionNumber.svCall, ExceptionNumber.debugMonitor, ExceptionNumber.pendSV,
            ExceptionNumber.sysTick,
        ] { enabled[number] = true }
    }

    var count: Int { enabled.count }

    func isEnabled(_ number: Int) -> Bool { enabled.indices.contains(number) && enabled[number] }
    func isPending(_ number: Int) -> Bool { pending.indices.contains(number) && pending[number] }
    func isActive(_ number: Int) -> Bool { active.indices.contains(number) && active[number] }

    mutating func setEnabled(_ number: Int, _ value: Bool) {
        guard enabled.indices.contains(number) else { return }
        enabled[number] = value
    }

    mutating func setPending(_ number: Int, _ value: Bool) {
        guard pending.indices.contains(number), pending[number] != value else { return }
        pending[number] = value
        pendingCount += value ? 1 : -1
    }

    mutating func setActive(_ number: Int, _ value: Bool) {
        guard active.indices.contains(number), active[number] != value else { return }
        active[number] = value
        activeCount += value ? 1 : -1
    }

    /// The eight-bit priority field; unimplemented low bits read as zero.
    func priorityField(_ number: Int) -> UInt8 {
        priority.indices.contains(number) ? priority[number] : 0
    }

    mutating func setPriorityField(_ number: Int, _ value: UInt8) {
        guard priority.indices.contains(number), number >= ExceptionNumber.memManage else { return }
        priority[number] = value & implementedPriorityMask
    }

    var implementedPriorityMask: UInt8 { ~(UInt8.max >> UInt8(priorityBits)) }

    /// Priority as a number: lower is more urgent; Reset, NMI and HardFault are negative.
    func fullPriority(_ number: Int) -> Int {
        switch number {
        case ExceptionNumber.reset: -3
        case ExceptionNumber.nmi: -2
        case ExceptionNumber.hardFault: -1
        default: Int(priorityField(number))
        }
    }

    /// The part of a priority that decides preemption.
    func groupPriority(_ priority: Int) -> Int {
        guard priority >= 0 else { return priority }
        let step = 2 << Int(priorityGrouping)
        return priority - priority % step
    }

    /// ARMv7-M ARM B1.5.4, `ExecutionPriority()`.
    func executionPriority(_ masks: PriorityMasks) -> Int {
        var result = Self.threadPriority
        if activeCount > 0 {
            for number in 2..<count where active[number] {
                result = min(result, groupPriority(fullPriority(number)))
            }
        }
        if masks.basepri != 0 { result = min(result, groupPriority(Int(masks.basepri))) }
        if masks.primask { result = min(result, 0) }
        if masks.faultmask { result = min(result, -1) }
        return result
    }

    /// The most urgent exception that is pending and enabled, whether it may preempt or not.
    func mostUrgentPending() -> Int? {
        guard pendingCount > 0 else { return nil }
        var best: Int?
        for number in 2..<count where pending[number] && enabled[number] {
            guard let current = best else {
                best = number
                continue
            }
            if fullPriority(number) < fullPriority(current) { best = number }
        }
        return best
    }

    /// The exception that the core must take now, if any.
    func exceptionToTake(_ masks: PriorityMasks) -> Int? {
        guard let number = mostUrgentPending(),
            groupPriority(fullPriority(number)) < executionPriority(masks)
        else { return nil }
        return number
    }

    /// Whether a synchronous exception of this number could be taken at once (else it escalates).
    func canTake(_ number: Int, _ masks: PriorityMasks) -> Bool {
        isEnabled(number) && groupPriority(fullPriority(number)) < executionPriority(masks)
    }

    /// Whether something pending would wake a core asleep in WFI: PRIMASK does not count
    /// (ARMv7-M ARM B1.5.19).
    func wakesFromSleep(_ masks: PriorityMasks) -> Bool {
        var unmasked = masks
        unmasked.primask = false
        return exceptionToTake(unmasked) != nil
    }

    /// A fault handler (or NMI) that is running or was preempted.
    var activeFault: Int? {
        [
            ExceptionNumber.nmi, ExceptionNumber.hardFault, ExceptionNumber.memManage,
            ExceptionNumber.busFault, ExceptionNumber.usageFault,
        ].first(where: isActive)
    }

    var pendingInterruptExists: Bool {
        pendingCount > 0 && pending[ExceptionNumber.firstInterrupt...].contains(true)
    }
}
