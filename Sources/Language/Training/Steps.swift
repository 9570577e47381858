import Diagnostics
import Layers
import Tensors

/// A training step made ready: what it reads of its surroundings, and the memory it runs in.
final class CompiledStep {
    let code: FunctionCode
    let structure: String
    /// The weights, by position among themselves.
    let weights: Template
    let types: [TensorType]
    let reads: OuterReads
    /// What values read while tracing must be again. By input of the loss.
    let guards: [Int: Tensor]
    let inputCount: Int
    /// The inputs that the graph uses and that are fetched: all but the weights.
    let fetched: [Int]
    let run: TrainingRun
    /// What each input was last, so that the same is not given again.
    var given: [Tensor?]
    var used = 0

    init(
        code: FunctionCode, structure: String, weights: Template, types: [TensorType], reads: OuterReads, run: TrainingRun
    ) {
        (self.code, self.structure, self.weights, self.types, self.reads, self.run) = (code, structure, weights, types, reads, run)
        let trace = reads.trace
        guards = trace.guards
        inputCount = trace.inputs.count
        let graph = run.step.graph
        let needed = graph.needed(for: graph.outputs)
        var fetched: [Int] = []
        for (index, node) in graph.nodes.enumerated() where needed[index] {
            if case .input(let position) = node.op, position < trace.inputs.count, !run.step.weights.contains(position) {
                fetched.append(position)
            }
        }
        self.fetched = fetched.sorted()
        given = [Tensor?](repeating: nil, count: trace.inputs.count)
    }
}

/// The steps compiled so far, by the loss's text: the last few of each, and of all as many as a part of the machine's memory holds.
final class StepCache {
    /// Bytes that all together may take, but for the last.
    private static let memoryLimit = Shape.maximumCount
    private var steps: [CompiledStep] = []
    private var clock = 0
    /// Steps run as compiled, and steps traced.
    var replayed = 0, traced = 0
    /// Why a step could not be compiled, and how many had been traced then.
    private(set) var obstacle: (reason: String, at: Int)?
    func countTraced(_ reason: String?) {
        traced += 1
        if let reason { obstacle = (reason, traced) }
    }

    func candidates(_ code: FunctionCode, _ structure: String) -> [CompiledStep] {
        steps.filter { $0.code === code && $0.structure == structure }
    }
    func touch(_ step: CompiledStep) {
        clock += 1
        step.used = clock
    }
    func add(_ step: CompiledStep) {
        touch(step)
        let same = steps.filter { $0.code === step.code && $0.structure == step.structure }
        let crowd = same.count >= 8 ? same : steps.count >= 64 ? steps : []
        if let oldest = crowd.min(by: { $0.used < $1.used }) { steps.removeAll { $0 === oldest } }
        var total = steps.reduce(step.run.memorySize) { $0 + $1.run.memorySize }
        while total > StepCache.memoryLimit, let oldest = steps.min(by: { $0.used < $1.used }) {
            steps.removeAll { $0 === oldest }
            total -= oldest.run.memorySize
        }
        steps.append(step)
    }
}

extension Machine {
    /// One step of an optimiser on the weights in a value.
    ///
    /// The loss is run by the interpreter once; after that its graph is, for as long as what it reads has the same structure.
    ///
    /// - Parameters:
    ///   - value: what holds the weights. It is let go of while the step runs, so that they can change where they lie, and holds the last
    ///     good weights again where the step throws.
    ///   - isTraining: whether layers drop out and use the batch's statistics.
    ///   - release: lets go of the variable that holds the value.
    func step(
        _ value: inout Value, _ loss: Value, _ optimizer: any Optimizer, isTraining: Bool = true, span: Span?, release: () -> Void = {}
    ) throws(Diagnostic) -> Value {
        try interrupt.check()
        guard trace == nil else {
            throw Diagnostic("step cannot stand inside a function that a gradient is taken of", at: span)
        }
        guard case .function(let callable) = loss, case .closure(let code, let captures) = callable.kind else {
            throw Diagnostic("the loss must be a function of the value, as D -> ..., and it is \(loss.kindName)", at: span)
        }
        for candidate in steps.candidates(code, optimizer.structure) where candidate.reads.trace.isTraining == isTraining {
            if let result = try replay(candidate, callable, captures, &value, optimizer, span, release) { return result }
        }
        return try firstStep(value, callable, code, optimizer, isTraining, span)
    }

    /// Runs a compiled step; nil where it does not fit what there is now.
    private func replay(
        _ step: CompiledStep, _ callable: Callable, _ captures: [Box], _ value: inout Value, _ optimizer: any Optimizer, _ span: Span?,
        _ release: () -> Void
    ) throws(Diagnostic) -> Value? {
        var weights = [Tensor?](repeating: nil, count: step.types.count)
        guard step.weights.match(value, &weights) else { return nil }
        var inputs = [Tensor?](repeating: nil, count: step.inputCount)
        guard step.reads.function.match(.function(callable), &inputs) else { return nil }
        for (index, template) in step.reads.globals where !template.match(globalSlots[index], &inputs) { return nil }
        for (position, wanted) in step.guards {
            guard let now = inputs[position] else { continue }
            if !now.isIdentical(to: wanted), !sameContent(.tensor(now), .tensor(wanted)) { return nil }
        }
        steps.touch(step)
        let run = step.run
        for position in step.fetched {
            // What is not fetched is what it was.
            guard let tensor = inputs[position] ?? step.reads.trace.inputs[position] as Tensor? else { continue }
            if let old = step.given[position], old.isIdentical(to: tensor) { continue }
            try run.set(input: position, tensor.settled())
            // Weights of another run are not held on to: they change where they lie.
            step.given[position] = tensor.isConcrete ? tensor : nil
        }
        try bring(weights.compactMap { $0 }, into: run, optimizer)
        let template = step.weights
        // From here on nothing but others' variables holds the old weights.
        weights = []
        inputs = []
        value = .unset
        release()
        do throws(Diagnostic) {
            let version = try run.advance(optimizer, key: stream.next(), interrupt: interrupt)
            steps.replayed += 1
            let tensors = version.weights(step.types)
            return template.filled { tensors[$0] }
        } catch {
            let tensors = run.latest().weights(step.types)
            value = template.filled { tensors[$0] }
            throw explained(error, step, span)
        }
    }

