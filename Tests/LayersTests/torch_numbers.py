"""What PyTorch gives for small layers, losses and optimisers: prints TorchNumbers.swift.

    python torch_numbers.py > TorchNumbers.swift

Weights and inputs are sines, as float32; PyTorch computes in float64. Layouts are Latent's: images [height, width, channels], kernels
[height, width, in, out], matrices [in, out]. A line is a name, then what it gives and the gradient in its input of the sum of what it gives
times cosines.
"""
import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(shape, start):
    n = int(np.prod(shape))
    return torch.tensor((0.5 * np.sin(start + 1.3 * np.arange(n))).astype(np.float32).astype(np.float64)).reshape(shape)


def text(x):
    return ",".join(f"{v:.9g}" for v in np.asarray(x).reshape(-1))


def line(name, **parts):
    print(name, *[f"{k}={text(v.detach() if torch.is_tensor(v) else v)}" for k, v in parts.items()])


def layer(name, shape, f, weights=()):
    """f takes the input and the weights, whose shapes are in Latent's order; weight i is the wave that starts at i + 1."""
    x = wave(shape, 0).requires_grad_()
    out = f(x, *[wave(s, i + 1) for i, s in enumerate(weights)])
    (out * torch.cos(torch.arange(out.numel())).reshape(out.shape)).sum().backward()
    line(name, gives=out, gradient=x.grad)


def recurrent(cls):
    def f(x, w, r, b, inner=None):
        net = cls(w.shape[0], r.shape[0], batch_first=True)
        other = torch.zeros_like(b)
        if inner is not None:
            other[-len(inner):] = inner
        for p, v in ((net.weight_ih_l0, w.T), (net.weight_hh_l0, r.T), (net.bias_ih_l0, b), (net.bias_hh_l0, other)):
            p.data.copy_(v)
        return net(x)[0]
    return f


def attention(causal):
    def f(x, qkv, out, b, c):
        net = torch.nn.MultiheadAttention(4, 2, batch_first=True)
        for p, v in ((net.in_proj_weight, qkv.T), (net.in_proj_bias, b), (net.out_proj.weight, out.T), (net.out_proj.bias, c)):
            p.data.copy_(v)
        mask = torch.nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if causal else None
        return net(x, x, x, attn_mask=mask, need_weights=False)[0]
    return f


def channels(f):
    """Channels from last to first and back."""
    return lambda x, *w: f(x.movedim(-1, 1), *w).movedim(1, -1)


def kernel(w):
    return w.movedim((-1, -2), (0, 1))


def batch(x, scale, shift):
    return channels(lambda x: F.batch_norm(x, None, None, scale, shift, training=True))(x)


