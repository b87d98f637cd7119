"""
Trains small transformers with PyTorch for a few iterations and saves, with torch.save, what the published notebooks save, under their names:

  train.pth           hist_list, a copy of allparam before each step
  rotation.pth        hist_dict by (seed,), with U_dict and D_dict
  nonlinear.pth       hist_list, the module's state_dict after each step, which is no copy; param_list, its parameters as a vector
  state_dicts.pth     hist_list of such state_dicts alone
  views.pth           hist_list of allparam itself, param_list of copies as vectors

and prints all parameters as JSON. A float is printed as the double it is, and doubles round-trip, so that they can be compared exactly.

  python3 save_histories.py FOLDER
"""
import json
import sys

import torch

STEPS = 5


class Transformer(torch.nn.Module):
    """Linear attention on tokens z [prompts, N + 1, d + 1]; with a network on the covariates its matrices are of d + 1 rows."""

    def __init__(self, layers, d, hidden=None):
        super().__init__()
        size = d if hidden is None else d + 1
        self.allparam = torch.nn.Parameter(0.1 * torch.randn(layers, 1, 2, size, size))
        if hidden is not None:
            self.mlp = torch.nn.Sequential(torch.nn.Linear(d, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, d))

    def forward(self, z):
        n = z.shape[1] - 1
        mask = torch.ones(n + 1)
        mask[n] = 0
        if hasattr(self, "mlp"):
            z = torch.cat([self.mlp(z[:, :, :-1]), z[:, :, -1:]], dim=2)
        for layer in self.allparam:
            p, q = layer[0]
            if not hasattr(self, "mlp"):
                p, q = torch.block_diag(p, torch.ones(1, 1)), torch.block_diag(q, torch.zeros(1, 1))
            z = z + (z @ q @ (mask[:, None] * z).transpose(1, 2)) @ z @ p.T / n
        return z[:, n, -1]


def prompts(count, n, d, basis=None):
    x = torch.randn(count, n + 1, d)
    y = (x @ torch.randn(count, d, 1)).squeeze(2)
    if basis is not None:
        x = x @ basis
    label = y[:, n].clone()
    y[:, n] = 0
    return torch.cat([x, y[:, :, None]], dim=2), label


def steps(model, d, basis=None):
    """Trains, and says before and after each step that it is there."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for t in range(STEPS):
        yield t, "before"
        z, label = prompts(20, 6, d, basis)
        optimizer.zero_grad()
        (model(z) + label).square().mean().backward()
        optimizer.step()
        yield t, "after"


def vector(model):
    return torch.cat([parameter.flatten() for parameter in model.parameters()])


def numbers(tensor):
    return [float(value) for value in tensor.detach().flatten()]


def train(model, d, basis=None):
    return [model.allparam.detach().clone() for _, when in steps(model, d, basis) if when == "before"]


def main(folder):
    printed = {}
    torch.manual_seed(1)
    history = train(Transformer(2, 3), 3)
    torch.save({"hist_list": history}, folder + "/train.pth")
    printed["train"] = [numbers(tensor) for tensor in history]

    runs, us, ds = {}, {}, {}
    for seed in (0, 2):
        torch.manual_seed(seed)
        u, _ = torch.linalg.qr(torch.randn(3, 3))
        d = torch.diag(torch.tensor([1.0, 0.5, 0.25]))
        runs[(seed,)], us[(seed,)], ds[(seed,)] = train(Transformer(2, 3), 3, d @ u.T), u, d
    torch.save({"hist_dict": runs, "U_dict": us, "D_dict": ds}, folder + "/rotation.pth")
    printed["rotation"] = {str(seed): [numbers(tensor) for tensor in run] for (seed,), run in runs.items()}
    printed["U"] = {str(seed): numbers(u) for (seed,), u in us.items()}

    torch.manual_seed(3)
    model = Transformer(2, 2, hidden=3)
    states, vectors = [], []
    for _, when in steps(model, 2):
        if when == "after":
            states.append(model.state_dict())
            vectors.append(vector(model))
    torch.save({"hist_list": states, "param_list": vectors}, folder + "/nonlinear.pth")
    torch.save({"hist_list": states}, folder + "/state_dicts.pth")
    printed["nonlinear"] = [numbers(tensor) for tensor in vectors]

    torch.manual_seed(4)
    model = Transformer(1, 2)
    views, vectors = [], []
    for _, when in steps(model, 2):
        if when == "after":
            views.append(model.allparam.data)
            vectors.append(vector(model).detach())
    torch.save({"hist_list": views, "param_list": vectors}, folder + "/views.pth")
    printed["views"] = [numbers(tensor) for tensor in vectors]
    print(json.dumps(printed))


main(sys.argv[1])
