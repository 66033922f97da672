"""Rows: what hosted endpoints do, each from the table of providers, by its address alone, or both."""

from __future__ import annotations

from answer_coach import errors
from tests.endpoints.plays import (
    Request,
    asking,
    fails,
    first,
    graded,
    ignores,
    model,
    refuses,
    refuses_fields,
    says_raw,
    takes_only,
    unseen,
    when,
)
from tests.endpoints.rows import EVERY, Fails, Row, bodies, last, unusable
from tests.support.server import Reply

JSON_WORD = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
ROUTER = (
    "No endpoints found that can handle the requested parameters. To learn more about provider routing, visit: "
    "https://openrouter.ai/docs/provider-routing"
)
DEEPSEEK = "This response_format type is unavailable now"
OLD_AZURE = "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later"
AZURE_FILTER = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
    "Please modify your prompt and retry."
)
GROQ = "This model does not support response format `json_schema`. See supported models at the documentation."
GEMINI_RATE = [
    {
        "error": {
            "code": 429,
            "message": "You exceeded your current quota, please check your plan and billing details.",
            "status": "RESOURCE_EXHAUSTED",
            "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.05s"}],
        }
    }
]
OLDER_PATH = "/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21"
CHECKED = {"filtered": True, "severity": "medium"}


def _without_json(request: Request) -> bool:
    return request.form == "json_object" and not any(
        "json" in message["content"].casefold() for message in request.body["messages"]
    )


def _unseen_keys(request: Request) -> bool:
    return "$schema" in str(request.body.get("response_format"))


def _patient(request: Request) -> Reply:
    whole = model()(request)
    return Reply(body="\n\n\n" + whole.data.decode())


