import Diagnostics

// What a round computes without the carried values, and what only its results need, is computed for all rounds at once, where it is heavy:
// products of long matrices are faster than many of short ones.

extension Loop {
    /// What depends on slices and constants alone is computed before, over all rounds: a recurrent network's products with its inputs. What
    /// depends on constants alone is computed once.
    mutating func computeBefore() throws(Diagnostic) {
        var varying = [Bool](repeating: false, count: body.nodes.count)
        var sliced = varying
        var heavy = varying
        for (index, node) in body.nodes.enumerated() {
            let operands = node.operands.map { Int($0.index) }
            if case .input(let position) = node.op {
                varying[index] = carried.contains(position)
                sliced[index] = sequences.contains(position)
            }
            varying[index] = varying[index] || node.op.draws || operands.contains { varying[$0] }
            sliced[index] = sliced[index] || operands.contains { sliced[$0] }
            heavy[index] = node.op.isHeavy || operands.contains { heavy[$0] }
        }
        // Results that no carried value flows into; then what is read by nodes that one does.
        var known: [Int: NodeID] = [:]
        for case .result(let output)? in places where output >= scan.carried {
            let id = body.outputs[output]
            if !varying[Int(id.index)], heavy[Int(id.index)] || !sliced[Int(id.index)] || carried.isEmpty { known[output] = id }
        }
        var moved: [NodeID] = []
        func consider(_ id: NodeID) {
            var id = id
            while case .broadcast = body[id].op { id = body[id].operands[0] }
            let index = Int(id.index)
            switch body[id].op {
            case .input, .constant, .iota, .scan: return
            case .reshape, .transpose: if !heavy[index] { return }
            default: break
            }
            if heavy[index] || !sliced[index], !moved.contains(id) { moved.append(id) }
        }
        for (index, node) in body.nodes.enumerated() where varying[index] {
            for id in node.operands where !varying[Int(id.index)] { consider(id) }
        }
        for id in body.outputs where !varying[Int(id.index)] && !known.values.contains(id) { consider(id) }
        let knownOutputs = known.keys.sorted()
        let targets = moved + knownOutputs.compactMap { known[$0] }
        if targets.isEmpty { return }

        var part = body
        part.outputs = targets
        let marks = body.inputs.indices.map { sequences.contains($0) }
        let (graph, _) = try part.pruned().lifted(marks, Batch(size: scan.length), force: targets.map { sliced[Int($0.index)] })
        let symbols = builder.inline(graph, operands)
        for (output, symbol) in zip(knownOutputs, symbols.dropFirst(moved.count)) {
            let whole = symbol.broadcast(to: [scan.length] + body[body.outputs[output]].type.shape)
            settle(output, whole)
        }
        let pairs = zip(moved, symbols).map { ($0, $1) }
        try remake(sequences: pairs.filter { sliced[Int($0.0.index)] }, constants: pairs.filter { !sliced[Int($0.0.index)] })
    }

