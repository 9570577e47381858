import Datasets
import Displays
import Foundation

extension MIMEBundle {
    /// The bundle as Jupyter messages carry it: bytes in base 64, JSON as values, and nothing that is meant for a terminal alone.
    var json: JSONValue {
        var data: JSONValue = [:]
        for (type, content) in entries where type != .terminal {
            switch content {
            case .bytes(let bytes): data[type.rawValue] = .string(Data(bytes).base64EncodedString())
            case .text(let text):
                let isJSON = type.rawValue.hasSuffix("+json") || type.rawValue == "application/json"
                data[type.rawValue] = (isJSON ? try? JSONValue(parsing: text) : nil) ?? .string(text)
            }
        }
        return data
    }
}
