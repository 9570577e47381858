/// Every family of distributions, in the order of the reference.
public enum DistributionCatalog {
    public static let all: [DistributionFamily] = [
        Bernoulli.family, Categorical.family, Poisson.family, Multinomial.family,
        Normal.family, Uniform.family, Gamma.family, Beta.family,
        MultivariateNormal.family,
    ]

    public static func family(named name: String) -> DistributionFamily? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
