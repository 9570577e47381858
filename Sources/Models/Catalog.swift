/// Every model family there is.
public enum ModelCatalog {
    public static let all: [ModelFamily] = [
        NaiveBayes.family,
        MixtureModel.family,
        LinearRegression.family,
        LogisticRegression.family,
        MarkovChain.family,
        NGram.family,
    ]
    public static func family(named name: String) -> ModelFamily? { all.first { $0.name == name } }
}
