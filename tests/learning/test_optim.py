"""Every optimiser lowers a loss at the rate of the others, and treats a stack of matrices as so many matrices."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest
import torch
from torch import Tensor

from nestdesk.core.types import Function, Level, OptimiserName
from nestdesk.learning import experts, inner_loop, levels, optim
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING
from nestdesk.learning.inner_loop import InnerLoop
from nestdesk.learning.packing import Example

NAMES = get_args(OptimiserName)
HOUR = 3600.0


def descended(name: OptimiserName, shapes: list[tuple[int, ...]], steps: int, rate: float = 0.02) -> list[Tensor]:
    """Go down a bowl from zero and return where that ends, and the losses."""
    generator = torch.Generator().manual_seed(0)
    goals = [torch.randn(shape, generator=generator) for shape in shapes]
    tensors = [torch.zeros_like(goal).requires_grad_() for goal in goals]
    optimiser, losses = optim.make(name, tensors, rate), []
    for _ in range(steps):
        loss = sum((((tensor - goal) ** 2).sum() for tensor, goal in zip(tensors, goals, strict=True)), torch.zeros(()))
        loss.backward()
        losses.append(loss.detach())
        optimiser.step()
        assert all(tensor.grad is None for tensor in tensors)
    return [*(tensor.detach() for tensor in tensors), torch.stack(losses)]


@pytest.mark.parametrize("name", NAMES)
def test_an_optimiser_goes_down_a_bowl(name: OptimiserName) -> None:
    losses = descended(name, [(6, 4), (5,), (2, 3, 4)], 100)[-1]
    assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize("name", NAMES)
def test_an_optimiser_teaches_an_expert(tiny: Backbone, name: OptimiserName) -> None:
    facts = [("Q: where?", " Ostwick"), ("Q: when?", " 1874"), ("Q: who?", " Mara"), ("Q: what?", " salt")]
    expert = experts.newborn(tiny.config, Function.MEMORY, Level.FAST, tiny.fingerprint(), 4, seed=1)
    examples = [Example(tuple(tiny.encode(prompt)), tuple(tiny.encode(answer))) for prompt, answer in facts]
    desk = inner_loop.Desk(tiny, examples, NOTHING, 0)
    learner = InnerLoop.start(expert, 1, optimiser=name)
    losses = [step.loss for step in inner_loop.study(tiny, desk, [learner], NOTHING, HOUR, 0, 60)]
    assert losses[-1] < 0.8 * losses[0]


def test_adamw_takes_the_very_steps_of_torchs_own() -> None:
    generator = torch.Generator().manual_seed(0)
    shapes = [(6, 4), (5,), (2, 3, 4)]
    ours, theirs = ([torch.ones(shape, requires_grad=True) for shape in shapes] for _ in range(2))
    own = optim.AdamW(ours, 0.1, decay=0.01)
    other = torch.optim.AdamW(theirs, lr=0.1, betas=(0.9, 0.99), weight_decay=0.01, foreach=True)
    for number in range(6):
        own.rate = other.param_groups[0]["lr"] = 0.1 / (number + 1)
        for place, shape in enumerate(shapes):
            gradient = None if place == 1 and number < 2 else torch.randn(shape, generator=generator)
            ours[place].grad, theirs[place].grad = (None if gradient is None else gradient.clone() for _ in range(2))
        own.step()
        other.step()
    for one, right in zip(ours, theirs, strict=True):
        assert torch.equal(one, right)


def test_learning_loads_no_compiler() -> None:
    """Torch's has no use here, and takes seconds and tens of megabytes."""
    code = (
        "import sys, torch; from nestdesk.learning import optim; one = torch.ones(3, requires_grad=True);"
        "one.grad = torch.ones(3); optim.clip([one], 1.0); optim.make('adamw', [one], 0.1).step();"
        "assert one.grad is None and 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_factory_gives_each_optimiser_by_its_name() -> None:
    tensors = [torch.zeros(2, 3)]
    made = {name: optim.make(name, tensors, 0.1) for name in NAMES}
    assert {name: type(one) for name, one in made.items()} == {"adamw": optim.AdamW, "dgd": optim.DGD, "m3": optim.M3}
    assert made["adamw"].rate == 0.1


@pytest.mark.parametrize("name", ["dgd", "m3"])
def test_a_stack_of_equal_matrices_learns_as_each_would_alone(name: OptimiserName) -> None:
    goal = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    alone, stack = torch.zeros(3, 4).requires_grad_(), torch.zeros(2, 3, 4).requires_grad_()
    optimisers = [optim.make(name, [tensor], 0.02) for tensor in (alone, stack)]
    for _ in range(5):
        ((alone - goal) ** 2).sum().backward()
        ((stack - goal) ** 2).sum().backward()
        for optimiser in optimisers:
            optimiser.step()
    torch.testing.assert_close(stack.detach(), alone.detach().expand(2, 3, 4))


def test_m3_takes_steps_of_equal_size_in_every_direction() -> None:
    matrix = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))
    step = optim._orthogonal(matrix)
    assert step.square().mean().sqrt().item() == pytest.approx(1.0, abs=0.3)  # Newton-Schulz is not exact
    sizes = torch.linalg.svdvals(step)
    assert sizes.max() / sizes.min() < 2.0 < torch.linalg.svdvals(matrix).max() / torch.linalg.svdvals(matrix).min()


def test_dgd_forgets_what_its_momentum_holds_about_the_newest_direction() -> None:
    tensor = torch.zeros(1, 2).requires_grad_()
    optimiser = optim.DGD([tensor], 1.0)
    for gradient in ([1.0, 0.0], [1.0, 0.0]):
        tensor.grad = torch.tensor([gradient])
        optimiser.step()
    along = optimiser._momenta[0][0, 0].item()
    root = 2**0.5
    assert along == pytest.approx(-(0.9 * 0.5 * root + root))  # without the decay it would be 0.9 + 1 times as much


def test_a_level_and_a_rate_factor_set_the_pace(tiny: Backbone) -> None:
    def learner(level: Level | None, factor: float) -> InnerLoop:
        expert = experts.newborn(tiny.config, Function.MEMORY, Level.FAST, tiny.fingerprint(), 2, seed=1)
        return InnerLoop.start(expert, level=level, rate_factor=factor)

    own, slower = learner(None, 1.0), learner(Level.MID, 2.0)
    assert own.peak_rate == levels.LEVELS[Level.FAST].rate
    assert slower.peak_rate == 2 * levels.LEVELS[Level.MID].rate
    assert slower.update_period_tokens == levels.update_period(Level.MID, Function.MEMORY) > own.update_period_tokens
    assert slower.expert.level is Level.FAST
