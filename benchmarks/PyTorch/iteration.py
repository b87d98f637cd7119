"""Milliseconds of a training iteration of a transformer in PyTorch, in some forms, written from the formulas of the papers.

Usage: python3 iteration.py THREADS

A prompt is Z, N + 1 rows (x, y), the last one (x_q, 0). A layer adds (1/N) a(Z Q Z^T) M Z P^T with M = diag(1, ..., 1, 0), a the
identity or a softmax over rows. P = diag(P', 1), Q = diag(Q', 0), or full matrices; before the layers a network may map each x. The
loss is the mean of (last entry + label of x_q)^2. Draws, loss, gradient, clipping and Adam's step are all in the iteration, as in
training, but for a batch that is kept: it is drawn once, with what a form makes of it.

The forms compute the same losses and gradients:
  tokens  the formula as it stands, on the tokens of every prompt, as the published code computes it
  bmm     in Gram space: G = X^T X / N and g = X^T y / N of the context are all that a layer needs; with P', Q' of a layer,
          v = Q' g, y_q += x_q^T v, T = I + P' G Q'^T, x_q <- T x_q, g <- T (g + G v), G <- T G T^T; with torch.bmm
  last    the same with prompts along the last axis, and products of small matrices as sums of products of long vectors
  full    in Gram space with full matrices: G = Z^T Z / N of the context, T = I + P G Q^T, z_q <- T z_q, G <- T G T^T

The first line read is JSON: sizes, forms, and parameters with loss and gradient that the library has for them on a batch of a seed.
Each form must have the same, of the same draws. A line of JSON about that is written. Then each line read, "FORM SECONDS", runs that
form for so long and is answered by a line with its best and its median time.
"""
import json
import sys
import time
from types import SimpleNamespace

import torch

LARGEST_DIFFERENCE = 1e-4


def draw(s, batch, in_place):
    """Task vectors [B, d, 1], contexts [B, N, d] and queries [B, 1, d], in the published order."""
    if in_place:  # a refreshed batch is drawn into the columns of Z, number by number
        x = torch.empty(batch, s.N + 1, s.d + 1)[:, :, :s.d].normal_()
        w, context, query = torch.empty(batch, s.d, 1).normal_(), x[:, :s.N], x[:, s.N:]
    else:
        w = None if s.network else torch.randn(batch, s.d, 1)
        context, query = torch.randn(batch, s.N, s.d), torch.randn(batch, 1, s.d)
        if s.network or s.maps:
            w = torch.randn(batch, s.d, 1)
    if s.maps:
        of_covariates, of_tasks = s.maps
        w, context, query = torch.matmul(of_tasks, w), torch.matmul(context, of_covariates.T), torch.matmul(query, of_covariates.T)
    return w, context, query


def of_tokens(s, w, context, query):
    x = torch.cat([context, query], dim=1)
    with torch.no_grad():
        y = torch.bmm(s.network(x) if s.network else x, w)
    target = y[:, s.N, 0].clone()
    y[:, s.N] = 0
    return torch.cat([x, y], dim=2), target


def seen(s, parameters, z):
    """What the layers see: tokens as they are, or with a network's features in place of covariates."""
    if len(parameters) == 1:
        return z
    first, first_bias, second, second_bias = parameters[1:]
    linear = torch.nn.functional.linear
    features = linear(torch.relu(linear(z[:, :, :s.d], first, first_bias)), second, second_bias)
    return torch.cat([features, z[:, :, s.d:]], dim=2)


def with_label(s, matrix, corner):
    full = torch.zeros(s.d + 1, s.d + 1)
    full[s.d, s.d] = corner
    full[:s.d, :s.d] = matrix
    return full


def tokens(s, parameters, z, target):
    z = seen(s, parameters, z)
    for p, q in parameters[0]:
        if len(p) == s.d:
            p, q = with_label(s, p, 1), with_label(s, q, 0)
        context = z.clone()
        context[:, s.N] = 0
        scores = torch.matmul(torch.matmul(z, q), z.transpose(1, 2))
        if s.softmax:
            scores = torch.softmax(scores, dim=2)
        z = z + torch.matmul(torch.matmul(scores, context), p.T) / s.N
    return ((z[:, s.N, s.d] + target) ** 2).mean()


def of_gram(s, w, context, query):
    gram = torch.bmm(context.transpose(1, 2), context) / s.N
    g = torch.bmm(gram, w)  # X^T y / N, as y = X w
    return gram, g, query.transpose(1, 2), torch.bmm(query, w)


def bmm(s, parameters, gram, g, query, residual):
    for layer in range(s.L):
        p, q = parameters[0][layer]
        v = torch.matmul(q, g)
        residual = torch.baddbmm(residual, query.transpose(1, 2), v)
        if layer < s.L - 1:  # above the last layer nothing but the residual is read
            t = torch.eye(s.d) + torch.matmul(p, torch.matmul(gram, q.T))
            query = torch.bmm(t, query)
            g = torch.bmm(t, torch.baddbmm(g, gram, v))
            if layer < s.L - 2:
                gram = torch.bmm(torch.bmm(t, gram), t.transpose(1, 2))
    return (residual**2).mean()


def product(a, b):
    return (a.unsqueeze(2) * b.unsqueeze(0)).sum(1)


