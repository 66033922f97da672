"""A language model small enough to be made on the spot: it babbles, byte by byte, like the sample below.

Its tokens are the 256 bytes and one end mark.  The one block of the network adds nothing, so what is said next hangs on
the last byte alone: the embedding names the byte, the output matrix holds how likely each byte was to follow it in the
sample.  Random weights would not do: they say bytes that are no letters, and never close a string.  The sample is
written so that strings, lists and texts soon end.  Nothing in it is random: the same file comes out each time.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import gguf
import numpy as np

SAMPLE = """
"may was calm" "a pier" "two boats" "my café" "people" "can i" "so it fell" "and then" "the sum" "no" "yes" "naïve"
"a third" "by one half" "our pilots" "met" "they had to wait" "part of it" "it held" "i asked him" "we sat" "my own map"
[{"so": 12}] and [{"it": 3}] or [{"ends": 4}] then [{"here": 1}, {"there": 25}] but [{"now": 7}] so [{"over": 60}]
we told them. they were angry, so we met. it took four weeks. in the end the price held. we looked again. all is well.
"""
END = 256
SIZE = 288  # one dimension for each token, rounded up to what matrix code likes
HEAD, INNER = 32, 32
UNHEARD = -40.0  # logarithm: what never followed in the sample is said only where a grammar leaves nothing else
CONTEXT = 1 << 17
CHAT = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"


def rendered(messages: list[tuple[str, str]]) -> str:
    """What the chat template makes of roles and contents; the server counts one token for each byte of it."""
    return "".join(f"{role}: {content}\n" for role, content in messages) + "assistant:"


def write(path: Path) -> Path:
    """Write the model to a GGUF file."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("babbler")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(SIZE)
    writer.add_block_count(1)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(1)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(END + 1)
    _add_tokens(writer)
    for name, weights in tensors().items():
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokens(writer: gguf.GGUFWriter) -> None:
    """The vocabulary, in the spelling of byte-pair tokenizers; one merge stands there because a list must."""
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([*_letters(), "<|im_end|>"])
    writer.add_token_types([gguf.TokenType.NORMAL] * END + [gguf.TokenType.CONTROL])
    writer.add_token_merges([f"{_letters()[0]} {_letters()[0]}"])
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT)


def _letters() -> list[str]:
    """A visible letter for each byte: its own where it has one, else one from beyond the first 256."""
    visible = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = [byte for byte in range(END) if byte not in visible]
    return [chr(byte) if byte in visible else chr(END + hidden.index(byte)) for byte in range(END)]


def tensors() -> dict[str, Any]:
    """All weights by name.  A matrix is written as rows of outputs over columns of inputs."""
    embedding: Any = np.eye(END + 1, SIZE, dtype=np.float32)
    output: Any = np.zeros((END + 1, SIZE), dtype=np.float32)
    output[:, : END + 1] = _follows().T
    ones: Any = np.ones(SIZE, dtype=np.float32)
    return {
        "token_embd.weight": embedding,
        "blk.0.attn_norm.weight": ones,
        "blk.0.attn_q.weight": _nothing(HEAD, SIZE),
        "blk.0.attn_k.weight": _nothing(HEAD, SIZE),
        "blk.0.attn_v.weight": _nothing(HEAD, SIZE),
        "blk.0.attn_output.weight": _nothing(SIZE, HEAD),
        "blk.0.ffn_norm.weight": ones,
        "blk.0.ffn_gate.weight": _nothing(INNER, SIZE),
        "blk.0.ffn_up.weight": _nothing(INNER, SIZE),
        "blk.0.ffn_down.weight": _nothing(SIZE, INNER),
        "output_norm.weight": ones / np.sqrt(np.float32(SIZE)),  # takes back what the norm multiplies one-hot rows by
        "output.weight": output,
    }


def _nothing(rows: int, columns: int) -> Any:
    return np.zeros((rows, columns), dtype=np.float32)


def _follows() -> Any:
    """For each token (rows) the logarithm of how often each other (columns) follows it; a full stop may end all."""
    counts: Any = np.zeros((END + 1, END + 1), dtype=np.float32)
    said = SAMPLE.strip().encode()
    for one, other in pairwise(said):
        counts[one, other] += 1
    counts[ord("."), END] += 2
    totals = counts.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        likely = np.log(counts / totals)
    return np.where(counts > 0, likely, np.float32(UNHEARD))
