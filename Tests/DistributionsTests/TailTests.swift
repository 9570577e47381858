import Diagnostics
import Distributions
import Tensors
import Testing

struct TailTests {
    /// Log densities at 40 digits (mpmath 1.3), where logarithms of large gamma functions cancel or a parameter is tiny.
    @Test func wideParametersKeepTheirDigits() throws {
        let cases: [(String, [String: Double], Double, Double)] = [
            ("Poisson", ["rate": 1000000.0], 970000.0, -462.38020412706557),
            ("Poisson", ["rate": 1000000.0], 999000.0, -8.3263603954868015),
            ("Poisson", ["rate": 1000000.0], 1000000.0, -7.8266938955201431),
            ("Poisson", ["rate": 1000000.0], 1030000.0, -453.40778208494855),
            ("Binomial", ["count": 1000000.0, "p": 0.3], 0.0, -356674.94393873236),
            ("Binomial", ["count": 1000000.0, "p": 0.3], 286000.0, -477.97840852119167),
            ("Binomial", ["count": 1000000.0, "p": 0.3], 300000.0, -7.0463702515465391),
            ("Binomial", ["count": 1000000.0, "p": 0.3], 313800.0, -456.63243041550613),
            ("Beta", ["a": 0.01, "b": 0.01], 1e-300, 678.5696173792459),
            ("Beta", ["a": 0.01, "b": 0.01], 1e-05, 6.0996508703843589),
            ("Beta", ["a": 0.01, "b": 0.01], 0.5, -3.9257238224769757),
            ("Beta", ["a": 0.01, "b": 0.01], 0.999, 1.541512981536895),
            ("Beta", ["a": 10000.0, "b": 10000.0], 0.4, -403.45318328440751),
            ("Beta", ["a": 10000.0, "b": 10000.0], 0.5, 4.7259399236233418),
            ("Beta", ["a": 10000.0, "b": 10000.0], 0.503, 4.3659694441158325),
            ("Beta", ["a": 10000.0, "b": 10000.0], 0.6, -403.45318328440751),
            ("Gamma", ["shape": 0.001, "rate": 1.0], 1e-300, 683.17757348493164),
            ("Gamma", ["shape": 0.001, "rate": 1.0], 1e-05, 4.5942236541214044),
            ("Gamma", ["shape": 0.001, "rate": 1.0], 1.0, -7.9071788853838537),
            ("Gamma", ["shape": 0.001, "rate": 1.0], 30.0, -40.304975069664347),
            ("Gamma", ["shape": 1000000.0, "rate": 2.0], 485000.0, -466.31057221602141),
            ("Gamma", ["shape": 1000000.0, "rate": 2.0], 500000.0, -7.1335467149601978),
            ("Gamma", ["shape": 1000000.0, "rate": 2.0], 515000.0, -448.36086397279901),
            ("StudentT", ["df": 0.5, "location": 0.0, "scale": 1.0], 0.0, -1.3105329259115095),
            ("StudentT", ["df": 0.5, "location": 0.0, "scale": 1.0], 3.0, -3.5188621602863399),
            ("StudentT", ["df": 0.5, "location": 0.0, "scale": 1.0], 10000000000.0, -36.369169706242154),
            ("StudentT", ["df": 1000000.0, "location": 0.0, "scale": 1.0], 0.0, -0.91893878320467274),
            ("StudentT", ["df": 1000000.0, "location": 0.0, "scale": 1.0], 3.0, -5.418923033305922),
            ("StudentT", ["df": 1000000.0, "location": 0.0, "scale": 1.0], 30.0, -450.7170099988726),
        ]
        for (name, numbers, x, expected) in cases {
            let value = try make(name, numbers.mapValues { Tensor($0) }).logDensity(Tensor(x)).double(at: 0)
            #expect(isClose(value, expected, 1e-10), "\(name) \(numbers) at \(x): \(value), not \(expected)")
        }
    }

    /// Entropies summed at 30 digits (mpmath 1.3).
    @Test func entropiesOfCounts() throws {
        let cases: [(String, [String: Double], Double)] = [
            ("Poisson", ["rate": 0.001], 0.0079081018046324832),
            ("Poisson", ["rate": 3.5], 2.0151725225129723),
            ("Poisson", ["rate": 50000.0], 6.8288260087264805),
            ("Binomial", ["count": 12.0, "p": 0.04], 0.90123403562743067),
            ("Binomial", ["count": 200000.0, "p": 0.3], 6.7416506643712452),
        ]
        for (name, numbers, expected) in cases {
            let value = try make(name, numbers.mapValues { Tensor($0) }).entropy().double(at: 0)
            #expect(isClose(value, expected, 1e-10), "\(name) \(numbers): \(value), not \(expected)")
        }
        // With two outcomes a multinomial count is a binomial one.
        let pair = try Multinomial(count: Tensor(300), p: Tensor([0.2, 0.8]))
        #expect(isClose(try pair.entropy().double(at: 0), try Binomial(count: Tensor(300), p: Tensor(0.2)).entropy().double(at: 0), 1e-12))
        #expect(try pair.mode().doubles == [60, 240])
    }