    /// Results that do not flow back are computed after, over all rounds, from what the rounds carry: a recurrent network's products with its
    /// outputs.
    mutating func computeAfter() throws(Diagnostic) {
        let core = body.needed(for: carried.map { body.outputs[$0] })
        /// Nodes that a result needs and no carried value, with what they read of the rest.
        func cone(_ target: NodeID) -> (inside: Set<Int>, read: Set<Int>) {
            var (inside, read) = (Set<Int>(), Set<Int>())
            var open = [Int(target.index)]
            while let index = open.popLast() {
                if inside.contains(index) || read.contains(index) { continue }
                let op = body.nodes[index].op
                var isRead = core[index] || op.draws
                switch op {
                case .input: isRead = true
                case .constant, .iota: isRead = false
                // A scan and its values stay together.
                case .result:
                    let scan = body.nodes[index].operands[0]
                    isRead = isRead || core[Int(scan.index)] || body[scan].op.draws
                default: break
                }
                if isRead {
                    read.insert(index)
                } else {
                    inside.insert(index)
                    open += body.nodes[index].operands.map { Int($0.index) }
                }
            }
            return (inside, read)
        }
        let stacked = Set(body.outputs.dropFirst(scan.carried).map { Int($0.index) })
        var chosen: [Int] = []
        var (inside, read) = (Set<Int>(), Set<Int>())
        for case .result(let output)? in places where output >= scan.carried && !chosen.contains(output) {
            let (nodes, boundary) = cone(body.outputs[output])
            guard nodes.contains(where: { body.nodes[$0].op.isHeavy }) else { continue }
            let stacks = boundary.filter { index in
                if case .input(let position) = body.nodes[index].op { carried.contains(position) } else { !stacked.contains(index) }
            }
            let largest = nodes.map { body.nodes[$0].type.count }.max() ?? 0
            guard stacks.reduce(0, { $0 + body.nodes[$1].type.count }) <= 4 * largest else { continue }
            chosen.append(output)
            inside.formUnion(nodes)
            read.formUnion(boundary)
        }
        if chosen.isEmpty { return }

        // One example of the part that comes after; its inputs are what it reads, over all rounds or the same in all.
        let part = Builder()
        var symbols: [Int: Symbol] = [:]
        for index in read.sorted() { symbols[index] = part.input(body.nodes[index].type) }
        for index in inside.sorted() {
            symbols[index] = part.add(body.nodes[index].op, body.nodes[index].operands.compactMap { symbols[Int($0.index)] })
        }
        let targets = chosen.map { body.outputs[$0] }
        let graph = try part.finish(targets.compactMap { symbols[Int($0.index)] })
        func input(_ index: Int) -> Int? { if case .input(let position) = body.nodes[index].op { position } else { nil } }
        let kept = read.sorted().map { index -> (index: Int, operand: Symbol?, isSliced: Bool) in
            guard let position = input(index), position >= scan.carried else { return (index, nil, true) }
            return (index, operands[position], sequences.contains(position))
        }
        let after = try graph.lifted(kept.map(\.isSliced), Batch(size: scan.length), force: targets.map { _ in true }).graph

        // The scan gives what is read instead of what was chosen.
        var waiting: [(place: Int, chosen: Int)] = []
        for (place, value) in places.enumerated() {
            guard case .result(let output)? = value, let position = chosen.firstIndex(of: output) else { continue }
            waiting.append((place, position))
            places[place] = nil
        }
        var next = try remake(results: kept.filter { $0.operand == nil }.map { NodeID($0.index) })
        let node = try builder.apply(.scan(scan), operands)
        let arguments = kept.map { (_, operand, _) -> Symbol in
            if let operand { return operand }
            defer { next += 1 }
            return builder.add(.result(next), [node])
        }
        let results = builder.inline(after, arguments)
        for (place, position) in waiting { places[place] = .known(results[position]) }
    }

    /// Makes the scan anew, with the results that are still read, and some nodes of its body as further results; others may be given from
    /// outside, by slices or by constants. Gives the place of the first further result.
    @discardableResult
    private mutating func remake(
        results: [NodeID] = [], sequences given: [(NodeID, Symbol)] = [], constants settled: [(NodeID, Symbol)] = []
    ) throws(Diagnostic) -> Int {
        let inner = Builder()
        var symbols: [Int: Symbol] = [:]
        let inputPlaces = body.inputPlaces
        func take(_ id: NodeID) { symbols[Int(id.index)] = inner.input(body[id].type) }
        for position in carried.lowerBound..<sequences.upperBound { take(inputPlaces[position]) }
        for (id, _) in given { take(id) }
        for position in constants { take(inputPlaces[position]) }
        for (id, _) in settled { take(id) }

        var stacked: [Int] = []
        for case .result(let output)? in places where output >= scan.carried && !stacked.contains(output) { stacked.append(output) }
        let outputs = body.outputs.prefix(scan.carried) + stacked.map { body.outputs[$0] } + results
        let needed = body.needed(for: Array(outputs), without: Set(symbols.keys))
        for (index, node) in body.nodes.enumerated() where needed[index] && symbols[index] == nil {
            symbols[index] = inner.add(node.op, node.operands.compactMap { symbols[Int($0.index)] })
        }
        places = places.map { place in
            guard case .result(let output)? = place, let position = stacked.firstIndex(of: output) else { return place }
            return .result(scan.carried + position)
        }
        operands = operands[..<constants.lowerBound] + given.map(\.1) + operands[constants] + settled.map(\.1)
        scan.body = try inner.finish(outputs.compactMap { symbols[Int($0.index)] })
        scan.sequences += given.count
        return scan.carried + stacked.count
    }

    private mutating func settle(_ output: Int, _ symbol: Symbol) {
        for (place, value) in places.enumerated() {
            if case .result(let found)? = value, found == output { places[place] = .known(symbol) }
        }
    }
}

extension Op {
    /// Whether it draws, itself or in its body.
    var draws: Bool {
        switch self {
        case .random: true
        case .scan(let scan): scan.body.isRandom
        default: false
        }
    }

    /// Whether doing it for many examples at once is much faster than for one after the other.
    var isHeavy: Bool {
        switch self {
        case .product, .convolution, .convolutionImage, .convolutionKernel, .cholesky, .triangularSolve, .scan: true
        default: false
        }
    }
}
