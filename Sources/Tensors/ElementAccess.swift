/// One element of a vector: what the evaluator's loops read and write.
extension Tensor {
    /// A number of a vector; nil where it is missing, a bool or not computed yet.
    @inline(__always) public func element(at index: Int) -> Double? {
        guard storage.missing == nil, storage.source == nil else { return nil }
        switch storage.elements {
        case .float64(let values): return values[index]
        case .int32(let values): return Double(values[index])
        case .float32(let values): return Double(values[index])
        case .bool: return nil
        }
    }

    /// A bool of a vector; nil where it is missing, a number or not computed yet.
    @inline(__always) public func boolElement(at index: Int) -> Bool? {
        guard storage.missing == nil, storage.source == nil, case .bool(let values) = storage.elements else { return nil }
        return values[index]
    }

    /// Sets one number of a vector, in place where no one else holds it; false where the element type differs.
    @inline(__always) public mutating func setElement(_ index: Int, _ value: Double) -> Bool {
        guard storage.missing == nil, storage.source == nil, case .float64(var values) = storage.elements else { return false }
        makeUnique()
        // The storage lets go of the array, so that the change is in place.
        storage.elements = .bool([])
        values[index] = value
        storage.elements = .float64(values)
        return true
    }

    /// Sets one bool of a vector, in place where no one else holds it; false where the element type differs.
    @inline(__always) public mutating func setElement(_ index: Int, _ value: Bool) -> Bool {
        guard storage.missing == nil, storage.source == nil, case .bool(var values) = storage.elements else { return false }
        makeUnique()
        storage.elements = .float64([])
        values[index] = value
        storage.elements = .bool(values)
        return true
    }

    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.shape, storage.elements, storage.missing) }
    }
}
