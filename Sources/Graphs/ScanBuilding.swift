import Diagnostics

extension Builder {
    /// Runs a body over and over: its carried values go from round to round, each round reads one slice along axis 0 of every sequence, and
    /// what else it gives is stacked along axis 0. The constants are the same in every round.
    ///
    /// Throws where the body gives carried values of other types than it takes, or a sequence is not as long as there are rounds.
    public func scan(
        length: Int, carried: [Symbol], sequences: [Symbol] = [], constants: [Symbol] = [], reverse: Bool = false,
        _ body: (_ carried: [Symbol], _ slices: [Symbol], _ constants: [Symbol]) throws(Diagnostic) -> (
            carried: [Symbol], results: [Symbol]
        )
    ) throws(Diagnostic) -> (carried: [Symbol], results: [Symbol]) {
        for sequence in sequences where sequence.shape.first != length {
            throw Diagnostic("a sequence of shape \(sequence.shape) does not have \(length) slices")
        }
        let inner = Builder(sitesFrom: self)
        let insideCarried = carried.map { inner.input($0.type) }
        let slices = sequences.map { inner.input(TensorType($0.dtype, Array($0.shape.dropFirst()))) }
        let insideConstants = constants.map { inner.input($0.type) }
        let given = try body(insideCarried, slices, insideConstants)
        let scan = Scan(
            body: try inner.finish(given.carried + given.results), length: length, carried: carried.count, sequences: sequences.count,
            reverse: reverse)
        takeSites(of: inner)
        let results = try self.results(of: scan, carried + sequences + constants)
        return (Array(results[..<carried.count]), Array(results[carried.count...]))
    }

    /// All the values of a scan.
    func results(of scan: Scan, _ operands: [Symbol]) throws(Diagnostic) -> [Symbol] {
        let node = try apply(.scan(scan), operands)
        return scan.resultTypes.indices.map { add(.result($0), [node]) }
    }
}
