import Diagnostics
import Displays
import Distributions
import Layers
import Tensors

/// What a model takes and gives: a value of the language as the models know it.
public indirect enum Datum: Sendable {
    /// No value.
    case none
    /// Nothing was observed.
    case missing
    /// Numbers or bools; a single number is a tensor of rank 0. In a column the leading axis counts the examples.
    case tensor(Tensor)
    /// One text or label.
    case text(String)
    /// Labels or texts, one an example; nil is missing.
    case texts([String?])
    /// Anything else in a row, such as sequences of different lengths.
    case list([Datum])
    case frame(Frame)
    case distribution(any Distribution)
    case distributionFamily(DistributionFamily)
    case model(any Model)
    case fitted(any FittedModel)
    case network(Network)
    /// A chart, a table, a report: something to look at, with fields that can be read.
    case picture(any Displayable)

    public var fitted: (any FittedModel)? {
        if case .fitted(let model) = self { return model }
        return nil
    }

    /// How many examples a column holds; nil for what is no column.
    public var exampleCount: Int? {
        switch self {
        case .tensor(let tensor): tensor.shape.first
        case .texts(let texts): texts.count
        case .list(let items): items.count
        default: nil
        }
    }
}

/// Named variables: a record, or a table whose columns have one length.
public struct Frame: Sendable {
    public var names: [String]
    public var columns: [Datum]
    /// A table's columns have one entry a row; a record's values are single.
    public var isTable: Bool

    public init(_ entries: [(name: String, value: Datum)], isTable: Bool) {
        names = entries.map(\.name)
        columns = entries.map(\.value)
        self.isTable = isTable
    }

    public static let empty = Frame([], isTable: false)

    public subscript(name: String) -> Datum? {
        get { names.firstIndex(of: name).map { columns[$0] } }
        set {
            if let index = names.firstIndex(of: name) {
                if let newValue {
                    columns[index] = newValue
                } else {
                    names.remove(at: index)
                    columns.remove(at: index)
                }
            } else if let newValue {
                names.append(name)
                columns.append(newValue)
            }
        }
    }

    /// The number of rows of a table; 1 for a record.
    public var rowCount: Int { isTable ? columns.lazy.compactMap(\.rowCount).first ?? 0 : 1 }
    public var isEmpty: Bool { names.isEmpty }
}

/// A picture, table or report whose parts can be read by name.
public protocol HasFields: Displayable {
    var fieldNames: [String] { get }
    func field(_ name: String) -> Datum?
}
