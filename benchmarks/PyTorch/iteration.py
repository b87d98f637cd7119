"""Milliseconds of a training iteration of a linear transformer in PyTorch, in three forms, written from the formulas of the paper.

Usage: python3 iteration.py BATCH THREADS

A prompt is Z, N + 1 rows (x, y), the last one (x_q, 0). A layer adds (1/N) (Z Q Z^T) M Z P^T with M = diag(1, ..., 1, 0),
P = diag(P', 1), Q = diag(Q', 0). The loss is the mean of (last entry + w^T x_q)^2. Draws, loss, gradient, clipping and Adam's
step are all in the iteration, as in training.

The forms compute the same losses from the same draws, which is checked first:
  tokens  the formula as it stands, on the tokens of every prompt, as the published code computes it
  bmm     in Gram space: G = X^T X / N and g = X^T y / N of the context are all that a layer needs; with P', Q' of a layer,
          v = Q' g, y_q += x_q^T v, T = I + P' G Q'^T, x_q <- T x_q, g <- T (g + G v), G <- T G T^T; with torch.bmm
  last    the same with prompts along the last axis, and products of small matrices as sums of products of long vectors

First a line of JSON about the check is written. Then each line read, "FORM SECONDS", runs that form for so long and is
answered by a line with its best and its median time.
"""
import json
import sys
import time

import torch

D, N, LAYERS = 5, 20, 3
IDENTITY = torch.eye(D)


def draw(batch):
    return torch.randn(batch, D, 1), torch.randn(batch, N + 1, D)


def tokens(parameters, w, x):
    y = torch.bmm(x, w)
    target = y[:, N, 0].clone()
    y[:, N] = 0
    z = torch.cat([x, y], dim=2)
    p = torch.zeros(D + 1, D + 1)
    q = torch.zeros(D + 1, D + 1)
    p[D, D] = 1
    for layer in range(LAYERS):
        p_full = p.clone()
        q_full = q.clone()
        p_full[:D, :D] = parameters[layer, 0]
        q_full[:D, :D] = parameters[layer, 1]
        context = z.clone()
        context[:, N] = 0
        scores = torch.matmul(torch.matmul(z, q_full), z.transpose(1, 2))
        z = z + torch.matmul(torch.matmul(scores, context), p_full.T) / N
    return ((z[:, N, D] + target) ** 2).mean()


def bmm(parameters, w, x):
    context = x[:, :N]
    query = x[:, N].unsqueeze(2)
    gram = torch.bmm(context.transpose(1, 2), context) / N
    g = torch.bmm(gram, w)  # X^T y / N, as y = X w
    residual = torch.bmm(query.transpose(1, 2), w)
    for layer in range(LAYERS):
        p, q = parameters[layer]
        v = torch.matmul(q, g)
        residual = torch.baddbmm(residual, query.transpose(1, 2), v)
        if layer < LAYERS - 1:  # above the last layer nothing but the residual is read
            t = IDENTITY + torch.matmul(p, torch.matmul(gram, q.T))
            query = torch.bmm(t, query)
            g = torch.bmm(t, torch.baddbmm(g, gram, v))
            if layer < LAYERS - 2:
                gram = torch.bmm(torch.bmm(t, gram), t.transpose(1, 2))
    return (residual**2).mean()


def product(a, b):
    return (a.unsqueeze(2) * b.unsqueeze(0)).sum(1)


def last(parameters, w, x):
    batch = len(x)
    x = x.permute(1, 2, 0).contiguous()
    w = w[:, :, 0].T.contiguous()
    context, query = x[:N], x[N]
    gram = (context.unsqueeze(2) * context.unsqueeze(1)).sum(0) / N
    g = (gram * w).sum(1)
    residual = (query * w).sum(0)
    for layer in range(LAYERS):
        p, q = parameters[layer]
        v = torch.matmul(q, g)
        residual = residual + (query * v).sum(0)
        if layer < LAYERS - 1:
            moved = torch.matmul(torch.kron(p, q), gram.reshape(D * D, batch))  # P' G Q'^T, row by row
            t = IDENTITY.unsqueeze(2) + moved.view(D, D, batch)
            query = (t * query).sum(1)
            g = (t * (g + (gram * v).sum(1))).sum(1)
            if layer < LAYERS - 2:
                gram = product(product(t, gram), t.transpose(0, 1))
    return (residual**2).mean()


FORMS = {"tokens": tokens, "bmm": bmm, "last": last}


def training(form, batch, deviation):
    parameters = (torch.randn(LAYERS, 2, D, D) * deviation).requires_grad_()
    optimizer = torch.optim.Adam([parameters], lr=1e-3, betas=(0.9, 0.9))

    def iteration():
        optimizer.zero_grad()
        loss = form(parameters, *draw(batch))
        loss.backward()
        torch.nn.utils.clip_grad_norm_([parameters], 1000.0)
        optimizer.step()
        return loss.item()

    return iteration


def losses(form):
    torch.manual_seed(0)
    iteration = training(form, 1000, 0.1)
    return [iteration() for _ in range(20)]


def main():
    batch, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    expected = losses(tokens)
    difference = max(abs(loss / right - 1) for form in FORMS.values() for loss, right in zip(losses(form), expected))
    if difference > 1e-5:
        sys.exit(f"the forms' losses differ by {difference} of themselves")
    print(json.dumps({"torch": torch.__version__, "difference": difference}), flush=True)
    torch.manual_seed(0)
    iterations = {name: training(form, batch, 1e-4) for name, form in FORMS.items()}
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
