// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// The Cortex-M7 charged by the rules of the Cortex-M4: single issue.
package struct CortexM7Pipeline: PipelineModel {
    package let identifier = "cortex-m7/0"
    package var memory: MemoryTiming
    package init(memory: MemoryTiming = MemoryTiming()) { self.memory = memory }
    package var exceptionCosts: ExceptionCosts {
        ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 9)
    }
    package func cost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost {
        CortexM4Pipeline(memory: memory).cost(of: block, after: predecessor)
    }
    package var meanDivideCycles: UInt32 { 7 }
    package func divideCycles(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32 { 7 }
    package var fidelity: FidelityStatement { CortexM4Pipeline(memory: memory).fidelity }
}