def of_last(s, w, context, query):
    context = context.permute(1, 2, 0).contiguous()
    query = query[:, 0].T.contiguous()
    w = w[:, :, 0].T.contiguous()
    gram = (context.unsqueeze(2) * context.unsqueeze(1)).sum(0) / s.N
    return gram, (gram * w).sum(1), query, (query * w).sum(0)


def last(s, parameters, gram, g, query, residual):
    for layer in range(s.L):
        p, q = parameters[0][layer]
        v = torch.matmul(q, g)
        residual = residual + (query * v).sum(0)
        if layer < s.L - 1:
            moved = torch.matmul(torch.kron(p, q), gram.reshape(s.d * s.d, -1))  # P' G Q'^T, row by row
            t = torch.eye(s.d).unsqueeze(2) + moved.view(s.d, s.d, -1)
            query = (t * query).sum(1)
            g = (t * (g + (gram * v).sum(1))).sum(1)
            if layer < s.L - 2:
                gram = product(product(t, gram), t.transpose(0, 1))
    return (residual**2).mean()


def full(s, parameters, z, target):
    z = seen(s, parameters, z)
    context, query = z[:, :s.N], z[:, s.N].unsqueeze(2)
    gram = torch.bmm(context.transpose(1, 2), context) / s.N
    for layer in range(s.L):
        p, q = parameters[0][layer]
        moved = torch.matmul(gram, q.T)
        if layer == s.L - 1:  # of the last layer nothing but the query's last entry is read
            residual = query[:, s.d, 0] + (torch.matmul(p[s.d], moved) * query[:, :, 0]).sum(1) + target
            return (residual**2).mean()
        t = torch.eye(s.d + 1) + torch.matmul(p, moved)
        query = torch.bmm(t, query)
        gram = torch.bmm(torch.bmm(t, gram), t.transpose(1, 2))


FORMS = {"tokens": (of_tokens, tokens), "bmm": (of_gram, bmm), "last": (of_last, last), "full": (of_tokens, full)}


def clip(s, parameters):
    if not s.clips_matrices:
        torch.nn.utils.clip_grad_norm_(parameters, s.clip)
        return
    for parameter in parameters:
        norms = parameter.grad.norm(dim=(-2, -1), keepdim=True)
        parameter.grad.mul_(torch.clamp(s.clip / (norms + 1e-6), max=1))


def training(s, name):
    prepare, loss_of = FORMS[name]
    parameters = [parameter.clone().requires_grad_() for parameter in s.parameters]
    optimizer = torch.optim.Adam(parameters, lr=s.rate, betas=s.betas)
    # What is published of a refreshed batch is the slow way to draw it: only the published form goes it.
    in_place = s.draws == "refreshed" and name == "tokens"
    kept = prepare(s, *draw(s, s.B, False)) if s.draws == "kept" else None

    def iteration():
        optimizer.zero_grad()
        loss = loss_of(s, parameters, *(kept or prepare(s, *draw(s, s.B, in_place))))
        loss.backward()
        clip(s, parameters)
        optimizer.step()
        return loss.item()

    return iteration


def difference(s, name):
    """The larger of the differences of loss and gradient from the library's, each of its own size."""
    prepare, loss_of = FORMS[name]
    parameters = [parameter.clone().requires_grad_() for parameter in s.parameters]
    torch.manual_seed(s.seed)
    loss = loss_of(s, parameters, *prepare(s, *draw(s, s.prompts, s.draws == "refreshed")))
    loss.backward()
    gradient = torch.cat([parameter.grad.flatten() for parameter in parameters])
    expected = torch.tensor(s.gradient)
    return max(abs(loss.item() / s.loss - 1), ((gradient - expected).norm() / expected.norm()).item())


def read():
    s = SimpleNamespace(**json.loads(sys.stdin.readline()))
    numbers = torch.tensor(s.parameters)
    counts = [torch.Size(sizes).numel() for sizes in s.sizes]
    s.parameters = [part.view(sizes) for part, sizes in zip(numbers.split(counts), s.sizes)]
    s.maps = [torch.tensor(matrix).view(s.d, s.d) for matrix in s.maps] if s.maps else None
    s.network = None
    if s.task:  # the fixed network of labels, drawn as PyTorch initialises it
        torch.manual_seed(s.task["seed"])
        hidden = s.task["hidden"]
        s.network = torch.nn.Sequential(torch.nn.Linear(s.d, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, s.d))
    return s


def main():
    torch.set_num_threads(int(sys.argv[1]))
    s = read()
    differences = {name: difference(s, name) for name in s.forms}
    if not all(value <= LARGEST_DIFFERENCE for value in differences.values()):
        sys.exit(f"losses and gradients differ from the library's by {differences} of themselves")
    print(json.dumps({"torch": torch.__version__, "difference": max(differences.values())}), flush=True)
    torch.manual_seed(0)
    iterations = {name: training(s, name) for name in s.forms}
    for line in sys.stdin:
        name, seconds = line.split()
        times = []
        start = time.perf_counter()
        while time.perf_counter() - start < float(seconds) or len(times) < 3:
            begin = time.perf_counter()
            iterations[name]()
            times.append(time.perf_counter() - begin)
        print(json.dumps({"best": 1e3 * min(times), "median": 1e3 * sorted(times)[len(times) // 2]}), flush=True)


main()
