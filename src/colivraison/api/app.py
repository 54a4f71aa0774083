"""The application: everything it is made of, put together in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from colivraison import __version__
from colivraison.api.errors import KINDS, CrossSiteRefusedError, HostRefusedError
from colivraison.api.pages import pages, require_assets
from colivraison.api.problems import install_problems, problem_response, texts_of
from colivraison.api.protection import Protection
from colivraison.api.questions import questions
from colivraison.api.routes import router
from colivraison.api.runner import Runner
from colivraison.api.service import PlanService
from colivraison.api.settings import ApiSettings
from colivraison.api.territory import Territory
from colivraison.roads import RoadNetwork
from colivraison.storage import PlanStore

__all__ = ["create_app"]

_REFUSALS = {"host": HostRefusedError, "cross_site": CrossSiteRefusedError}


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def create_app(settings: ApiSettings, *, network: RoadNetwork | None = None) -> FastAPI:
    """Return the application; roads, store and queue come to life when it starts.

    Parameters
    ----------
    network
        What ``settings.roads`` holds, where somebody has read it already: a large extract takes
        seconds. Read at the start when absent.

    Raises
    ------
    MissingAssetsError
        When the package was built without the assets of its pages.
    InputError, StoreInUseError
        At the start: when the extract is unusable, or the folder is another server's.
    """
    require_assets()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        territory = (
            await run_in_threadpool(Territory.load, settings.roads)
            if network is None
            else Territory(network)
        )
        with PlanStore(settings.home) as store:
            runner = Runner(store, settings, _utc_now)
            app.state.service = PlanService(
                settings=settings,
                store=store,
                territory=territory,
                runner=runner,
                now=_utc_now,
            )
            runner.start()
            try:
                yield
            finally:
                await run_in_threadpool(runner.stop)

    app = FastAPI(
        title="colivraison",
        version=__version__,
        lifespan=lifespan,
        # Our own: in two languages, with local assets.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.settings = settings
    # Flat: which methods a path has is asked of each (`problems`).
    app.state.routes = [*router.routes, *questions.routes, *pages.routes]
    app.add_middleware(Protection, any_host=settings.listen_anywhere, refuse=_refuse)
    install_problems(app)
    app.include_router(router)
    app.include_router(questions)
    app.include_router(pages)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


async def _refuse(request: Request, reason: str) -> Response:
    return problem_response(KINDS[_REFUSALS[reason]], texts_of(request.headers))