    /// Makes a run's memory hold the given weights, with the optimiser's state that belongs to them.
    private func bring(_ weights: [Tensor], into run: TrainingRun, _ optimizer: any Optimizer) throws(Diagnostic) {
        let origin = weights.first?.training?.version
        if let origin, run.holds(origin) {
            var isWhole = weights.count == origin.weightCount
            for (index, weight) in weights.enumerated() where isWhole {
                if let place = weight.training, place.version === origin, place.index == index { continue }
                isWhole = false
            }
            if isWhole { return }
        }
        let start = trainingState(of: weights, optimizer)
        try run.load(weights.map { $0.settled() }, state: start.state, number: start.number, structure: optimizer.structure)
    }

    /// The optimiser's state that comes with weights, where it fits this optimiser.
    private func trainingState(of weights: [Tensor], _ optimizer: any Optimizer) -> (state: [Tensor]?, number: Int) {
        guard let version = weights.lazy.compactMap({ $0.training?.version }).first, version.structure == optimizer.structure,
            version.weightCount == weights.count
        else { return (nil, 0) }
        return (version.state, version.step)
    }

    /// Traces the loss, takes the step, and keeps what was compiled where it may serve again.
    private func firstStep(
        _ value: Value, _ callable: Callable, _ code: FunctionCode, _ optimizer: any Optimizer, _ isTraining: Bool, _ span: Span?
    ) throws(Diagnostic) -> Value {
        let key = stream.next()
        let trace = Trace(isTraining: isTraining, key: { key })
        let reads = OuterReads(trace, callable)
        let traced = try traced(.function(callable), [value], in: trace, outer: reads, span: span)
        var outputs = [traced.value]
        for (position, isTrained) in zip(traced.positions, traced.isTrained) where !isTrained {
            outputs.append(trace.tensor(trace.replacements[position] ?? trace.symbol(ofInput: position)))
        }
        let graph = try StepGraph(
            loss: try trace.graph(outputs), weights: traced.positions, isTrained: traced.isTrained, optimizer: optimizer)
        let types = traced.points.map { TensorType($0.dtype, $0.shape) }
        steps.countTraced(trace.obstacle)
        let run = TrainingRun(graph, plan: try plans.plan(for: graph.graph, donating: graph.donations))
        let step = CompiledStep(
            code: code, structure: optimizer.structure, weights: traced.template, types: types, reads: reads, run: run)
        for position in step.fetched {
            try run.set(input: position, trace.inputs[position].settled())
            if trace.inputs[position].isConcrete { step.given[position] = trace.inputs[position] }
        }
        try bring(traced.points, into: run, optimizer)
        if trace.obstacle == nil {
            steps.add(step)
            // What is found again at each step need not be kept.
            let found = reads.globals.values.reduce(into: reads.function.positions) { $0.formUnion($1.positions) }
            trace.close(keeping: Set(step.fetched).subtracting(found))
        }
        do throws(Diagnostic) {
            let tensors = try run.advance(optimizer, key: key, interrupt: interrupt).weights(types)
            return traced.template.filled { tensors[$0] }
        } catch {
            throw explained(error, step, span)
        }
    }

    /// An error of a step with the operation that went wrong.
    private func explained(_ error: Diagnostic, _ step: CompiledStep, _ span: Span?) -> Diagnostic {
        guard error.kind == .error else { return error }
        let graph = step.run.step.graph
        let weights = step.run.latest().weights(step.types)
        var inputs = step.given.map { $0?.settled() ?? Tensor(0) }
        for (position, weight) in zip(step.run.step.weights, weights) { inputs[position] = weight.settled() }
        for position in inputs.count..<graph.inputs.count {
            inputs.append((try? Tensor.zeros(graph.inputs[position].shape, graph.inputs[position].dtype)) ?? Tensor(0))
        }
        var result = span.map { error.placed(at: $0) } ?? error
        if let origin = NotFinite.origin(graph, inputs: inputs, key: Key(seed: 0)) {
            result = Diagnostic(
                result.message, at: result.labels.first?.span, help: origin.help ?? result.help, notes: result.notes + [origin.note])
        }
        return result
    }
}

extension Machine {
    /// So many steps of an optimiser on a function, from a start. Networks in it are what they are outside of training.
    public func minimize(_ function: Value, _ start: Value, _ method: Method, span: Span?) throws(Diagnostic) -> Value {
        var value = start
        for _ in 0..<(method.steps ?? 1000) { value = try step(&value, function, method.optimizer, isTraining: false, span: span) }
        // The weights leave the memory that the steps ran in.
        var tensors: [Tensor] = []
        let (template, _) = try Template.make(value) { (tensor, _, _) throws(Diagnostic) in
            tensors.append(tensor.settled())
            return (tensors.count - 1, tensor)
        }
        return template.filled { tensors[$0] }
    }
}
