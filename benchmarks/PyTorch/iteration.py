"""Milliseconds of a training iteration of a linear transformer in PyTorch, written from the formulas of the paper.

Usage: python3 iteration.py BATCH THREADS SECONDS

A prompt is Z, N + 1 rows (x, y), the last one (x_q, 0). A layer adds (1/N) (Z Q Z^T) M Z P^T with M = diag(1, ..., 1, 0),
P = diag(P', 1), Q = diag(Q', 0). The loss is the mean of (last entry + w^T x_q)^2. Draws, loss, gradient, clipping and Adam's
step are all in the iteration, as in training.
"""
import json
import sys
import time

import torch

D, N, LAYERS = 5, 20, 3


def draw(batch):
    w = torch.randn(batch, D, 1)
    x = torch.randn(batch, N + 1, D)
    y = torch.bmm(x, w)
    target = y[:, N, 0].clone()
    y[:, N] = 0
    return torch.cat([x, y], dim=2), target


def loss_of(parameters, prompts, target):
    z = prompts
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


def main():
    batch, threads, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    parameters = (torch.randn(LAYERS, 2, D, D) * 1e-4).requires_grad_()
    optimizer = torch.optim.Adam([parameters], lr=1e-3, betas=(0.9, 0.9))

    def iteration():
        optimizer.zero_grad()
        loss = loss_of(parameters, *draw(batch))
        loss.backward()
        torch.nn.utils.clip_grad_norm_([parameters], 1000.0)
        optimizer.step()
        return loss.item()

    first = iteration()
    iteration()
    times = []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds or len(times) < 5:
        begin = time.perf_counter()
        iteration()
        times.append(time.perf_counter() - begin)
    print(json.dumps({"torch": torch.__version__, "threads": threads, "firstLoss": first, "best": 1e3 * min(times), "median": 1e3 * sorted(times)[len(times) // 2]}))


main()