print(f'''// swift-format-ignore-file

/// What PyTorch {torch.__version__.split("+")[0]} gives, by torch_numbers.py beside this file, which says how to read a line.
let torchNumbers = """''')
layer("RNN(3, 2)", (2, 3, 3), recurrent(torch.nn.RNN), [(3, 2), (2, 2), (2,)])
layer("GRU(3, 2)", (2, 3, 3), recurrent(torch.nn.GRU), [(3, 6), (2, 6), (6,), (2,)])
layer("LSTM(3, 2)", (2, 3, 3), recurrent(torch.nn.LSTM), [(3, 8), (2, 8), (8,)])
layer("MultiHeadAttention(2)", (2, 3, 4), attention(False), [(4, 12), (4, 4), (12,), (4,)])
layer("MultiHeadAttention(2, causal: true)", (2, 3, 4), attention(True), [(4, 12), (4, 4), (12,), (4,)])
layer("LayerNorm()", (2, 5), lambda x, a, b: F.layer_norm(x, (5,), a, b), [(5,), (5,)])
layer("GroupNorm(2)", (2, 2, 2, 4), channels(lambda x, a, b: F.group_norm(x, 2, a, b)), [(4,), (4,)])
layer("BatchNorm() training", (3, 2, 2, 2), batch, [(2,), (2,)])
layer("BatchNorm()", (3, 2, 2, 2), channels(lambda x, a, b, m, v: F.batch_norm(x, m, v.square(), a, b)), [(2,)] * 4)
for name, strides, pad, groups in (("Conv(4, 2, 3)", 1, 1, 1), ("Conv(4, 2, 3, stride: 2, padding: 0)", 2, 0, 1),
                                   ("Conv(4, 2, 3, stride: 2, padding: 2, groups: 2)", 2, 2, 2)):
    layer(name, (2, 5, 4, 4), channels(lambda x, w, b: F.conv2d(x, kernel(w), b, strides, pad, groups=groups)),
          [(3, 3, 4 // groups, 2), (2,)])
layer("Conv(3, 2, 3, axes: 1)", (2, 5, 3), channels(lambda x, w, b: F.conv1d(x, kernel(w), b, padding=1)), [(3, 3, 2), (2,)])
for name, size, strides, pad in (("ConvTranspose(3, 2, 4, stride: 2)", 4, 2, 1), ("ConvTranspose(3, 2, 3, padding: 0)", 3, 1, 0),
                                 ("ConvTranspose(3, 2, 3, stride: 2, padding: 1)", 3, 2, 1)):
    layer(name, (2, 2, 3, 3), channels(lambda x, w, b: F.conv_transpose2d(x, kernel(w), b, strides, pad)), [(size, size, 2, 3), (2,)])
for name, f in (("gelu", F.gelu), ("silu", F.silu), ("elu", F.elu), ("softplus", F.softplus), ("leakyRelu", F.leaky_relu),
                ("softmax", lambda x: F.softmax(x, -1)), ("logSoftmax", lambda x: F.log_softmax(x, -1))):
    layer(name, (2, 5), lambda x: f(8 * x))
layer("MaxPool(2)", (2, 4, 5, 2), channels(lambda x: F.max_pool2d(x, 2)))
layer("MeanPool(3, stride: 1)", (2, 4, 5, 2), channels(lambda x: F.avg_pool2d(x, 3, 1)))
layer("Upsample(2)", (2, 2, 3, 2), channels(lambda x: F.interpolate(x, scale_factor=2.0)))
layer("crossentropy", (3, 4), lambda x: F.cross_entropy(8 * x, torch.tensor([1, 0, 3])))
layer("bce", (3, 4), lambda x: F.binary_cross_entropy_with_logits(8 * x, (wave((3, 4), 5) > 0).double()))
layer("huber", (3, 4), lambda x: F.huber_loss(8 * x, wave((3, 4), 5)))

# The running statistics of BatchNorm after two batches.
net = torch.nn.BatchNorm2d(2)
for start in (0, 5):
    net(wave((3, 2, 2, 2), start).movedim(-1, 1))
line("running", mean=net.running_mean, variance=net.running_var)

# Five steps on sum(a w^2) / 2 - sum(b w).
a, b = torch.tensor([[1.0, 2.0], [0.5, 3.0]]), wave((2, 2), 3)


def steps(name, make, clip=None):
    w = wave((2, 2), 1).requires_grad_()
    optimizer, path = make([w]), []
    for _ in range(5):
        optimizer.zero_grad()
        ((a * w * w).sum() / 2 - (b * w).sum()).backward()
        if clip:
            torch.nn.utils.clip_grad_norm_([w], clip)
        optimizer.step()
        path.append(w.detach().clone())
    print(name, "path=" + ",".join(f"{v:.15g}" for v in torch.stack(path).reshape(-1).tolist()))


class Lion(torch.optim.Optimizer):
    """Algorithm 2 of Chen and others, Symbolic Discovery of Optimization Algorithms, 2023."""

    def __init__(self, params, lr, beta1, beta2, decay):
        super().__init__(params, dict(lr=lr, beta1=beta1, beta2=beta2, decay=decay))
        self.m = torch.zeros(2, 2)

    @torch.no_grad()
    def step(self):
        group = self.param_groups[0]
        w = group["params"][0]
        update = torch.sign(group["beta1"] * self.m + (1 - group["beta1"]) * w.grad)
        self.m = group["beta2"] * self.m + (1 - group["beta2"]) * w.grad
        w -= group["lr"] * (update + group["decay"] * w)


O = torch.optim
steps("SGD(0.1)", lambda p: O.SGD(p, 0.1))
steps("SGD(0.1, momentum: 0.9)", lambda p: O.SGD(p, 0.1, momentum=0.9))
steps("SGD(0.1, momentum: 0.9, nesterov: true, decay: 0.1)", lambda p: O.SGD(p, 0.1, 0.9, nesterov=True, weight_decay=0.1))
steps("SGD(0.1, clip: 0.5)", lambda p: O.SGD(p, 0.1), clip=0.5)
steps("Adam(0.1)", lambda p: O.Adam(p, 0.1))
steps("Adam(0.1, beta1: 0.5, beta2: 0.9, epsilon: 0.001)", lambda p: O.Adam(p, 0.1, (0.5, 0.9), 1e-3))
steps("AdamW(0.1, decay: 0.2)", lambda p: O.AdamW(p, 0.1, weight_decay=0.2))
steps("RMSprop(0.05, smoothing: 0.9)", lambda p: O.RMSprop(p, 0.05, 0.9))
steps("Lion(0.1, decay: 0.2)", lambda p: Lion(p, 0.1, 0.9, 0.99, 0.2))
optimizer = O.SGD([wave((1,), 0)], 1.0)
schedule, rates = O.lr_scheduler.CosineAnnealingLR(optimizer, 8, eta_min=0.1), []
for _ in range(8):
    optimizer.step(), schedule.step()
    rates.append(schedule.get_last_lr()[0])
line("cosine(8, floor: 0.1)", rates=rates)
schedule, rates = O.lr_scheduler.StepLR(O.SGD([wave((1,), 0)], 1.0), 3, 0.5), []
for _ in range(8):
    rates.append(schedule.get_last_lr()[0])
    optimizer.step(), schedule.step()
line("staircase(3, factor: 0.5)", rates=rates)
print('"""')
