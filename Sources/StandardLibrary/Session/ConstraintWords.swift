import Distributions

extension Constraint {
    /// What a parameter must be, for the reference.
    var words: String {
        switch self {
        case .real: "any number"
        case .positive: "positive"
        case .nonNegative: "not negative"
        case .probability: "a probability"
        case .count: "a whole number that is not negative"
        case .simplex: "probabilities that sum to 1"
        case .positiveDefinite: "a positive definite matrix"
        case .lowerTriangular: "a lower triangular matrix"
        }
    }
}
