// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
package import TensorGraph
package import TrainingCompiler

/// What a user asked to compile: a model and a scheme, each a file or the name of one that comes
/// with the product.
package struct TrainingRequest: Sendable {
    package var model: String
    /// Nil where only the model is asked for.
    package var scheme: String?
    /// Replaces the head; nil keeps the file's, or gives a shipped network ten classes.
    package var classes: Int?
    package var options = PassOptions()

    /// Magnitude of biases that leaves room for the sum of products in an int32 accumulator
    /// (`KL_BIAS_LIMIT` of the kernels).
    private static let biasLimit: Int32 = (1 << 29) - 1

    package init(model: String) { self.model = model }

    /// The network, prepared: int8 input, paddings folded, dilations and depth multipliers removed,
    /// biases of dead channels limited, head replaced.
    package func graph() throws(WorkbenchError) -> Graph {
        do {
            let isFile = FileManager.default.fileExists(atPath: model)
            guard isFile || model.hasSuffix(".tflite") else {
                return try NetworkShape.named(model).graph(classes: classes ?? 10)
            }
            let name = URL(filePath: model).deletingPathExtension().lastPathComponent
            var graph = try Graph(tflite: try ImageFile.contents(model), name: name)
                .takingQuantizedInputs().foldingPadding().loweringConvolutions()
                .limitingBiases(to: Self.biasLimit)
            if let classes { graph = try graph.replacingHead(classes: classes, seed: 1) }
            return graph
        } catch let error as WorkbenchError {
            throw error
        } catch {
            throw .training(input: model, reason: "\(error)")
        }
    }

    /// The schedule of one training step and its memory.
    package func plan() throws(WorkbenchError) -> TrainingPlan {
        let graph = try graph()
        let name = scheme ?? ""
        do {
            let scheme: Scheme
            if FileManager.default.fileExists(atPath: name) {
                let text = String(decoding: try ImageFile.contents(name), as: UTF8.self)
                scheme = try Scheme.parse(yaml: text, file: name)
            } else {
                scheme = try Scheme.named(name)
            }
            return try TrainingPlan(
                graph, scheme: try scheme.resolve(for: graph), options: options)
        } catch let error as WorkbenchError {
            throw error
        } catch {
            throw .training(input: name, reason: "\(error)")
        }
    }
}