    @Test func nothingLiesAtInfinity() throws {
        for reference in Reference.all where reference.kind == "statistic" {
            let d = try reference.family.make(reference.arguments)
            #expect(try d.logDensity(Tensor([-.infinity, .infinity])).doubles == [-.infinity, -.infinity], "\(reference.text)")
            #expect(try d.cdf(Tensor([-.infinity, .infinity])).doubles == [0, 1], "\(reference.text)")
        }
        let d = try MultivariateNormal(mean: Tensor([0, 0]), covariance: Tensor([1, 0.5, 0.5, 1], shape: [2, 2]))
        for x in [[Double.infinity, .infinity], [.infinity, -.infinity], [0, .infinity]] {
            #expect(try d.logDensity(Tensor(x)).double(at: 0) == -.infinity)
        }
        let mixture = try MixtureDistribution(weights: Tensor([0.5, 0.5]), component: Normal(mean: Tensor([0, 4]), sd: Tensor(1)))
        #expect(try mixture.logDensity(Tensor(Double.infinity)).double(at: 0) == -.infinity)
    }

    @Test func quantilesOfMixturesUndoTheirDistributionFunction() throws {
        let normals = try MixtureDistribution(
            weights: Tensor([0.3, 0.7]), component: Normal(mean: Tensor([-1, 4]), sd: Tensor([1, 0.5])))
        let counts = try MixtureDistribution(weights: Tensor([0.3, 0.7]), component: Poisson(rate: Tensor([2, 40])))
        for q in [1e-9, 0.2, 0.3, 0.5, 0.9, 0.999999] {
            let x = try normals.quantile(Tensor(q))
            #expect(isClose(try normals.cdf(x).double(at: 0), q, 1e-12), "\(q)")
            let count = try counts.quantile(Tensor(q))
            #expect(try counts.cdf(count).double(at: 0) >= q && counts.cdf(count - 1).double(at: 0) < q, "\(q)")
        }
        #expect(try normals.quantile(Tensor([0, 1])).doubles == [-.infinity, .infinity])
        #expect(try normals.median().doubles == normals.quantile(Tensor(0.5)).doubles)
    }

    /// Estimates lie within five of their standard errors of the exact divergence.
    @Test func estimatedDivergences() throws {
        let pairs: [(any Distribution, any Distribution)] = [
            (try HalfCauchy(scale: Tensor(1)), try HalfCauchy(scale: Tensor(3))),
            (
                try make("StudentT", ["df": Tensor(1), "location": Tensor(0), "scale": Tensor(1)]),
                try make("StudentT", ["df": Tensor(1), "location": Tensor(2), "scale": Tensor(3)])
            ),
            (
                try Multinomial(count: Tensor(9), p: Tensor([0.2, 0.3, 0.5])),
                try Multinomial(count: Tensor(9), p: Tensor([0.4, 0.4, 0.2]))
            ),
            (try Normal(mean: Tensor(0), sd: Tensor(1)), try Normal(mean: Tensor([0.5, 1]), sd: Tensor(2))),
        ]
        for (p, q) in pairs {
            let exact = try kl(p, q).doubles
            let estimate = try kl(p, q, draws: 20_000, key: Key(seed: 5))
            let (values, errors) = (estimate.value.doubles, estimate.error.doubles)
            #expect(values.count == exact.count)
            for i in exact.indices { #expect(exact[i] > 0 && abs(values[i] - exact[i]) < 5 * errors[i], "\(p) \(q): \(values), \(exact)") }
            #expect(throws: Diagnostic.self) { try kl(p, q, draws: 1, key: Key(seed: 5)) }
        }
    }

    @Test func parametersThatAreNoNumbersAreRefused() throws {
        for reference in Reference.all where reference.kind == "statistic" {
            for name in reference.arguments.keys {
                for bad in [Double.nan, .infinity, -.infinity] {
                    var arguments = reference.arguments
                    arguments[name] = Tensor(bad)
                    let error = #expect(throws: Diagnostic.self) { try reference.family.make(arguments) }
                    #expect(error?.argument == name && error?.message.contains(name) == true, "\(reference.text): \(name) = \(bad)")
                }
            }
        }
    }
}
