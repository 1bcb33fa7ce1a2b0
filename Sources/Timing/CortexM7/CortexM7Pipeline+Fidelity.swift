// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM7Pipeline {
    package var fidelity: FidelityStatement {
        FidelityStatement(
            model: identifier, mode: "fast", memory: memory,
            classes: [
                .init(
                    name: "integer", basis: .estimated,
                    statement: "dual-issue rules from LLVM's model and published measurements on "
                        + "STM32H7, code and data without wait states"),
                .init(
                    name: "assembly in tightly coupled memory", basis: .measured,
                    statement:
                        "mean error of 0.2 % (fast) and 1.3 % (detailed) on 15 published readings of AES "
                        + "on an STM32H743, which were known when two of the rules were made"),
                .init(
                    name: "data banks", basis: .estimated,
                    statement:
                        "pointers as aligned in a block's first passage; of two loads whose banks are not "
                        + "known, half conflict"),
                .init(
                    name: "branch prediction", basis: .estimated,
                    statement:
                        "8 or 6 cycles a misprediction: half of the times that a loop is left, a sixth when a "
                        + "branch goes elsewhere than the first time, else one of 32"),
                .init(
                    name: "divide", basis: .estimated,
                    statement: "mean of \(meanDivideCycles) cycles"),
                .init(
                    name: "floating-point", basis: .estimated,
                    statement: "single precision from published measurements; double by fixed "
                        + "occupancies, whatever the operands"),
                .init(
                    name: "caches and wait states", basis: .estimated,
                    statement:
                        "board mean of \(memory.flashFetchMeanCyclesPerBlock) cycles a block; "
                        + "data always hits"),
                .init(
                    name: "unaligned data", basis: .notModelled,
                    statement: "an unaligned load costs three to four cycles more"),
            ])
    }
}
