import Diagnostics
import Graphs
import Tensors

/// A network that continues sequences of codes: given the codes so far it says, at each place, how likely each code is to follow.
///
/// The network takes int32 codes [length] and gives logits [length, codes]. What its layers keep of the places before is kept here, so that a
/// place costs the same however many there were, up to attention's own reading; it lies in memory whose size doubles as it fills.
public final class Generation {
    /// Sequences that are continued side by side.
    public let batch: Int
    /// Codes that the network chooses from.
    public private(set) var codes = 0
    private let network: Network
    private let layer: any Streaming
    private let longest: Int?
    /// What runs a place.
    public private(set) var execution: Execution?
    private var capacity = 0
    private var place = 0
    /// The codes that have been read, place by place.
    private var history: [[Int32]] = []
    private static let firstCapacity = 64

    /// Throws where the network reads places that are still to come, or takes no codes.
    public init(_ network: Network, batch: Int = 1) throws(Diagnostic) {
        self.batch = batch
        layer = try network.layer.streaming()
        longest = layer.longest
        self.network = try network.begun(with: network.input ?? [1])
        guard let output = try? network.layer.output(for: [1]), output.count == 2, output[0] == 1 else {
            throw Diagnostic(
                "\(network.layer.name) does not take codes", help: "it begins with an Embedding, and gives logits for each place")
        }
        codes = output[1]
    }

    /// Reads one code of each sequence.
    ///
    /// Where the network has weights for a bounded number of places, it begins again with the last half of them once they are used up.
    public func read(_ now: [Int32]) throws(Diagnostic) {
        if let longest, place >= longest {
            let recent = Array(history.suffix(longest / 2))
            (history, place) = ([], 0)
            for codes in recent { try take(codes) }
        }
        try take(now)
    }

    private func take(_ now: [Int32]) throws(Diagnostic) {
        let execution = try self.room()
        try execution.set(input: 0, Tensor(.int32(now), shape: [batch, 1]))
        try execution.set(input: 1, Tensor(.int32([Int32(place)]), shape: []))
        try execution.run(key: network.key)
        if longest != nil { history.append(now) }
        place += 1
    }

    /// What may follow: logits [batch, codes].
    public func logits() throws(Diagnostic) -> Tensor {
        guard let execution, place > 0 else { throw Diagnostic("nothing has been read yet", help: "begin with at least one code") }
        return execution.output(0)
    }

    /// The memory to run in, larger where the one before is full.
    private func room() throws(Diagnostic) -> Execution {
        if let execution, place < capacity || longest == capacity { return execution }
        let larger = min(max(Generation.firstCapacity, 2 * capacity), longest ?? .max)
        let shapes = try layer.memory(for: [larger])
        if let execution, shapes == (try layer.memory(for: [capacity])) {
            // States of recurrences are as large however many places there were.
            capacity = larger
            return execution
        }
        let types = shapes.map { TensorType(.float32, [batch] + $0) }
        let plan = try network.plans.plan(.place(batch: batch, capacity: larger)) { () throws(Diagnostic) in
            let builder = Builder()
            let now = builder.input(TensorType(.int32, [batch, 1]))
            let place = builder.input(TensorType(.int32, []))
            let memory = types.map { builder.input($0) }
            let weights = network.weights.map { builder.input(TensorType($0.dtype, $0.shape)) }
            let stream = Stream(place: place, memory: memory)
            let logits = try layer.advance(now, weights, stream).reshaped([batch, codes])
            let graph = try builder.finish([logits] + stream.kept)
            return try Plan(graph, donating: types.indices.map { (input: 2 + $0, output: 1 + $0) })
        }
        let next = plan.makeExecution()
        for (index, weight) in network.weights.enumerated() { try next.set(input: 2 + types.count + index, weight) }
        for index in types.indices { try next.set(input: 2 + index, corner: execution?.output(1 + index)) }
        (execution, capacity) = (next, larger)
        return next
    }
}

extension Generation {
    /// Draws a code to follow each sequence.
    ///
    /// Throws where a logit is not a number.
    public func choose(_ sampling: Sampling, _ key: Key) throws(Diagnostic) -> [Int32] {
        let logits = try logits()
        guard case .float32(let values) = logits.elements else { throw Diagnostic("logits are float32") }
        let draws = uniform(batch, key)
        var chosen: [Int32] = []
        for row in 0..<batch {
            guard let code = sampling.choose(values[row * codes..<(row + 1) * codes], draws[row]) else {
                throw Diagnostic("the network's logits are not all numbers", help: "its weights may have become infinite in training")
            }
            chosen.append(code)
        }
        return chosen
    }
}
