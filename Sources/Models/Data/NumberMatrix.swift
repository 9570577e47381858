import Diagnostics
import Tensors

/// Examples as rows of numbers.
struct NumberMatrix: Sendable {
    var rows: Int
    var columns: Int
    /// [rows, columns], row-major.
    var values: [Double]
    /// The same size; nil where nothing is missing.
    var missing: [Bool]?

    func isMissing(_ row: Int, _ column: Int) -> Bool { missing?[row * columns + column] ?? false }
}

/// How the examples of a numeric variable are laid out: the shape of one, or the names of a table's columns.
struct NumericLayout: Sendable, Equatable {
    /// The shape of one example; `[]` for a number.
    var shape: [Int]
    /// The columns' names, where the variable is a table of numbers.
    var names: [String]?
    var width: Int { shape.reduce(1, *) }

    /// The layout of data whose leading axis counts examples.
    init(_ x: Datum, name: String) throws(Diagnostic) {
        switch x {
        case .tensor(let tensor) where tensor.rank > 0:
            shape = Array(tensor.shape.dropFirst())
        case .frame(let frame) where frame.isTable:
            for (column, value) in zip(frame.names, frame.columns) {
                guard case .tensor(let tensor) = value, tensor.rank == 1 else {
                    throw Diagnostic("the column \(column) of \(name) must hold one number a row")
                }
            }
            shape = [frame.names.count]
            names = frame.names
        default: throw Diagnostic("\(name) must hold numbers, one example a row")
        }
    }

    init(shape: [Int], names: [String]? = nil) { (self.shape, self.names) = (shape, names) }

    /// Reads examples; one of the variable's own shape is taken as one example.
    ///
    /// - Throws: where the shape is another, or a number is not finite.
    func read(_ x: Datum, name: String) throws(Diagnostic) -> (matrix: NumberMatrix, isSingle: Bool) {
        switch x {
        case .missing:
            return (
                NumberMatrix(
                    rows: 1, columns: width, values: [Double](repeating: 0, count: width), missing: [Bool](repeating: true, count: width)),
                true
            )
        case .tensor(let tensor):
            let isSingle = tensor.shape == shape
            guard isSingle || (tensor.rank > 0 && Array(tensor.shape.dropFirst()) == shape) else {
                let wanted = shape.isEmpty ? "numbers" : "examples of shape \(shape)"
                throw Diagnostic(
                    "\(name) has shape \(tensor.shape), and the model was fitted on \(wanted)",
                    help: "give one example of shape \(shape), or many along one more leading axis")
            }
            let values = tensor.doubles
            for index in values.indices where !values[index].isFinite && !tensor.isMissing(at: index) {
                throw Diagnostic(
                    "\(name) holds \(formatNumber(values[index])) at position \(index)", help: "write missing where nothing was observed")
            }
            return (NumberMatrix(rows: isSingle ? 1 : tensor.shape[0], columns: width, values: values, missing: tensor.missing), isSingle)
        case .frame(let frame):
            guard let names else { throw Diagnostic("\(name) must be a tensor with examples of shape \(shape), not a table") }
            return try read(frame, names: names, name: name)
        default: throw Diagnostic("\(name) must hold numbers")
        }
    }

    private func read(_ frame: Frame, names: [String], name: String) throws(Diagnostic) -> (matrix: NumberMatrix, isSingle: Bool) {
        let rows = frame.rowCount
        var matrix = NumberMatrix(rows: rows, columns: width, values: [Double](repeating: 0, count: rows * width))
        for (column, columnName) in names.enumerated() {
            guard let datum = frame[columnName] else {
                throw Diagnostic("\(name) lacks the column \(columnName)", help: "it has \(frame.names.joined(separator: ", "))")
            }
            let (part, _) = try NumericLayout(shape: []).read(datum, name: columnName)
            guard part.rows == rows else { throw Diagnostic("the column \(columnName) has \(part.rows) rows where others have \(rows)") }
            for row in 0..<rows {
                matrix.values[row * width + column] = part.values[row]
                if part.isMissing(row, 0) {
                    if matrix.missing == nil { matrix.missing = [Bool](repeating: false, count: rows * width) }
                    matrix.missing?[row * width + column] = true
                }
            }
        }
        return (matrix, !frame.isTable)
    }

    /// Rows of numbers in the shape that they came in.
    func write(_ matrix: NumberMatrix, isSingle: Bool) -> Datum {
        guard let names else {
            return .tensor(Tensor(matrix.values, shape: (isSingle ? [] : [matrix.rows]) + shape, missing: matrix.missing))
        }
        let columns = names.indices.map { column -> (name: String, value: Datum) in
            let values = (0..<matrix.rows).map { matrix.values[$0 * width + column] }
            let missing = matrix.missing.map { mask in (0..<matrix.rows).map { mask[$0 * width + column] } }
            return (names[column], .tensor(Tensor(values, shape: isSingle ? [] : [matrix.rows], missing: missing)))
        }
        return .frame(Frame(columns, isTable: !isSingle))
    }
}
