// SPDX-License-Identifier: GPL-2.0-or-later

/// Exception numbers (ARMv7-M ARM B1.5.2); external interrupt n is 16 + n.
enum ExceptionNumber {
    static let reset = 1
    static let nmi = 2
    static let hardFault = 3
    static let memManage = 4
    static let busFault = 5
    static let usageFault = 6
    static let svCall = 11
    static let debugMonitor = 12
    static let pendSV = 14
    static let sysTick = 15
    static let firstInterrupt = 16

    static func name(_ number: Int) -> String {
        switch number {
        case 0: "thread mode"
        case reset: "Reset"
        case nmi: "NMI"
        case hardFault: "HardFault"
        case memManage: "MemManage"
        case busFault: "BusFault"
        case usageFault: "UsageFault"
        case svCall: "SVCall"
        case debugMonitor: "DebugMonitor"
        case pendSV: "PendSV"
        case sysTick: "SysTick"
        case firstInterrupt...: "interrupt \(number - firstInterrupt)"
        default: "reserved exception \(number)"
        }
    }
}

/// The registers that raise the execution priority, as the core holds them.
struct PriorityMasks: Equatable {
    var primask = false
    var faultmask = false
    var basepri: UInt8 = 0
}
