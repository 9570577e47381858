import Diagnostics

extension Builder {
    /// The gradients of a recurrence in its operands, by a recurrence in the other direction.
    ///
    /// The forward scan is written again with every value that the backward one reads as a further result; `rewritten` makes the two one.
    /// What a constant's gradient sums over the rounds is stacked, where it is a product or a sum over rows, and done once after the scan.
    func scanGradient(_ scan: Scan, _ node: Node, _ this: Symbol, _ given: [Int: Symbol], active: [Bool]) throws(Diagnostic) -> [Symbol?] {
        let body = scan.body
        let (carried, sequences) = (scan.carried, scan.sequences)
        let firstConstant = carried + sequences

        // A carried value carries gradients once anything that flows into it does.
        var live = active
        for position in live.indices where !body.inputs[position].dtype.isFloat { live[position] = false }
        while true {
            let dependent = body.dependent(on: Set(live.indices.filter { live[$0] }))
            let more = (0..<carried).filter { !live[$0] && dependent[Int(body.outputs[$0].index)] && body.inputs[$0].dtype.isFloat }
            if more.isEmpty { break }
            for position in more { live[position] = true }
        }
        let inner = Builder(body)
        let liveCarried = (0..<carried).filter { live[$0] }
        let liveOthers = (carried..<live.count).filter { live[$0] }
        let stacked = (carried..<body.outputs.count).filter { given[$0] != nil }
        var seeds: [(Symbol, Symbol)] = []
        let carriedSeeds = liveCarried.map { position in
            let seed = inner.input(body.outputTypes[position])
            seeds.append((inner.symbol(body.outputs[position]), seed))
            return seed
        }
        let stackedSeeds = stacked.map { position in
            let seed = inner.input(body.outputTypes[position])
            seeds.append((inner.symbol(body.outputs[position]), seed))
            return seed
        }
        let wanted = liveCarried + liveOthers
        let gradients = try inner.cotangents(of: seeds, in: wanted.map { inner.inputSymbol($0) })
        let full = try inner.finish(gradients)

        // Each constant's gradient: what to stack, and how the stacks become it.
        struct Part {
            var symbols: [Symbol]
            var finish: ([Symbol]) -> Symbol
        }
        let fullNodes = full.nodes
        func part(_ id: NodeID) -> Part? {
            let node = fullNodes[Int(id.index)]
            let operands = node.operands.map { inner.symbol($0) }
            switch node.op {
            case .product(transposeLeft: true, transposeRight: false) where node.type.rank == 2:
                return Part(symbols: operands) { $0[0].rows.product($0[1].rows, transposeLeft: true) }
            case .product(transposeLeft: false, transposeRight: true) where node.type.rank == 2:
                return Part(symbols: operands) { $0[0].swapped.rows.product($0[1].swapped.rows, transposeLeft: true) }
            case .reduce(.sum, let axes) where axes.first == 0:
                return Part(symbols: operands) { $0[0].sum(axes: [0] + axes.map { $0 + 1 }) }
            case .scatterAdd:
                return Part(symbols: operands) { $0[0].builder.add(node.op, $0) }
            case .binary(.add):
                guard let (left, right) = part(node.operands[0]).flatMap({ left in part(node.operands[1]).map { (left, $0) } }) else {
                    return nil
                }
                let count = left.symbols.count
                return Part(symbols: left.symbols + right.symbols) { left.finish(Array($0[..<count])) + right.finish(Array($0[count...])) }
            case .reshape, .transpose, .unary(.negate):
                guard let source = part(node.operands[0]) else { return nil }
                return Part(symbols: source.symbols) { $0[0].builder.add(node.op, [source.finish($0)]) }
            default: return nil
            }
        }
        var parts: [Int: Part] = [:]
        for (position, gradient) in zip(wanted, gradients) where position >= firstConstant { parts[position] = part(gradient.id) }

        // What the backward body reads of the forward one.
        var outputs: [Symbol] = []
        for (position, gradient) in zip(wanted, gradients) {
            if let part = parts[position] { outputs += part.symbols } else { outputs.append(gradient) }
        }
        let needed = full.needed(for: outputs.map(\.id))
        let forwardCount = body.nodes.count
        var read = Set<Int>()
        for index in forwardCount..<fullNodes.count where needed[index] {
            for id in fullNodes[index].operands where Int(id.index) < forwardCount { read.insert(Int(id.index)) }
        }
        for output in outputs where Int(output.id.index) < forwardCount { read.insert(Int(output.id.index)) }
        /// Values of the forward round that are neither known, nor a sequence, nor a constant of the scan.
        let residuals = read.sorted().filter {
            switch body.nodes[$0].op {
            case .constant, .iota: false
            case .input(let position): position < carried
            default: true
            }
        }

        // The forward scan, with the residuals behind its results.
        var extended = body
        extended.outputs += residuals.map { NodeID($0) }
        var forwardScan = scan
        forwardScan.body = extended
        let forward = residuals.isEmpty ? this : add(.scan(forwardScan), node.operands.map { symbol($0) })
        let stacks = residuals.indices.map { add(.result(body.outputs.count + $0), [forward]) }

        // The backward body. Carried: gradients of the carried values, sums for constants. Sequences: seeds of the results, residuals, the
        // sequences that are read. Constants: those that are read.
        let summed = wanted.filter { $0 >= firstConstant && parts[$0] == nil }
        let readInputs = read.compactMap { index -> Int? in
            if case .input(let position) = body.nodes[index].op, position >= carried { position } else { nil }
        }.sorted()
        let readSequences = readInputs.filter { $0 < firstConstant }
        let readConstants = readInputs.filter { $0 >= firstConstant }
        let back = Builder()
        var replaced: [Int: Symbol] = [:]
        for seed in carriedSeeds { replaced[Int(seed.id.index)] = back.input(seed.type) }
        let sums = summed.map { back.input(body.inputs[$0]) }
        for seed in stackedSeeds { replaced[Int(seed.id.index)] = back.input(seed.type) }
        for index in residuals { replaced[index] = back.input(body.nodes[index].type) }
        for position in readSequences + readConstants {
            let symbol = inner.inputSymbol(position)
            replaced[Int(symbol.id.index)] = back.input(symbol.type)
        }
        for index in fullNodes.indices where replaced[index] == nil && (needed[index] && index >= forwardCount || read.contains(index)) {
            let node = fullNodes[index]
            guard node.operands.allSatisfy({ replaced[Int($0.index)] != nil }) else {
                throw Diagnostic(
                    "the gradient of a recurrence reads a value that was not kept", help: "this is a mistake in Latent, not in your program"
                )
            }
            replaced[index] = back.add(node.op, node.operands.compactMap { replaced[Int($0.index)] })
        }
        func written(_ symbol: Symbol) -> Symbol { replaced[Int(symbol.id.index)] ?? back.constant(0, symbol.type) }
        let gradientOf = Dictionary(uniqueKeysWithValues: zip(wanted, gradients))
        var results: [Symbol] = liveCarried.compactMap { gradientOf[$0].map(written) }
        for (position, sum) in zip(summed, sums) { if let gradient = gradientOf[position] { results.append(sum + written(gradient)) } }
        let carriedBack = results.count
        let liveSequences = liveOthers.filter { $0 < firstConstant }
        results += liveSequences.compactMap { gradientOf[$0].map(written) }
        var partPlaces: [Int: Range<Int>] = [:]
        for position in wanted {
            guard let part = parts[position] else { continue }
            partPlaces[position] = results.count..<results.count + part.symbols.count
            results += part.symbols.map(written)
        }
        let backBody = try back.finish(results)
        let backScan = Scan(
            body: backBody, length: scan.length, carried: carriedBack,
            sequences: stackedSeeds.count + residuals.count + readSequences.count, reverse: !scan.reverse)
        var arguments: [Symbol] = liveCarried.map { given[$0] ?? constant(0, body.outputTypes[$0]) }
        arguments += summed.map { constant(0, body.inputs[$0]) }
        arguments += stacked.compactMap { given[$0] }
        arguments += stacks
        arguments += (readSequences + readConstants).map { symbol(node.operands[$0]) }
        let backward = add(.scan(backScan), arguments)

        var answer = [Symbol?](repeating: nil, count: node.operands.count)
        for (place, position) in (liveCarried + summed + liveSequences).enumerated() { answer[position] = add(.result(place), [backward]) }
        for position in wanted {
            guard let places = partPlaces[position] else { continue }
            if let part = parts[position] { answer[position] = part.finish(places.map { add(.result($0), [backward]) }) }
        }
        return answer
    }
}
