/// Every family of distributions, in the order of the reference.
public enum DistributionCatalog {
    public static let all: [DistributionFamily] = [
        Bernoulli.family, Binomial.family, Categorical.family, Geometric.family, Poisson.family, Multinomial.family,
        Normal.family, LogNormal.family, HalfNormal.family, StudentT.family, HalfCauchy.family, Uniform.family,
        Exponential.family, Gamma.family, Beta.family,
        MultivariateNormal.family, Dirichlet.family,
    ]

    public static func family(named name: String) -> DistributionFamily? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
