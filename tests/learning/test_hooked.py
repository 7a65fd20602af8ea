"""Models of other architectures: the same as through the decoder where both can run one, or refused in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from nestdesk.core import prompts
from nestdesk.core.errors import BackboneError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Function, Level
from nestdesk.engine import work
from nestdesk.engine.examining import Examine
from nestdesk.learning import backbone, decoder, experts, generate, hooked, imprint, inner_loop, packing, study
from nestdesk.learning.backbone import Backbone
from nestdesk.learning.experts import NOTHING, Active, ExpertWeights
from nestdesk.learning.nested import NestedModel
from tests.learning.conftest import HIDDEN, INNER, LAYERS
from tests.learning.wide import grown

WORDS = 260
SAID = "The tower was built by Ann Hale in 1802."


def write(folder: Path, tiny_folder: Path, kind: str, **more: Any) -> Path:
    """Write a model of an architecture with random weights, the tiny model's tokenizer beside it."""
    sizes: dict[str, Any] = {
        "vocab_size": WORDS,
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "intermediate_size": INNER,
        "max_position_embeddings": 4096,
        "pad_token_id": 0,
    }
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(AutoConfig.for_model(kind, **(sizes | more)))
    for weight in model.parameters():
        if weight.ndim == 2:  # as born, a model says the same whatever it is asked
            torch.nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
    model.save_pretrained(folder)
    shutil.copy(tiny_folder / "tokenizer.json", folder)
    return folder


@pytest.fixture(scope="module")
def both(tiny_folder: Path, tiny: Backbone) -> tuple[Backbone, Backbone]:
    """The same model as the decoder runs it and as transformers does."""
    own = hooked.load(tiny_folder, "cpu", torch.float32, backbone._load_tokenizer(tiny_folder))
    assert own.hooked is not None
    assert tiny.hooked is None
    return tiny, own


def in_force(model: Backbone, name: str) -> Active:
    functions = {"memory": Function.MEMORY, "attention": Function.ATTENTION, "vocabulary": Function.VOCABULARY}
    if name == "blocks":
        kept = {
            f"{layer}.{kind}": torch.randn(model.config.kv_heads, 5, model.config.head_size)
            for layer in range(LAYERS)
            for kind in ("keys", "values")
        }
        return experts.activate([(ExpertWeights(Function.ATTENTION, Level.FAST, "any", kept), 0.6)])
    if name == "nothing":
        return NOTHING
    born = experts.newborn(model.config, functions[name], Level.MID, "any", 5, None, [3, 70, 71], seed=3)
    return experts.activate([(grown(born, 4), 0.7)])


@pytest.mark.parametrize("name", ["nothing", "memory", "attention", "vocabulary", "blocks"])
def test_a_model_says_the_same_both_ways_whatever_experts_are_in_force(
    both: tuple[Backbone, Backbone], name: str
) -> None:
    torch.manual_seed(1)
    active = in_force(both[0], name)
    examples = [packing.Example(tuple(both[0].encode(f"Tell me: {text}")), (5, 9)) for text in ("who?", "when?", "?")]
    with torch.no_grad():
        (_, right), (_, scores) = (packing.answer_losses(one, packing.pack([examples]), active) for one in both)
    torch.testing.assert_close(scores, right, rtol=1e-4, atol=1e-4)
    asked = [both[0].encode(text) for text in ("Tell me: who?", "Tell me: when?", "Else")]
    mine, theirs = (finish(generate.many(one, asked, active, max_tokens=8)) for one in both)
    assert mine == theirs == [list(generate.stream(both[1], prompt, active, max_tokens=8)) for prompt in asked]


def test_blocks_are_read_narrowed_and_set_in_line_as_in_the_decoder(both: tuple[Backbone, Backbone]) -> None:
    items = [study.question_item("Who built it?", "Ann Hale", 0)]
    texts = [SAID, "The mill is older; nobody knows who built it."]
    read = [finish(imprint.newborn(NestedModel(one), texts, items, NOTHING, 0.5)) for one in both]
    lines = [decoder.in_line(one, own) for one, own in zip(both, read, strict=True)]
    for name, right in lines[0].tensors.items():
        torch.testing.assert_close(lines[1].tensors[name], right, rtol=1e-4, atol=1e-4)


