// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM4Pipeline {
    package var fidelity: FidelityStatement {
        FidelityStatement(
            model: identifier, mode: "fast", memory: memory,
            classes: [
                .init(
                    name: "integer", basis: .estimated,
                    statement: "rules from the Cortex-M4 TRM and published measurements on STM32F4 "
                        + "and STM32L4, at zero wait states"),
                .init(
                    name: "assembly without wait states", basis: .measured,
                    statement:
                        "mean error of 0.3 %, at most 0.8 %, on 18 published readings of AES on an STM32F4, "
                        + "older ones of which were known when the rules were made"),
                .init(
                    name: "compiled C without wait states", basis: .measured,
                    statement:
                        "mean error of 1.0 %, at most 3.7 %, on 26 published readings of Embench on an "
                        + "STM32F407, by which its rules for several memories were found"),
                .init(
                    name: "divide", basis: .estimated,
                    statement: "mean of \(meanDivideCycles) cycles for 2 to 12 by operands"),
                .init(
                    name: "floating-point", basis: .estimated,
                    statement: "figures of the TRM; few public measurements"),
                .init(
                    name: "flash wait states", basis: .estimated,
                    statement: "board mean of \(memory.flashFetchMeanCyclesPerBlock) cycles a block"
                ),
                .init(
                    name: "unaligned data", basis: .notModelled,
                    statement: "an unaligned load costs one or two cycles more"),
            ])
    }
}
