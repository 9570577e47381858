/// Every model family there is.
public enum ModelCatalog {
    public static let all: [ModelFamily] = []
    public static func family(named name: String) -> ModelFamily? { all.first { $0.name == name } }
}
