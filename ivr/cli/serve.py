"""``ivr serve``: run one part of the system in the foreground (``ivr up`` runs them all)."""

from __future__ import annotations

import click

from ivr.settings import load_settings
from ivr.supervision.logs import set_up_logging


@click.group()
def serve() -> None:
    """Run one part of the system in the foreground: calls, jobs, api or llm.

    `ivr up` runs all of them and keeps them alive; this is for containers and for looking at one.
    """


@serve.command()
@click.option("--host", help="Address to listen on; default WEB_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; default WEB_PORT.")
def api(host: str | None, port: int | None) -> None:
    """Serve the REST API.

    \b
    Examples:
      ivr serve api
      ivr serve api --host 0.0.0.0 --port 8080
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.web.server import serve_api
    from ivr.web.wiring import build_api

    settings = load_settings()
    set_up_logging(settings, "api")
    serve_api(build_api(settings), host or settings.web_host, port or settings.web_port)


@serve.command()
def calls() -> None:
    """Take the calls: answers every call that Asterisk sends to our application.

    SIGTERM lets calls in progress end; a second one ends them at once.
    """
    import uvloop

    from ivr.supervision.worker import run_calls

    settings = load_settings()
    set_up_logging(settings, "calls")
    uvloop.run(run_calls(settings))


@serve.command()
@click.option("--host", help="Address to listen on; default LLM_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; default LLM_PORT.")
@click.option("--model", help="A model of the store, or the path of a GGUF; default LLM_MODEL.")
def llm(host: str | None, port: int | None, model: str | None) -> None:
    """Serve a language model of your own with llama.cpp (LLM_PROVIDER=llamacpp).

    \b
    Examples:
      ivr serve llm
      ivr serve llm --model /models/mistral-7b-instruct.gguf --port 8013
    """  # noqa: D301 - click's mark for lines that stay as they are
    import asyncio

    from ivr.bootstrap_llm import build_serving
    from ivr.engines.llamacpp_server import serve_llm

    settings = load_settings()
    set_up_logging(settings, "llm")
    asyncio.run(serve_llm(build_serving(settings, host, port, model)))


@serve.command()
def jobs() -> None:
    """Work off the post-call jobs, beside the calls and without disturbing them.

    SIGTERM gives the jobs in hand back to the queue.
    """
    from ivr.supervision.job_worker import run_jobs

    settings = load_settings()
    set_up_logging(settings, "jobs")
    run_jobs(settings)
