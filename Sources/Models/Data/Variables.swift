import Diagnostics
import Tensors

/// Which data stand for which variables of a family.
///
/// A table or record with the family's names is taken as it is. A bare value, or a table with none of the names, is `x`. With `y`, that column is y and
/// the others are x, as a table that keeps their names (or, where one is left that is not a plain column, that column itself).
///
/// - Returns: a frame whose names are variables of the family.
/// - Throws: where the column does not exist.
public func takeVariables(_ data: Datum, y: String? = nil, for family: ModelFamily) throws(Diagnostic) -> Frame {
    guard case .frame(let frame) = data else {
        guard y == nil else { throw Diagnostic("y: names a column, and the data is no table", argument: "y") }
        let isColumn = (data.exampleCount ?? 0) > 0
        return Frame([("x", data)], isTable: isColumn)
    }
    if let y {
        guard let labels = frame[y] else {
            throw Diagnostic(
                "the table has no column \(y)", argument: "y",
                help: suggestion(for: y, among: frame.names) ?? "its columns are \(frame.names.joined(separator: ", "))")
        }
        guard family.variables.contains("y") else { throw Diagnostic("\(family.name) has no variable y", argument: "y") }
        let others = zip(frame.names, frame.columns).filter { $0.0 != y }.map { (name: $0.0, value: $0.1) }
        guard !others.isEmpty else { throw Diagnostic("no column but \(y) is left to be x", argument: "y") }
        let x: Datum = others.count == 1 && others[0].name == "x" ? others[0].value : .frame(Frame(others, isTable: frame.isTable))
        return Frame([("x", x), ("y", labels)], isTable: frame.isTable)
    }
    let named = zip(frame.names, frame.columns).filter { family.variables.contains($0.0) }.map { (name: $0.0, value: $0.1) }
    return named.isEmpty ? Frame([("x", data)], isTable: frame.isTable) : Frame(named, isTable: frame.isTable)
}

/// What was taken, in words: `taking x: sepal_length, ... and y: class`. Nil where there was nothing to choose.
public func variablesNote(_ frame: Frame, y: String? = nil) -> String? {
    if frame.names == ["x"] {
        guard case .frame = frame.columns[0] else { return nil }
    }
    let parts = zip(frame.names, frame.columns).map { name, value in
        if name == "y", let y { return "y: \(y)" }
        guard case .frame(let columns) = value else { return name }
        let shown = columns.names.prefix(4).joined(separator: ", ")
        return "\(name): \(shown)\(columns.names.count > 4 ? ", ..." : "")"
    }
    return "taking \(parts.joined(separator: " and "))"
}

/// It learned from a table whose columns it remembers, so that data may be tables that hold more.
public protocol RemembersColumns: FittedModel {
    /// The names of the columns of x; nil where x was no table.
    var xColumns: [String]? { get }
}

extension FittedNaiveBayes: RemembersColumns {
    public var xColumns: [String]? { columnNames }
}
extension FittedMixture: RemembersColumns {
    public var xColumns: [String]? { layout.names }
}
extension FittedLinearRegression: RemembersColumns {
    public var xColumns: [String]? { encoder.isTable ? encoder.parts.map(\.name) : nil }
}
extension FittedLogisticRegression: RemembersColumns {
    public var xColumns: [String]? { encoder.isTable ? encoder.parts.map(\.name) : nil }
}

/// Finds a fitted model's variables in data: as `takeVariables` for its family, and where the model remembers the columns of x, those columns of a table that holds
/// more are x. One further column is y, where the family has one and `takesY`.
public func takeVariables(_ data: Datum, y: String? = nil, for model: any FittedModel, takesY: Bool = true) throws(Diagnostic) -> Frame {
    let family = type(of: model.model).family
    guard y == nil, case .frame(let frame) = data, !frame.names.contains(where: family.variables.contains),
        let columns = (model as? any RemembersColumns)?.xColumns, columns.allSatisfy(frame.names.contains),
        frame.names.count > columns.count
    else { return try takeVariables(data, y: y, for: family) }
    let x = Frame(columns.map { ($0, frame[$0] ?? .none) }, isTable: frame.isTable)
    var taken = Frame([("x", .frame(x))], isTable: frame.isTable)
    let others = frame.names.filter { !columns.contains($0) }
    if takesY, family.variables.contains("y"), others.count == 1 { taken["y"] = frame[others[0]] }
    return taken
}
