/// Every family of distributions there is.
public enum DistributionCatalog {
    public static let all: [DistributionFamily] = [
        Normal.family, Uniform.family, Bernoulli.family, Categorical.family, Gamma.family, Beta.family, Poisson.family,
        Multinomial.family, MultivariateNormal.family,
    ]
    public static func family(named name: String) -> DistributionFamily? { all.first { $0.name == name } }
}
