import Diagnostics
import Displays
import Language
import Syntax
import Testing

/// What charts are made of.
@Suite struct PictureTests {
    @Test func chartsHoldTheirLayers() throws {
        let cases: [(String, [String])] = [
            ("plot([1, 4, 9])", ["line 3"]), ("plot(0..<2, (train: [3, 2], test: [3, 1]))", ["train: line 2", "test: line 2"]),
            ("plot([0, 1], a: [1, 2], b: [2, 3])", ["a: line 2", "b: line 2"]),
            ("plot([[1, 2], [3, 4], [5, 6]])", ["0: line 3", "1: line 3"]),
            ("plot(x -> x, 0...4)", ["line 200"]), ("plot(x -> x, [0, 1, 2])", ["line 3"]), ("plot(Normal(0, 1))", ["line 300"]),
            ("plot([Normal(0, 1), Normal(2, 0.5)])", ["Normal(0, 1): line 300", "Normal(2, 0.5): line 300"]),
            ("plot(Normal([0, 1], 1))", ["Normal(0, 1): line 300", "Normal(1, 1): line 300"]), ("plot(Bernoulli(0.3))", ["bars 2"]),
            ("scatter([1, 2], [3, 4], color: [\"a\", \"b\"])", ["points 2"]), ("bar(count([\"x\", \"y\", \"x\"]))", ["bars 2"]),
            ("bar([\"a\"], (p: [1], q: [2]))", ["p: bars 1", "q: bars 1"]), ("bar((a: 1, b: 2))", ["bars 2"]),
            ("histogram([1, 2, 2, missing])", ["histogram 2"]),
            ("layers(scatter([1], [1]), plot([1, 2]))", ["points 1", "line 2"]), ("heatmap([[1, 2]])", ["heat map 2"]),
            ("plot(table(a: [1, 2], k: [\"x\", \"y\"]))", ["a: line 2"]),
        ]
        for (code, expected) in cases {
            guard let chart = try picture(code) as? Chart else {
                Issue.record("\(code) makes no chart")
                continue
            }
            #expect(chart.layers.map(describe) == expected, "\(code)")
        }
    }

    /// The areas under a drawn density, and the heights of drawn probabilities, add up to one but for the tails.
    @Test func densitiesAddUpToOne() throws {
        for code in ["plot(Normal(3, 2))", "plot(Poisson(4))", "plot(Bernoulli(0.3))"] {
            let chart = try #require(try picture(code) as? Chart)
            for layer in chart.layers {
                switch layer.mark {
                case .line(let x, let y): #expect(abs(y.reduce(0, +) * (x[1] - x[0]) - 1) < 0.01, "\(code)")
                case .bars(_, let heights): #expect(abs(heights.reduce(0, +) - 1) < 0.01, "\(code)")
                default: Issue.record("\(code) is drawn otherwise")
                }
            }
        }
    }

    @Test func imagesTakeEveryShape() throws {
        let cases = [
            ("images(zeros(4, 8, 8))", "4 8x8x1"), ("images(zeros(2, 3, 5, 3))", "2 3x5x3"), ("images(zeros(2, 3, 5, 1))", "2 3x5x1"),
            ("images(zeros(6, 5))", "1 6x5x1"),
            ("images(zeros(6, 5, 3))", "1 6x5x3"), ("images(zeros(3, 64))", "3 8x8x1"), ("images(zeros(64))", "1 8x8x1"),
            ("images(zeros(2, 12), height: 3)", "2 3x4x1"),
            ("images(zeros(100, 12), width: 2, height: 2)", "100 2x2x3"),
        ]
        for (code, expected) in cases {
            guard let grid = try picture(code) as? ImageGrid, let first = grid.images.first else {
                Issue.record("\(code) makes no pictures")
                continue
            }
            #expect("\(grid.images.count) \(first.height)x\(first.width)x\(first.channels)" == expected, "\(code)")
        }
    }

    private func picture(_ code: String) throws -> (any Displayable)? {
        guard case .object(let object) = try Runner().interpreter.run(SourceText(name: "test", text: code)).shown,
            case .picture(let picture) = object.kind
        else { return nil }
        return picture
    }

    private func describe(_ layer: Chart.Layer) -> String {
        let mark =
            switch layer.mark {
            case .line(let x, _): "line \(x.count)"
            case .step(let x, _): "step \(x.count)"
            case .points(let x, _, _, _, _, _): "points \(x.count)"
            case .histogram(_, let heights): "histogram \(heights.count)"
            case .bars(let labels, _): "bars \(labels.count)"
            case .heatmap(let map): "heat map \(map.values.reduce(0) { $0 + $1.count })"
            default: "other"
            }
        return (layer.name.map { "\($0): " } ?? "") + mark
    }
}
