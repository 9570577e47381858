import Diagnostics

/// A recurrence being rewritten: which of its values are still read, and what has been found out about each.
struct Loop {
    var scan: Scan
    var operands: [Symbol]
    let builder: Builder
    /// For each value of the scan as it was, where it is now; nil where nobody reads it.
    var places: [Place?]

    enum Place {
        /// Among the results of the scan.
        case result(Int)
        case known(Symbol)
    }

    init(_ scan: Scan, _ operands: [Symbol], used: Set<Int>, in builder: Builder) {
        (self.scan, self.operands, self.builder) = (scan, operands, builder)
        places = scan.body.outputs.indices.map { used.contains($0) ? .result($0) : nil }
    }

    var body: Graph { scan.body }
    var carried: Range<Int> { 0..<scan.carried }
    var sequences: Range<Int> { scan.carried..<scan.carried + scan.sequences }
    var constants: Range<Int> { scan.carried + scan.sequences..<body.inputs.count }

    /// The values that are read, in the order of the scan as it was.
    mutating func rewritten(_ memory: RewrittenBodies) throws(Diagnostic) -> [Symbol?] {
        scan.body = try body.rewritten(memory)
        settleKnown()
        try dropUnread()
        try computeBefore()
        try computeAfter()
        let node = body.outputs.isEmpty ? nil : try builder.apply(.scan(scan), operands)
        return places.map { place in
            switch place {
            case .known(let symbol): symbol
            case .result(let index): node.map { builder.add(.result(index), [$0]) }
            case nil: nil
            }
        }
    }

    // MARK: Rules

    /// Results that nobody reads are not kept, nor carried values that only they need, nor operands that nothing reads. Equal operands and
    /// equal results are one.
    private mutating func dropUnread() throws(Diagnostic) {
        var live = Set<Int>()
        for case .result(let index)? in places { live.insert(index) }
        let inputPlaces = body.inputPlaces
        // What no round changes is not carried, but a constant.
        let fixed = Set(carried.filter { body[body.outputs[$0]].op == .input($0) })
        while true {
            let needed = body.needed(for: live.map { body.outputs[$0] })
            let more = carried.filter { needed[Int(inputPlaces[$0].index)] && !live.contains($0) && !fixed.contains($0) }
            if more.isEmpty { break }
            live.formUnion(more)
        }
        let needed = body.needed(for: live.map { body.outputs[$0] })
        func isRead(_ position: Int) -> Bool { needed[Int(inputPlaces[position].index)] }

        let inner = Builder()
        var symbols = [Symbol?](repeating: nil, count: body.inputs.count)
        var kept: [Int] = []
        var known: [NodeID: Symbol] = [:]
        func take(_ position: Int) {
            symbols[position] = inner.input(body.inputs[position])
            kept.append(position)
        }
        func takeOnce(_ position: Int) {
            if let same = known[operands[position].id] {
                symbols[position] = same
            } else {
                take(position)
                known[operands[position].id] = symbols[position]
            }
        }
        let liveCarried = carried.filter(live.contains)
        for position in liveCarried { take(position) }
        for position in sequences where isRead(position) { takeOnce(position) }
        let sequenceCount = kept.count - liveCarried.count
        known = [:]
        for position in fixed.sorted() + constants where isRead(position) { takeOnce(position) }

        var nodes: [Symbol?] = []
        for (index, node) in body.nodes.enumerated() {
            if case .input(let position) = node.op {
                nodes.append(symbols[position])
            } else {
                nodes.append(needed[index] ? inner.add(node.op, node.operands.compactMap { nodes[Int($0.index)] }) : nil)
            }
        }
        var outputs = liveCarried.compactMap { nodes[Int(body.outputs[$0].index)] }
        var newPlaces: [Int: Int] = [:]
        for (place, position) in liveCarried.enumerated() { newPlaces[position] = place }
        for position in body.outputs.indices where position >= scan.carried && live.contains(position) {
            guard let symbol = nodes[Int(body.outputs[position].index)] else { continue }
            if let same = outputs.dropFirst(liveCarried.count).firstIndex(where: { $0.id == symbol.id }) {
                newPlaces[position] = same
            } else {
                newPlaces[position] = outputs.count
                outputs.append(symbol)
            }
        }
        operands = kept.map { operands[$0] }
        scan.body = try inner.finish(outputs)
        scan.carried = liveCarried.count
        scan.sequences = sequenceCount
        places = places.map { place in
            if case .result(let index)? = place { newPlaces[index].map { .result($0) } } else { place }
        }
    }

    /// A carried value that no round changes is what it was at first; a result that is a slice of a sequence is the sequence, one that is a
    /// constant the constant, repeated. No round, and one round that does not draw, are no recurrence.
    private mutating func settleKnown() {
        let isOnce = scan.length == 1 && !body.isRandom
        let once = isOnce ? builder.inline(body, operands.enumerated().map { $0.element.reshaped(body.inputs[$0.offset].shape) }) : []
        for (position, place) in places.enumerated() {
            guard case .result(let index)? = place else { continue }
            let output = body[body.outputs[index]]
            if scan.length == 0 {
                places[position] = .known(index < scan.carried ? operands[index] : builder.constant(0, scan.resultTypes[index]))
                continue
            }
            if isOnce {
                places[position] = .known(once[index].reshaped(scan.resultTypes[index].shape))
                continue
            }
            if index < scan.carried {
                if output.op == .input(index) { places[position] = .known(operands[index]) }
                continue
            }
            let shape = [scan.length] + output.type.shape
            switch output.op {
            case .input(let input) where sequences.contains(input): places[position] = .known(operands[input])
            case .input(let input) where constants.contains(input): places[position] = .known(operands[input].broadcast(to: shape))
            case .constant(let literal): places[position] = .known(builder.constant(literal).broadcast(to: shape))
            default: break
            }
        }
    }
}

extension Graph {
    /// Where the inputs are, by position.
    var inputPlaces: [NodeID] {
        var places = [NodeID](repeating: NodeID(0), count: inputs.count)
        for (index, node) in nodes.enumerated() { if case .input(let position) = node.op { places[position] = NodeID(index) } }
        return places
    }

    /// Which nodes are needed for some, where others are given.
    func needed(for targets: [NodeID], without given: Set<Int>) -> [Bool] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for id in targets { needed[Int(id.index)] = true }
        for index in nodes.indices.reversed() where needed[index] && !given.contains(index) {
            for id in nodes[index].operands { needed[Int(id.index)] = true }
        }
        return needed
    }
}