# A row is read as a row.
# fmt: off
HOSTED = (
    Row("OpenAI, reasoning model", "enforces a strict schema; takes no temperature and no max_tokens",
        (refuses_fields("Unsupported parameter: '{name}' is not supported with this model.", "max_tokens",
         "temperature"),), "openai/gpt-5-mini", tuning={"max_output_tokens": 4000, "effort": "low"}, ways=EVERY,
        more=last(lambda b: b["max_completion_tokens"] == 4000 and b["reasoning_effort"] == "low")),
    Row("OpenAI, gpt-4o", "enforces a strict schema", (), "openai/gpt-4o",
        more=bodies(lambda b: b["temperature"] == 0 and b["response_format"]["json_schema"]["strict"])),
    Row("OpenAI, gpt-4-turbo", "has JSON mode, where the prompt must hold the word JSON",
        (refuses("json_schema", GROQ), when(_without_json, fails(400, JSON_WORD))), "openai/gpt-4-turbo",
        "json_object"),
    Row("OpenAI, gpt-4", "has tools only", (refuses("json_schema", GROQ), refuses("json_object", GROQ)), "openai/gpt-4",
        "tool"),
    Row("OpenAI, refusal", "declines to grade", (model(lambda _: "", refusal="I can't help with that."),),
        "openai/gpt-4o", fails=unusable("refused"), ways=EVERY),
    Row("OpenAI, an effort that it does not know", "refuses reasoning_effort: xhigh",
        (refuses_fields("Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model.",
         "reasoning_effort"),), "openai/gpt-5-mini", asked=2, tuning={"effort": "xhigh"},
        more=last(lambda b: "reasoning_effort" not in b)),
    Row("Azure, current address", "enforces a strict schema; the deployment's name hides the model", (),
        "azure/my-deployment", probes=1, ways=EVERY,
        more=lambda seen: all(s.path == "/openai/v1/chat/completions" for s in seen)),
    Row("Azure, older address", "has the deployment in its path, the version in the query, the key in `api-key`", (),
        "azure/my-deployment", probes=1, environ={"OPENAI_API_VERSION": "2024-10-21"}, ways=EVERY,
        more=lambda seen: all(s.path == OLDER_PATH and "api-key" in s.headers and "authorization" not in s.headers
                              for s in seen)),
    Row("Azure, version before schemas", "refuses json_schema", (refuses("json_schema", OLD_AZURE, code="BadRequest"),),
        "azure/my-deployment", "json_object", probes=1, environ={"OPENAI_API_VERSION": "2024-06-01"}),
    Row("Azure, filtered reply", "status 200, content_filter, and JSON that is cut",
        (graded(model(lambda said: said[:300], "content_filter", content_filter_results={"violence": CHECKED})),),
        "azure/my-deployment", fails=unusable("filtered"), probes=1, ways=EVERY),
    Row("Azure, filtered draft", "400, content_filter",
        (graded(fails(400, AZURE_FILTER, code="content_filter", param="prompt",
         innererror={"code": "ResponsibleAIPolicyViolation"})),), "azure/my-deployment",
        fails=Fails(errors.RequestRefused, "filtered"), probes=1, hint="draft"),
    Row("Anthropic, compatible endpoint", "ignores schemas and JSON mode, obeys a forced tool",
        (ignores("json_schema"), ignores("json_object")), "anthropic/claude-haiku-4-5", "tool", ways=EVERY),
    Row("Anthropic, by its address", "takes a schema and ignores it", (ignores("json_schema"), ignores("json_object")),
        mode="json_object", probes=1, ways=EVERY),
    Row("Anthropic, no credit", "400, whose message tells of the credit",
        (fails(400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
         type="invalid_request_error"),), "anthropic/claude-haiku-4-5", "tool",
        Fails(errors.RateLimited, "quota_exhausted"), hint="billing"),
    Row("Anthropic, overloaded once", "529, overloaded_error",
        (first(fails(529, "Overloaded", type="overloaded_error")),), "anthropic/claude-haiku-4-5", "tool", asked=2),
    Row("Gemini", "keeps to a schema; refuses `$schema` in it",
        (when(_unseen_keys, fails(400, 'Unknown name "$schema"')),), "gemini/gemini-2.5-flash", "json_schema_in_prompt",
        ways=EVERY),
    Row("Gemini, busy", "429 that calls a short wait a quota, its delay in the body, in a list",
        (first(says_raw(Reply(429, GEMINI_RATE))),), "gemini/gemini-2.5-flash", "json_schema_in_prompt", asked=2,
        least=0.05),
    Row("Mistral", "422 on fields that it does not know, such as max_completion_tokens",
        (takes_only("response_format", "max_tokens", "temperature", "stream", "tools", "tool_choice"),),
        "mistral/mistral-small-latest", tuning={"max_output_tokens": 4000}, ways=EVERY, more_streamed=1,
        more=last(lambda b: b["max_tokens"] == 4000)),
    Row("Mistral, cut by the model's length", "finish_reason model_length",
        (first(model(lambda s: s[:200], "model_length")),), "mistral/mistral-small-latest", asked=2),
    Row("Groq, gpt-oss", "enforces a schema", (), "groq/openai/gpt-oss-20b", "json_schema_in_prompt"),
    Row("Groq, other models", "400 on json_schema", (refuses("json_schema", GROQ),), "groq/llama-3.3-70b-versatile",
        "json_object"),
    Row("Groq, by its address", "400 on json_schema", (refuses("json_schema", GROQ, type="invalid_request_error"),),
        mode="json_object", probes=1, ways=EVERY),
    Row("Groq, older: no stream with a schema", "400 on a schema with a stream",
        (when(lambda r: r.streams and r.form == "json_schema", fails(400,
         "Streaming is not supported together with structured outputs")),), "groq/openai/gpt-oss-20b",
        "json_schema_in_prompt", ways=("streamed", "sync"), more_streamed=1),
    Row("Groq, a reply that is no JSON", "400, json_validate_failed, with what the model wrote",
        (first(fails(400,
         "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more details.",
         type="invalid_request_error", code="json_validate_failed", failed_generation='{"check": ')),),
        "groq/llama-3.3-70b-versatile", "json_object", asked=2),
    Row("Together, unlisted model", "400 on json_schema",
        (refuses("json_schema", "response_format of type json_schema is not supported for this model", 422),),
        "together/some-model", "json_object", probes=1),
    Row("Fireworks",
        "enforces a schema that the model does not see, and writes blanks where the prompt does not tell it",
        (unseen(model(lambda _: " " * 400, "length")),), "fireworks/some-model", "json_schema_in_prompt"),
    Row("OpenRouter, routed to a host with schemas", "enforces a schema", (), "openrouter/openai/gpt-5-mini", probes=1,
        more=bodies(lambda b: b["provider"] == {"require_parameters": True})),
    Row("OpenRouter, no host with schemas", "404 on json_schema", (refuses("json_schema", ROUTER, 404, code=404),),
        "openrouter/some/model", "json_object", probes=1, ways=EVERY),
    Row("OpenRouter, hosts with tools only", "404 on json_schema and json_object",
        (when(asking("json_schema", "json_object"), fails(404, ROUTER, code=404)),), "openrouter/some/model", "tool",
        asked=2, probes=1),
    Row("OpenRouter, no host with any form", "404 on all but plain text",
        (when(asking("json_schema", "json_object", "tool"), fails(404, ROUTER, code=404)),), "openrouter/some/model",
        "text", asked=3, probes=1),
    Row("OpenRouter, no host for what was set", "404 as long as an effort is asked for",
        (fails(404, ROUTER, code=404),), "openrouter/some/model", "text",
        Fails(errors.RequestRefused, "request_refused"), asked=3, probes=1, tuning={"effort": "high"}, hint="effort"),
    Row("OpenRouter, no such model", "404 without a word of parameters",
        (fails(404, "No endpoints found for some/model.", code=404),), "openrouter/some/model", None,
        Fails(errors.ModelMissing, "model_missing"), asked=0, probes=1, hint="model"),
    Row("OpenRouter, an error as a reply", "status 200 with an error of 502 in it",
        (first(says_raw(Reply(200, {"error": {"code": 502, "message": "Provider returned error"}}))),),
        "openrouter/openai/gpt-5-mini", asked=2, probes=1),
    Row("OpenRouter, a host that fails in mid-reply", "finish_reason error behind half a reply",
        (first(model(lambda said: said[:400], "error")),), "openrouter/openai/gpt-5-mini", asked=2, probes=1,
        ways=EVERY),
    Row("OpenRouter, no credit", "402", (fails(402, "Insufficient credits", code=402),), "openrouter/openai/gpt-5-mini",
        None, Fails(errors.RateLimited, "quota_exhausted"), asked=0, probes=1, hint="billing"),
    Row("DeepSeek", "has JSON mode only", (refuses("json_schema", DEEPSEEK),), "deepseek/deepseek-chat", "json_object"),
    Row("DeepSeek, by its address", "400 on json_schema", (refuses("json_schema", DEEPSEEK),), mode="json_object",
        probes=1, ways=EVERY),
    Row("DeepSeek, an empty reply", "JSON mode that now and then says nothing", (first(model(lambda _: "")),),
        "deepseek/deepseek-chat", "json_object", asked=2),
    Row("DeepSeek, blank lines while one waits", "blank lines before the reply", (_patient,), "deepseek/deepseek-chat",
        "json_object"),
    Row("DeepSeek, no balance", "402, Insufficient Balance", (fails(402, "Insufficient Balance"),),
        "deepseek/deepseek-chat", "json_object", Fails(errors.RateLimited, "quota_exhausted")),
    Row("Qwen, GLM, MiniMax", "400 on json_schema, JSON mode that wants the word JSON in the prompt",
        (refuses("json_schema", "'response_format.type' must be 'text' or 'json_object'"), when(_without_json,
         fails(400, JSON_WORD))), mode="json_object", probes=1),
    Row("xAI", "enforces a schema", (), "xai/some-model"),
    Row("Ollama Cloud", "takes a schema and ignores it", (ignores("json_schema"),), "ollama/gpt-oss:120b-cloud",
        "json_object", probes=1, ways=EVERY),
    Row("An endpoint that ignores every form", "takes schema, JSON mode and tools, and keeps to none",
        (ignores("json_schema"), ignores("json_object"), ignores("tool")), mode="json_object", probes=1),
    Row("An endpoint that refuses every form, each in its own words", "400 on schema, JSON mode and tools",
        (refuses("json_schema", "Structured outputs are not supported here"), refuses("json_object",
         "JSON mode is not available for this model"), refuses("tool",
         "Function calling is not enabled for this model")), mode="text", asked=3, probes=1, ways=EVERY),
    Row("An endpoint that refuses without a reason", "400 `Bad Request` on every form",
        (when(asking("json_schema", "json_object", "tool"), says_raw(Reply(400, "Bad Request"))),), mode="text",
        asked=3, probes=1),
    Row("An endpoint that ignores a schema, set to strict by hand",
        "takes a schema and ignores it, wrongly set to strict", (ignores("json_schema"),), fails=unusable("not_json"),
        asked=2),
)
