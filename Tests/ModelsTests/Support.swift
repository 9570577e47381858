import Diagnostics
import Foundation
import Tensors
import Testing

@testable import Models

/// The shipped data, read without the module that embeds it.
enum Shipped {
    static func text(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "Sources/EmbeddedData/data/\(name)"), encoding: .utf8)
    }

    /// A plain CSV whose last column is the class: x as [rows, columns] and y.
    static func labelled(_ name: String) throws -> Frame {
        let lines = try text(name).split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
        let width = lines[0].count - 1
        let values = lines.flatMap { $0.dropLast().map { Double($0) ?? .nan } }
        return Frame(
            [("x", .tensor(Tensor(values, shape: [lines.count, width]))), ("y", .texts(lines.map { String($0[width]) }))], isTable: true)
    }

    /// Messages and whether they are spam.
    static func messages() throws -> Frame {
        let rows = try text("sms_spam_small.tsv").split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }.filter {
            $0.count == 2
        }
        let known = rows.filter { ["ham", "spam"].contains($0[0]) }
        return Frame([("x", .texts(known.map { String($0[1]) })), ("y", .texts(known.map { String($0[0]) }))], isTable: true)
    }
}

func context(_ seed: UInt64 = 0) -> Context { Context(key: Key(seed: seed)) }

func recipe(_ family: String, _ settings: [(name: String, value: Datum)] = []) throws -> any Model {
    let family = try #require(ModelCatalog.family(named: family))
    var frame = Frame(family.settings.map { ($0.name, $0.value) }, isTable: false)
    for (name, value) in settings { frame[name] = value }
    return try family.make(frame)
}

func number(_ fitted: any FittedModel, _ field: String) -> Double {
    if case .tensor(let tensor)? = fitted.fields.first(where: { $0.name == field })?.value { return tensor.double(at: 0) }
    return .nan
}

func tensor(_ datum: Datum?) -> Tensor {
    if case .tensor(let tensor)? = datum { return tensor }
    return Tensor(Double.nan)
}