ARCHITECTURES: dict[str, dict[str, Any]] = {
    "olmo2": {"num_key_value_heads": 2},
    "phi": {"partial_rotary_factor": 0.5},
    "gpt_neox": {},
    "granite": {"num_key_value_heads": 2, "attention_multiplier": 0.2},
    "gemma": {"num_key_value_heads": 2, "head_dim": 8},
}


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_a_block_of_another_architecture_learns_what_it_is_asked(tmp_path: Path, tiny_folder: Path, kind: str) -> None:
    own = backbone.load(write(tmp_path / kind, tiny_folder, kind, **ARCHITECTURES[kind]))
    items = [study.question_item("Who built it?", "Ann", 0), study.question_item("When was that?", "1802", 0)]
    (block,) = finish(imprint.newborn(NestedModel(own), [SAID], items, NOTHING, 1.0))
    desk = inner_loop.Desk(own, [study.example(own, item) for item in items], NOTHING, 1)
    learner = inner_loop.InnerLoop.start(block, 1)
    before = own.fingerprint()
    steps = list(inner_loop.study(own, desk, [], NOTHING, 1000.0, 0, 60, {0: learner}, [0, 0]))
    assert steps[-1].loss < steps[0].loss - 0.5
    assert own.fingerprint() == before
    answer = next(generate.stream(own, own.prompt(prompts.closed("Who built it?")), experts.activate([(block, 1.0)])))
    assert 0 <= answer < WORDS


def test_precision_changes_what_it_computes_in_and_not_who_it_is(tmp_path: Path, tiny_folder: Path) -> None:
    folder = write(tmp_path / "model", tiny_folder, "olmo2")
    exact, quick = backbone.load(folder), backbone.load(folder, "cpu", torch.bfloat16)
    assert (exact.precision, quick.precision) == (torch.float32, torch.bfloat16)
    assert quick.fingerprint() == exact.fingerprint()
    assert quick.parameters == exact.parameters
    prompt = exact.encode(SAID)
    scores = generate.prompt_logits(backbone.quick(quick), prompt)
    torch.testing.assert_close(scores, generate.prompt_logits(exact, prompt), rtol=0.1, atol=0.1)
    exact.hooked.tensors()[0].add_(0.5)  # type: ignore[union-attr]
    assert exact.fingerprint() != quick.fingerprint()


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("gpt2", {}, "of another kind"),  # learned places, so nothing can stand before the first
        ("cohere", {"num_key_value_heads": 2}, "of another kind"),  # heads turned in pairs
        ("mamba", {}, "of another kind"),  # no attention at all
        ("gemma2", {"num_key_value_heads": 2, "head_dim": 8}, "has softcap"),
        ("olmo2", {"max_position_embeddings": 512}, "looks back 512 tokens"),
    ],
)
def test_what_cannot_be_hooked_is_refused_in_words(
    tmp_path: Path, tiny_folder: Path, kind: str, more: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BackboneError, match=reason):
        backbone.load(write(tmp_path / kind, tiny_folder, kind, **more))


def test_a_folder_that_announces_more_than_it_holds_is_refused(tmp_path: Path, tiny_folder: Path) -> None:
    folder = write(tmp_path / "model", tiny_folder, "olmo2")
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(settings | {"num_hidden_layers": 500}))
    with pytest.raises(BackboneError, match="lacks weights"):
        backbone.load(folder)
    (folder / "config.json").write_text(json.dumps(settings | {"hidden_size": 1 << 30}))
    with pytest.raises(BackboneError, match="hidden"):
        backbone.load(folder)
    (folder / "config.json").write_text(json.dumps(settings | {"model_type": "nobody"}))
    with pytest.raises(BackboneError, match="cannot be read"):
        backbone.load(folder)


def test_an_expert_that_has_no_place_in_a_model_is_refused(tmp_path: Path, tiny_folder: Path) -> None:
    own = backbone.load(write(tmp_path / "model", tiny_folder, "gpt_neox"))
    for function in (Function.MEMORY, Function.POSITION):
        born = experts.newborn(own.config, function, Level.MID, "any", 4)
        with pytest.raises(BackboneError, match="no place"):
            generate.prompt_logits(own, own.encode(SAID), experts.activate([(born, 1.0)]))


def test_its_experts_are_not_written_for_programs_that_know_other_models(
    both: tuple[Backbone, Backbone], tmp_path: Path
) -> None:
    own = both[1]
    born = experts.newborn(own.config, Function.ATTENTION, Level.MID, own.fingerprint(), 4)
    file = tmp_path / "one.safetensors"
    experts.save(born, file)
    opened = work.Opened(NestedModel(own), None, tmp_path)
    assert finish(work.perform(opened, Examine(str(file)))).parameters == born.parameters
    with pytest.raises(BackboneError, match="Llama and Qwen"):
        finish(work.perform(opened, Examine(str(file), "gguf", str(tmp_path / "adapter.gguf"))))
