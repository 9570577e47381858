import Diagnostics
import Language
import Tensors

extension Call {
    var name: String { signature.name }

    func isGiven(_ index: Int) -> Bool { !values[index].isNone }

    /// An argument of the wrong kind.
    func mustBe(_ index: Int, _ what: String, help: String? = nil) -> Diagnostic {
        wrong(
            index, "\(signature.parameters[index].name) must be \(what), and it is \(values[index].kindName)",
            help: help ?? "\(name) is called as \(signature.text)")
    }

    /// A whole number, where one is given.
    func integerIfGiven(_ index: Int, in range: ClosedRange<Int> = Int(-1e15)...Int(1e15)) throws(Diagnostic) -> Int? {
        isGiven(index) ? try integer(index, in: range) : nil
    }

    func numberIfGiven(_ index: Int) throws(Diagnostic) -> Double? { isGiven(index) ? try number(index) : nil }

    func stringIfGiven(_ index: Int) throws(Diagnostic) -> String? { isGiven(index) ? try string(index) : nil }

    /// The values of a parameter that takes any number.
    func rest(_ index: Int) -> [Value] {
        if case .list(let list) = values[index] { return list.items }
        return []
    }

    /// The values of a parameter that takes any number, as tensors.
    func tensors(_ index: Int) throws(Diagnostic) -> [Tensor] {
        var tensors: [Tensor] = []
        for value in rest(index) {
            guard let tensor = value.asTensor else {
                throw wrong(
                    index, "\(name) takes numbers and tensors, and this is \(value.kindName)", help: "it is called as \(signature.text)")
            }
            tensors.append(tensor)
        }
        return tensors
    }

    /// A tensor of at least one axis.
    func array(_ index: Int) throws(Diagnostic) -> Tensor {
        let tensor = try tensor(index)
        guard !tensor.isScalar else { throw mustBe(index, "a tensor of at least one axis") }
        return tensor
    }

    /// A tensor of one axis.
    func vector(_ index: Int) throws(Diagnostic) -> Tensor {
        let tensor = try tensor(index)
        guard tensor.rank == 1 else { throw mustBe(index, "a tensor of one axis") }
        return tensor
    }

    /// A table.
    func table(_ index: Int) throws(Diagnostic) -> Record {
        guard case .table(let table) = values[index] else { throw mustBe(index, "a table") }
        return table
    }

    /// Strings: one, or a list or tuple of them.
    func strings(_ index: Int) throws(Diagnostic) -> [String] {
        if case .text(let text) = values[index] { return [text.value] }
        var strings: [String] = []
        for item in try items(index) {
            guard case .text(let text) = item else { throw mustBe(index, "a string or a list of strings") }
            strings.append(text.value)
        }
        return strings
    }

    /// Words that stand for the items of a list of labels: strings bare, numbers as they print.
    func labels(_ index: Int) throws(Diagnostic) -> [String] {
        isGiven(index) ? try items(index).map { $0.plainText() } : []
    }

    /// Sizes given one by one or as one list: `zeros(3, 4)`, `zeros([3, 4])`.
    func sizes(_ index: Int, fitting: Bool = false) throws(Diagnostic) -> [Int] {
        var sizes: [Int] = []
        for tensor in try tensors(index) {
            guard tensor.rank <= 1, !tensor.hasMissing else {
                throw wrong(index, "sizes are whole numbers, and this is a tensor of shape \(tensor.shape)")
            }
            for size in tensor.doubles {
                guard size == size.rounded(), size >= (fitting ? -1 : 0), size < 1e15 else {
                    throw wrong(index, "a size must be a whole number that is not negative, and it is \(formatNumber(size))")
                }
                sizes.append(Int(size))
            }
        }
        return sizes
    }
}

extension Value {
    /// The kind without its article: `number`, `tensor`, `table`.
    var kindWord: String {
        switch self {
        case .tensor: "tensor"
        case .object(let object):
            switch object.kind {
            case .distribution: "distribution"
            case .distributionFamily, .modelFamily: "family"
            case .recipe, .fitted, .definition, .joint, .conditioned: "model"
            case .picture: "picture"
            case .network: "network"
            case .optimizer: "optimiser"
            case .batches: "batches"
            }
        default: kindName.hasPrefix("a ") ? String(kindName.dropFirst(2)) : kindName
        }
    }

    /// How many things a loop over the value goes through, or how many fields a record has; nil for what has no length.
    var length: Int? {
        switch self {
        case .text(let text): text.count
        case .tensor(let tensor): tensor.shape.first
        case .range(let range): range.count
        case .list(let list), .tuple(let list): list.items.count
        case .table(let table): table.rowCount
        case .record(let record): record.names.count
        case .object(let object): if case .batches(let batches) = object.kind { batches.count } else { nil }
        default: nil
        }
    }
}

extension Record {
    /// The rows of a table.
    var rowCount: Int { values.first?.length ?? 0 }
}

/// `[1, 2]`: where a row-major position is in a tensor.
func place(_ position: Int, in shape: [Int]) -> String {
    var rest = position
    var indices: [String] = []
    for size in shape.reversed() {
        indices.append(String(rest % max(size, 1)))
        rest /= max(size, 1)
    }
    return "[" + indices.reversed().joined(separator: ", ") + "]"
}

/// The result, unless it holds a NaN that no operand held.
func defined(_ result: Tensor, from operands: [Tensor], _ name: String) throws(Diagnostic) -> Tensor {
    guard let position = result.firstNaN(), operands.allSatisfy({ $0.firstNaN() == nil }) else { return result }
    let at = result.isScalar ? "" : " at \(place(position, in: result.shape))"
    if operands.count == 1, operands[0].shape == result.shape {
        throw Diagnostic("\(name) has no value for \(formatNumber(operands[0].double(at: position)))\(at)")
    }
    throw Diagnostic("\(name) has no value here\(at)", help: "inf - inf, 0 / 0 and 0 * inf have no value")
}
