"""Optimisers of the inner loops behind one small interface: a learning rate that may change, and step().

AdamW (arXiv 1711.05101); DGD with decay, whose momentum forgets what it holds about directions it sees again (Nested
Learning, arXiv 2512.24695, the delta-rule reading of gradient descent); M3, a two-speed momentum whose update is
orthogonalised (same paper; Newton-Schulz coefficients as in Muon). State lives in fp32 beside the weights. A tensor of
more than two dimensions is a stack of matrices: a block's keys [KV, P, d] are one matrix a head.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.optim.adamw import adamw

from nestdesk.core.types import OptimiserName

EPSILON = 1e-8  # of Adam, as published


class Optimiser(Protocol):
    """What an inner loop needs: a rate, and a step that uses and clears the gradients."""

    rate: float

    def step(self) -> None:
        """Apply the gradients, then clear them."""


class AdamW:
    """Adam with decoupled weight decay, as published, by torch's own function for it.

    *Why* not torch's class: its first use loads the compiler, which takes 1.5 s and 65 MB.
    """

    def __init__(
        self, tensors: Sequence[Tensor], rate: float, betas: tuple[float, float] = (0.9, 0.99), decay: float = 0.0
    ) -> None:
        """Start with empty moments, which are made when a tensor has its first gradient."""
        self.rate = rate
        self._betas, self._decay = betas, decay
        self._tensors = list(tensors)
        self._moments: dict[int, tuple[Tensor, Tensor, Tensor]] = {}  # by a tensor's place: first, second, steps

    @torch.no_grad()
    def step(self) -> None:
        """Apply the gradients, then clear them."""
        learning = [(place, one) for place, one in enumerate(self._tensors) if one.grad is not None]
        for place, one in learning:
            if place not in self._moments:
                self._moments[place] = torch.zeros_like(one), torch.zeros_like(one), torch.zeros(())
        first, second, steps = ([self._moments[place][part] for place, _ in learning] for part in range(3))
        adamw(
            [one for _, one in learning],
            [one.grad for _, one in learning if one.grad is not None],
            first,
            second,
            [],
            steps,
            foreach=True,
            amsgrad=False,
            beta1=self._betas[0],
            beta2=self._betas[1],
            lr=self.rate,
            weight_decay=self._decay,
            eps=EPSILON,
            maximize=False,
        )
        for _, one in learning:
            one.grad = None


class DGD:
    """Delta gradient descent: the momentum decays along the direction k of the newest gradient before it is added.

    M_t = alpha M_{t-1} - beta (M_{t-1} k) k^T - g, theta_{t+1} = theta_t + rate M_t, k the unit row direction of g.
    The paper writes M (alpha I - eta k k^T) with the layer's input as k; the gradient's leading row direction stands in
    for it here, which needs no access to activations.
    """

    def __init__(self, tensors: Sequence[Tensor], rate: float, alpha: float = 0.9, beta: float = 0.5) -> None:
        """Start with empty momenta."""
        self.rate = rate
        self._alpha = alpha
        self._beta = beta
        self._tensors = list(tensors)
        self._momenta = [torch.zeros_like(tensor) for tensor in self._tensors]

    @torch.no_grad()
    def step(self) -> None:
        """Apply the gradients, then clear them."""
        for tensor, momentum in zip(self._tensors, self._momenta, strict=True):
            if tensor.grad is None:
                continue
            gradient = tensor.grad / (tensor.grad.norm() + 1e-8) * tensor.numel() ** 0.5
            if gradient.ndim >= 2:
                key = gradient.sum(dim=-2, keepdim=True)  # ... 1 in
                key = key / (key.norm(dim=-1, keepdim=True) + 1e-8)
                momentum -= self._beta * (momentum @ key.mT) @ key
            momentum.mul_(self._alpha).sub_(gradient)
            tensor.add_(momentum, alpha=self.rate * (1 - self._alpha))
            tensor.grad = None


class M3:
    """Two momenta at two speeds, orthogonalised together: the slow one keeps what the fast one forgets."""

    def __init__(
        self, tensors: Sequence[Tensor], rate: float, fast: float = 0.9, slow: float = 0.98, slow_period: int = 8
    ) -> None:
        """Start with empty momenta; the slow one takes in the mean gradient of every slow_period steps."""
        self.rate = rate
        self._fast, self._slow, self._period = fast, slow, slow_period
        self._tensors = list(tensors)
        self._quick = [torch.zeros_like(tensor) for tensor in self._tensors]
        self._lasting = [torch.zeros_like(tensor) for tensor in self._tensors]
        self._gathered = [torch.zeros_like(tensor) for tensor in self._tensors]
        self._steps = 0

    @torch.no_grad()
    def step(self) -> None:
        """Apply the gradients, then clear them."""
        self._steps += 1
        for index, tensor in enumerate(self._tensors):
            if tensor.grad is None:
                continue
            self._quick[index].mul_(self._fast).add_(tensor.grad, alpha=1 - self._fast)
            self._gathered[index].add_(tensor.grad)
            if self._steps % self._period == 0:
                mean = self._gathered[index] / self._period
                self._lasting[index].mul_(self._slow).add_(mean, alpha=1 - self._slow)
                self._gathered[index].zero_()
            mixed = self._quick[index] + self._lasting[index]
            tensor.sub_(_orthogonal(mixed) if mixed.ndim >= 2 else mixed.sign(), alpha=self.rate)
            tensor.grad = None


KINDS: dict[OptimiserName, tuple[Callable[[Sequence[Tensor], float], Optimiser], float]] = {
    "adamw": (AdamW, 1.0),
    "dgd": (DGD, 1.0),
    "m3": (M3, 1.0),
}


def make(name: OptimiserName, tensors: Sequence[Tensor], rate: float) -> Optimiser:
    """Return an optimiser by its name.

    Args:
        rate: AdamW's; the other two take it times a factor of their own, with which they learn about as fast.
    """
    kind, factor = KINDS[name]
    return kind(tensors, rate * factor)


def clip(tensors: Sequence[Tensor], limit: float) -> float:
    """Scale all gradients down together if their norm passes the limit; return the norm before."""
    return float(torch.nn.utils.clip_grad_norm_(list(tensors), limit))


def _orthogonal(matrices: Tensor, steps: int = 5) -> Tensor:
    """Return the nearest matrix with equal singular values, by Newton-Schulz, scaled to unit entries on average."""
    a, b, c = 3.4445, -4.7750, 2.0315
    work = matrices / (matrices.norm(dim=(-2, -1), keepdim=True) + 1e-8)
    flip = work.shape[-2] > work.shape[-1]
    work = work.mT if flip else work
    for _ in range(steps):
        square = work @ work.mT
        work = a * work + (b * square + c * square @ square) @ work
    work = work.mT if flip else work
    scaled: Tensor = work * max(matrices.shape[-2:]) ** 0.5
    return scaled
