// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel

extension FaultRecord {
    /// nil unless the run ended in a fault.
    init?(_ outcome: MachineOutcome) {
        guard case .faulted(let report) = outcome else { return nil }
        self.init(
            cause: report.cause, exception: report.exception, cfsr: HexText.word(report.cfsr),
            cfsrBits: ConfigurableFaultStatus.names(of: report.cfsr),
            hfsr: HexText.word(report.hfsr), bfar: report.bfar.map(HexText.word),
            mmfar: report.mmfar.map(HexText.word), pc: FrameRecord(report.pc),
            lr: FrameRecord(report.lr), callStack: report.callStack.map(FrameRecord.init),
            registers: report.registers.map {
                RegisterRecord(name: $0.name, value: HexText.word($0.value))
            }, step: report.step, phase: report.phase)
    }
}

extension FrameRecord {
    init(_ frame: FaultReport.Frame) {
        self.init(address: HexText.word(frame.address), symbol: frame.symbol)
    }
}

/// The bits of CFSR (ARMv7-M Architecture Reference Manual, B3.2.15).
enum ConfigurableFaultStatus {
    private static let bits: [(position: Int, name: String)] = [
        (0, "IACCVIOL"), (1, "DACCVIOL"), (3, "MUNSTKERR"), (4, "MSTKERR"), (5, "MLSPERR"),
        (7, "MMARVALID"), (8, "IBUSERR"), (9, "PRECISERR"), (10, "IMPRECISERR"),
        (11, "UNSTKERR"), (12, "STKERR"), (13, "LSPERR"), (15, "BFARVALID"),
        (16, "UNDEFINSTR"), (17, "INVSTATE"), (18, "INVPC"), (19, "NOCP"), (24, "UNALIGNED"),
        (25, "DIVBYZERO"),
    ]

    static func names(of value: UInt32) -> [String] {
        bits.filter { value >> $0.position & 1 != 0 }.map(\.name)
    }
}
