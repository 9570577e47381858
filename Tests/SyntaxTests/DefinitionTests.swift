import Diagnostics
import Syntax
import Testing

/// The code of the language's definition, as it stands there: what a reader of it types has to parse.
@Suite struct DefinitionTests {
    @Test func programsParse() throws {
        for program in programs { #expect(throws: Never.self) { try Parser.parse(SourceText(name: "definition", text: program)) } }
    }

    @Test func phrasesParse() throws {
        let lines = phrases.split(separator: "\n").map(String.init)
        #expect(lines.count == 234)
        for line in lines { #expect(throws: Never.self, "\(line)") { try Parser.parse(SourceText(name: "definition", text: line)) } }
    }

    /// Declarations stand in the block of a model.
    @Test func declarationsParse() throws {
        for line in [
            "name ~ distribution", "x[t] ~ Normal(x[t - 1], 1)", "z[0] ~ Normal(0, 1)", "s[t] = e", "learn w = zeros(10)", "factor(e)",
            "prior ~ Prior()",
        ] {
            #expect(throws: Never.self, "\(line)") { try Parser.parse(SourceText(name: "definition", text: "model M(t) {\n\(line)\n}")) }
        }
    }

    /// What it forbids.
    @Test func theForbiddenIsRefused() {
        for line in ["x[1:3]", "a < b c", "f(a = 1)", "'a'"] {
            #expect(throws: Diagnostic.self, "\(line)") { try Parser.parse(SourceText(name: "definition", text: line)) }
        }
    }
}

private let programs = [
    #"""
    coin = Bernoulli(0.7)
    sample(coin, 10)                                        # 10 draws

    model Line(x) {                                         # a joint distribution over slope, noise, y
      slope ~ Normal(0, 10)
      noise ~ HalfNormal(1)
      y     ~ Normal(slope * x, noise)
    }
    x = 0..<50
    y = sample(Line(x) | (slope: 2, noise: 0.5)).y          # simulate: fix some, draw the rest
    posterior = infer(Line(x) | (y: y))                     # condition on y: NUTS
    summary(posterior)                                      # mean, sd, 5%, 95%, ess, rhat
    plot(posterior)

    digits = dataset("digits")                              # x: 1797 scans of 8x8 in 0...1, y: the digit
    train, test = split(digits, 0.8)
    vae = fit(VAE(latent: 8, hidden: [128]), train.x, epochs: 30)
    images(sample(vae, 16).x)                               # new digits
    evaluate(vae, test.x)                                   # bound in nats per image and bits per dim, baselines beside it

    judge = fit(NaiveBayes(), train)                        # p(x, y)
    judge | test.x[0]                                       # p(y | x): Bayes' rule
    images(sample(judge | (y: 3), 8).x)                     # p(x | y = 3): the same model, run forward
    rival = fit(LogisticRegression(), train)                # p(y | x) alone
    evaluate([judge, rival], test)                          # side by side
    sample(rival, 8)                                        # error: it has no p(x) to sample from
    """#,
    #"""
    a = 1                                         # bind (rebinding is fine)
    train, test = split(data, 0.8)                # one name, or several, or _ ; also x[i] = v and t.column = v
    x ~ Normal(0, 1)                              # outside a model: draw once and bind
    f(x) = x^2 + 1                                # define
    g(x, k: 2) = {                                # a block's value is its last expression
      y = x^k
      y / (1 + y)
    }
    if a > 0 { "positive" } else { "not" }        # an expression; without else it gives none
    for i in 0..<3 { print(i) }                   # for a, b in pairs too
    while a < 10 { a = a * 2 }
    import "helpers.latent"                       # its definitions, relative to this file
    """#,
    #"""
    model Schools(sigma) {
      mu    ~ Normal(0, 5)
      tau   ~ HalfCauchy(5)
      theta ~ Normal(mu, tau).iid(len(sigma))
      y     ~ Normal(theta, sigma)
    }
    """#,
    #"""
    decoder = MLP(8, 128, 64)
    encoder = MLP(64, 128, 16)
    model Digits() {
      z ~ Normal(0, 1).iid(8)
      x ~ Bernoulli(logits: decoder(z))
    }
    guide Digits(x) {
      h = encoder(x)
      z ~ Normal(h[0..<8], exp(h[8..<16]))
    }
    trained = fit(Digits(), train.x.reshape(-1, 64) > 0.5, epochs: 30, optimizer: Adam(1e-3))
    """#,
    #"""
    loss(w) = mean((x @ w - y)^2)
    gradient(loss)(zeros(3))                              # a function's gradient
    w = minimize(loss, zeros(3), method: LBFGS())         # or Adam(1e-2, steps: 500)
    for batch in batches(train.x, 64, epochs: 20) {       # adversarial training, written out
      z = sample(Normal(0, 1), [64, 16])
      D = step(D, D -> bce(D(batch), 1) + bce(D(G(z)), 0), Adam(2e-4))      # bce takes logits
      G = step(G, G -> bce(D(G(z)), 1), Adam(2e-4))
    }
    """#,
]

private let phrases = #"""
    3
    0.5
    1e-3
    1_000
    1..<n
    1.exp()
    "\(x + 1)"
    "a"
    1/0
    [1, 2, 3]
    [[1, 2], [3, 4]]
    zeros(3, 4)
    x.shape
    x.type
    float32(x)
    ["a", none, [1, 2]]
    0..<10
    1...10
    0...1 by 0.1
    (1, 2)
    (1,)
    (mean: 0, sd: 1)
    t[0]
    r.mean
    (e)
    (a: e)
    load("a.csv")
    table(x: xs, y: ys)
    t.x
    t[0..<5]
    t["a", "b"]
    t.where(t.x > 1)
    f(x) = x^2 + 1
    x -> x^2
    (x, y) -> x + y
    f(x, power: 2) = x^power
    Normal(0, 1)
    VAE(latent: 8)
    Line(x)
    MLP(64, 128, 10)
    Chain(Conv(1, 32, 3), relu, Flatten(), Dense(10))
    net(x)
    x[i] = v
    t.column = v
    r.field = v
    observed(x)
    a < b < c
    2^-1
    -x^2
    -(x^2)
    Normal(0, sd: 2)
    a.f(b)
    f(a, b)
    digits.x.reshape(-1, 64).mean(axis: 0)
    mean = mean(x)
    x[0]
    x[-1]
    x[2..<5]
    x[1...]
    x[..<-1]
    x[:, 0]
    x[x > 0]
    x[[3, 1]]
    x[:, none]
    1..<3
    help(name)
    seed(1)
    vars()
    input("name? ")
    map(xs, f)
    fold(xs, start, f)
    seed(n)
    Normal(0, -1)
    sample(d)
    sample(d, n)
    sample(d, [n, k])
    sample(m)
    sample(m, n)
    logp(d, x)
    Normal(mu, 1)
    kl(p, q)
    kl(p, q, draws: 10_000)
    fit(Normal, x)
    fit(Gamma, x, weights: w)
    iid(d, 10)
    d.iid([3, 4])
    Mixture([0.3, 0.7], [Normal(0, 1), Normal(4, 1)])
    Mixture(w, Normal(mu, sd))
    Truncated(d, low, high)
    Censored(d, low, high)
    Transformed(d, exp)
    Product(d1, d2)
    Ordered(d)
    Bernoulli(p)
    Binomial(count, p)
    BetaBinomial(count, a, b)
    Categorical(p)
    OrderedLogistic(eta, cuts)
    Geometric(p)
    NegativeBinomial(mean, dispersion)
    Poisson(rate)
    ZeroInflatedPoisson(p, rate)
    Hypergeometric(population, successes, draws)
    DiscreteUniform(low, high)
    Multinomial(count, p)
    DirichletMultinomial(count, a)
    Normal(mean, sd)
    LogNormal(mean, sd)
    HalfNormal(sd)
    StudentT(df, location, scale)
    HalfStudentT(df, scale)
    Cauchy(location, scale)
    HalfCauchy(scale)
    Laplace(location, scale)
    Logistic(location, scale)
    Gumbel(location, scale)
    GEV(location, scale, shape)
    Uniform(low, high)
    Exponential(rate)
    Gamma(shape, rate)
    InverseGamma(shape, scale)
    ChiSquared(df)
    Beta(a, b)
    Kumaraswamy(a, b)
    Weibull(shape, scale)
    Pareto(low, shape)
    VonMises(mean, concentration)
    SkewNormal(location, scale, shape)
    Triangular(low, mode, high)
    InverseGaussian(mean, shape)
    Flat(low, high)
    MultivariateNormal(mean, covariance)
    MultivariateStudentT(df, location, scale)
    Dirichlet(a)
    Wishart(df, scale)
    InverseWishart(df, scale)
    LKJCholesky(size, eta)
    RandomWalk(sd, length)
    Delta(x)
    KernelDensity(x)
    Empirical(x)
    name ~ distribution
    s[t] = e
    factor(e)
    ode(f, y0, times, p)
    Schools(s)
    prior ~ Prior()
    prior.mu
    m | (y: data)
    (x: value)
    sample(m | c)
    y ~ Bernoulli(p).iid(n)
    infer(m | (y: y))
    Exact()
    VI()
    SMC(1000)
    Importance(10_000)
    LaplaceApproximation()
    fit(m, (y: y), epochs: 50)
    mode(m | (y: y))
    predict(posterior)
    predict(posterior, Line(x_new))
    predict(m)
    compare([p1, p2])
    explain(m | (y: y))
    sbc(m, "y")
    posterior.mu
    posterior.y
    trained.decoder
    fit(family, data)
    fit(m, iris, y: "class")
    [time]
    [time, features]
    [height, width]
    [height, width, channels]
    NaiveBayes(features: none, smoothing: 1)
    GaussianDiscriminant(shared: false)
    Mixture(3, of: MultivariateNormal, covariance: "full")
    HiddenMarkov(states: 3, emission: Normal)
    mode(h | x).z
    TopicModel(topics: 20)
    FactorAnalysis(latent: 2)
    PCA(2)
    MarkovChain(order: 2, smoothing: 0)
    NGram(order: 5, smoothing: "Witten-Bell")
    BayesNet(structure)
    KernelDensity()
    Autoregressive(2)
    ARIMA(1, 1, 1, seasonal: (0, 1, 1, 12), transform: log)
    StateSpace("local level")
    forecast(a, 12)
    Autoencoder(latent: 8, hidden: [128])
    VAE(latent: 8, hidden: [128], likelihood: none)
    GAN(latent: 16, generator: [128], discriminator: [128], loss: "non-saturating")
    Flow(layers: 6, kind: "coupling")
    Diffusion(network: none, steps: 200, schedule: "cosine")
    sample(d | (y: 3), 16, steps: 50, guidance: 3)
    LanguageModel(network, tokens: characters, context: 64)
    RNN(128)
    GRU(128)
    LSTM(128)
    Transformer(layers: 4, heads: 4, width: 128)
    sample(lm | "ROMEO:", length: 200, temperature: 0.8, top_k: 40)
    Recommender(latent: 10)
    LinearRegression()
    LogisticRegression()
    Classifier(network)
    Regressor(network)
    twin(NaiveBayes())
    learning_curve([m, twin(m)], data)
    predict(m, x)
    impute(m, x)
    anomaly(m, x)
    compress(m, x)
    decompress(m, bytes)
    interpolate(m, a, b, steps)
    forecast(m, n)
    evaluate(m, test)
    evaluate([m1, m2], test)
    cross_validate(m, data, folds: 5)
    save(m, "a.latentmodel")
    load("a.latentmodel")
    D.loss
    Adam(lr)
    resume(model)
    infer(m, method: NUTS(chains: 4, warmup: 1000, draws: 1000))
    logp(m, (mu: 0, tau: 1))
    split(x, shuffle: false)
    fit(m, x, batch: 128)
    time(() -> f(1))
    fit(m, x, checkpoint: "a.latentmodel", every: 500)
    twin(HiddenMarkov(states: 3))
    if a { b } else { c }
    ?sample
    """#
