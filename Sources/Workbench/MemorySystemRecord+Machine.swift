// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel
import Timing

extension MemorySystemRecord {
    init(_ detail: DetailMeasurement) {
        let counts = detail.memory
        let system = detail.system
        let flashTakesTime = (system.flash?.waitCycles ?? 0) > 0
        let predicts = detail.predictions > 0
        let busesWait = system.busesWait
        self.init(
            instructionCache: system.instructionCache.map { _ in
                Lines(hits: counts.instructionHits, misses: counts.instructionMisses)
            },
            dataCache: system.dataCache.map { _ in
                Lines(
                    hits: counts.dataHits, misses: counts.dataMisses, writeBacks: counts.writeBacks)
            },
            flashInstructions: flashTakesTime
                ? Lines(hits: counts.flashFetchHits, misses: counts.flashFetchMisses) : nil,
            flashData: flashTakesTime
                ? Lines(hits: counts.flashDataHits, misses: counts.flashDataMisses) : nil,
            unalignedAccesses: detail.unalignedAccesses, divides: detail.divides,
            fetchStallCycles: counts.fetchStallCycles, dataStallCycles: counts.dataStallCycles,
            unalignedCycles: detail.unalignedCycles,
            divideCyclesBeyondMean: detail.divideCyclesBeyondMean,
            predictedBranches: predicts ? detail.predictions : nil,
            mispredictedBranches: predicts ? detail.mispredictions : nil,
            mispredictionCycles: predicts ? detail.mispredictionCycles : nil,
            busWaits: busesWait ? counts.busWaits : nil,
            busWaitCycles: busesWait ? counts.busWaitCycles : nil)
    }
}
