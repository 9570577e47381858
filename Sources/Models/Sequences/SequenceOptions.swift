import Diagnostics
import Foundation
import Tensors

/// The options of drawing sequences.
struct SequenceOptions {
    var length: Int
    var temperature = 1.0

    init(_ options: Frame, length usual: Int) throws(Diagnostic) {
        length = usual
        for (name, value) in zip(options.names, options.columns) {
            guard ["length", "temperature"].contains(name) else {
                throw Diagnostic(
                    "sampling this model has no option \(name)", argument: name,
                    help: suggestion(for: name, among: ["length", "temperature"]) ?? "it has length and temperature")
            }
            guard case .tensor(let tensor) = value, tensor.isScalar, !tensor.hasMissing, tensor.double(at: 0) >= 0,
                tensor.double(at: 0).isFinite
            else {
                throw Diagnostic("\(name) must be a number from 0", argument: name)
            }
            let number = tensor.double(at: 0)
            if name == "temperature" {
                temperature = number
            } else {
                guard number == number.rounded(), number <= 100_000_000 else {
                    throw Diagnostic("length must be a whole number up to 100000000, not \(formatNumber(number))", argument: name)
                }
                length = Int(number)
            }
        }
    }

    func draw(_ probabilities: [Double], _ generator: inout Generator) -> Int {
        if temperature == 1 { return generator.categorical(probabilities[...]) }
        let best = argmax(probabilities[...])
        guard temperature > 0 else { return best }
        // Relative to the largest, so that no power underflows altogether.
        let weights = probabilities.map { pow($0 / probabilities[best], 1 / temperature) }
        return generator.categorical(weights[...])
    }
}
