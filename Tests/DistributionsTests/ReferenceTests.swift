import Diagnostics
import Distributions
import Tensors
import Testing

struct ReferenceTests {
    @Test func numbersAgreeWithSciPy() throws {
        let references = Reference.all
        #expect(references.count == referenceNumbers.split(separator: "\n").count)
        for reference in references {
            let distribution = try reference.family.make(reference.arguments)
            for (name, expected) in reference.numbers {
                let value = try value(distribution, reference, name)
                #expect(isClose(value, expected, 1e-10), "\(reference.text): \(name) is \(value), not \(expected)")
            }
        }
    }

    private func value(_ distribution: any Distribution, _ reference: Reference, _ name: String) throws -> Double {
        let x = Tensor(reference.x)
        switch reference.kind {
        case "quantile": return try distribution.quantile(Tensor(Double(name) ?? .nan)).double(at: 0)
        case "statistic": return try statistic(distribution, name).double(at: 0)
        default: break
        }
        switch name {
        case "logDensity": return try distribution.logDensity(x).double(at: 0)
        case "cdf": return try distribution.cdf(x).double(at: 0)
        case "survival": return try distribution.survival(x).double(at: 0)
        case "logCDF": return try distribution.logCDF(x).double(at: 0)
        case "logSurvival": return try distribution.logSurvival(x).double(at: 0)
        default: throw Diagnostic("the reference has no \(name)")
        }
    }

    private func statistic(_ distribution: any Distribution, _ name: String) throws -> Tensor {
        switch Statistic(rawValue: name) {
        case .mean: try distribution.mean()
        case .variance: try distribution.variance()
        case .sd: try distribution.sd()
        case .mode: try distribution.mode()
        case .median: try distribution.median()
        case .skewness: try distribution.skewness()
        case .kurtosis: try distribution.kurtosis()
        case .entropy: try distribution.entropy()
        case nil: throw Diagnostic("the reference has no \(name)")
        }
    }
}
