"""Rows: what servers on one's own machine do."""

from __future__ import annotations

from answer_coach import errors
from tests.endpoints.plays import Request, asking, cuts, fails, first, graded, ignores, model, refuses, says_raw, when
from tests.endpoints.rows import EVERY, OBJECT, Fails, Row, last, unusable
from tests.support.server import Reply, completion, stream_of

VLLM_LONG = (
    "This model's maximum context length is 4096 tokens. However, you requested 5889 tokens (1889 in the messages, "
    "4000 in the completion). Please reduce the length of the messages or max_tokens."
)
VLLM_LIMIT = (
    "'max_tokens' or 'max_completion_tokens' is too large: 16000. This model's maximum context length is 8192 tokens "
    "and your request has 1889 input tokens (16000 > 8192 - 1889)."
)
LLAMACPP_LONG = "the request exceeds the available context size, try increasing it"
LITERAL = "[{'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': 'text or json_object'}]"
CONTEXT = Fails(errors.RequestRefused, "prompt_too_long")


def _roomier(request: Request) -> bool:
    return bool({"max_tokens", "max_completion_tokens"} & set(request.body))


# A row is read as a row.
# fmt: off
LOCAL = (
    Row("Ollama", "enforces a schema by a grammar", (), "ollama/some-model", probes=1, ways=EVERY),
    Row("Ollama, a context far too short",
        "cuts the prompt without a word, its beginning first, and counts what is left", (graded(cuts(800)),),
        "ollama/some-model", fails=unusable("prompt_cut"), probes=1, ways=EVERY, hint="OLLAMA_CONTEXT_LENGTH"),
    Row("Ollama, a context a little too short", "cuts off the check phrase; the count looks possible",
        (graded(cuts(1500)),), "ollama/some-model", fails=unusable("prompt_cut"), probes=1,
        hint="OLLAMA_CONTEXT_LENGTH"),
    Row("A server that cuts the prompt and tells no usage", "cuts off the check phrase, counts nothing",
        (graded(cuts(1500, counted=False)),), mode="json_object", fails=unusable("prompt_cut"), tuning=OBJECT,
        hint="num_ctx"),
    Row("A server that counts fewer tokens than the prompt can have", "a perfect reply, and 300 prompt tokens",
        (model(usage=lambda used: {**used, "prompt_tokens": 300}),), fails=unusable("prompt_cut"), ways=EVERY,
        hint="num_ctx"),
    Row("A server that counts cached tokens apart", "300 prompt tokens and the rest of them cached",
        (model(usage=lambda used: {"prompt_tokens": 300, "completion_tokens": 9,
         "prompt_tokens_details": {"cached_tokens": used["prompt_tokens"] - 300}}),)),
    Row("A server that counts nothing", "usage of zeros",
        (model(usage=lambda _: {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}),), ways=EVERY),
    Row("A server without usage", "no usage at all", (model(usage=lambda _: None),), ways=EVERY),
    Row("vLLM", "enforces a schema", (), "vllm/some-model", probes=1, ways=EVERY),
    Row("vLLM, a context too short", "400 that tells the context length and names max_tokens",
        (graded(fails(400, VLLM_LONG, type="BadRequestError", param=None, code=400)),), "vllm/some-model",
        fails=CONTEXT, probes=1, tuning={"max_output_tokens": 4000}, ways=EVERY, hint="--max-model-len",
        more=last(lambda b: b["max_tokens"] == 4000)),
    Row("vLLM, no room for a longer reply", "a cut reply; then 400 on a limit that does not fit",
        (graded(when(_roomier, fails(400, VLLM_LIMIT, code=400))), first(model(lambda s: s[:200], "length"))),
        "vllm/some-model", asked=3, probes=1, more=last(lambda b: "max_tokens" not in b)),
    Row("vLLM, a fault in mid-stream", "an event with an error of 400 in a stream",
        (graded(when(lambda r: r.streams, says_raw(stream_of({"error": {"message": VLLM_LONG, "code": 400}},
         "[DONE]")))),), "vllm/some-model", fails=CONTEXT, probes=1, ways=("streamed",)),
    Row("vLLM, no reasoning parser", "thoughts before the JSON, also before the probe's",
        (model(lambda said: f"<think>The schema allows {{}} only?</think>\n{said}"),), "vllm/some-model", probes=1,
        ways=EVERY),
    Row("vLLM, a template that opens the thoughts", "only the closing tag of the thoughts comes",
        (model(lambda said: f'Perhaps {{"check": "x"}}?\n</think>\n\n{said}'),), "vllm/some-model", probes=1),
    Row("vLLM, all in the thoughts", "reasoning_content without content, where a schema is enforced",
        (graded(when(asking("json_schema"), says_raw(Reply(body=completion(None,
         reasoning_content='{"check": "x"}'))))),), "vllm/some-model", "json_object", asked=3, probes=1),
    Row("llama.cpp", "enforces a schema", (), "llamacpp/some-model", probes=1),
    Row("llama.cpp, a grammar that it can't read", "fails open: 200, unconstrained", (ignores("json_schema"),),
        "llamacpp/some-model", "json_object", probes=1, ways=EVERY),
    Row("llama.cpp, only our schema that it can't read", "keeps to the probe's schema, fails open on the grading's",
        (graded(ignores("json_schema")),), "llamacpp/some-model", "json_object", asked=3, probes=1),
    Row("llama.cpp, 400 on a schema", "400 `failed to parse grammar`",
        (refuses("json_schema", "failed to parse grammar"),), "llamacpp/some-model", "json_object", probes=1),
    Row("llama.cpp, 400 on our schema only", "keeps to the probe's schema, 400 on the grading's",
        (graded(refuses("json_schema", "JSON schema conversion failed: Unrecognized schema")),), "llamacpp/some-model",
        "json_object", asked=3, probes=1),
    Row("llama.cpp, a context too short", "400, exceed_context_size_error",
        (graded(fails(400, LLAMACPP_LONG, type="exceed_context_size_error", n_ctx=1024)),), "llamacpp/some-model",
        fails=CONTEXT, probes=1, hint="--ctx-size"),
    Row("LM Studio", "enforces a schema, 400 on JSON mode",
        (refuses("json_object", "'response_format.type' must be 'json_schema' or 'text'"),), "lmstudio/some-model",
        probes=1),
    Row("LM Studio, a model that is held to nothing", "ignores a schema, 400 on JSON mode",
        (ignores("json_schema"), refuses("json_object", "'response_format.type' must be 'json_schema' or 'text'")),
        "lmstudio/some-model", "tool", asked=2, probes=1),
    Row("llama-cpp-python", "500 on json_schema", (refuses("json_schema", LITERAL, 500, type="internal_server_error"),),
        mode="json_object", probes=1, ways=EVERY),
    Row("A server that fails on a schema", "500 without a reason on json_schema, each time",
        (refuses("json_schema", "Internal Server Error", 500),), mode="json_object", probes=2, tuning={"attempts": 2}),
)
