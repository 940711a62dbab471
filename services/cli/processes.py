"""`pakt gateway`, `projector`, `worker`, `sealer` and `egress`: each part as a process of its own, in many copies."""

from dataclasses import dataclass, fields

from cyclopts import Parameter

from services.cli.exits import DONE, complete
from services.cli.options import Data, HealthPort, Host, Port, SettingsFile, Wait, settings_for
from services.cli.output import say


@Parameter(name="*")
@dataclass(frozen=True)
class OfProcess:
    """The options of every process."""

    data: Data = None
    host: Host = None
    health_port: HealthPort = None
    wait: Wait = None
    settings: SettingsFile = None


OF_PROCESS = OfProcess()


def gateway(*, of: OfProcess = OF_PROCESS, port: Port = None) -> int:
    """Answer HTTP: commands, queries, pages.

    Prints `ready http://HOST:PORT` when it serves. Asked to stop it says not-ready, answers what is under way for at
    most PAKT_STOP_WITHIN seconds, ends streams, and lets every append end.

    For example:

    * `pakt gateway --host 0.0.0.0 --port 8080`
    * `PAKT_DATABASE_URL=postgresql://db/pakt pakt gateway --wait 120`
    """
    return _run("gateway", of, port=port)


def projector(*, of: OfProcess = OF_PROCESS) -> int:
    """Keep every institution's read models at the end of its log.

    Asked to stop it finishes the batch at hand.

    For example:

    * `pakt projector`
    * `PAKT_DATABASE_URL=postgresql://db/pakt pakt projector --health-port 8081`
    """
    return _run("projector", of)


def worker(*, of: OfProcess = OF_PROCESS) -> int:
    """Do what time and events ask for: timers, policies, indicators, dumps, failed work that is tried again.

    Asked to stop it finishes the work at hand; what does not end in time is given back to the other workers.

    For example:

    * `pakt worker`
    * `PAKT_BROKER_URL=amqp://rabbitmq pakt worker --health-port 8081`
    """
    return _run("worker", of)


def sealer(*, of: OfProcess = OF_PROCESS) -> int:
    """Make each log a Merkle tree, sign its heads, and have them cosigned by the witnesses.

    Asked to stop it finishes the seal at hand.

    For example:

    * `pakt sealer`
    * `PAKT_SIGNING_KEY=/run/secrets/signing.pem pakt sealer --health-port 8081`
    """
    return _run("sealer", of)


def egress(*, of: OfProcess = OF_PROCESS) -> int:
    """Tell webhooks; the only process whose requests go where somebody else said.

    Asked to stop it finishes the messages at hand; what does not end in time is given back to the others.

    For example:

    * `pakt egress`
    * `pakt egress --health-port 8081`
    """
    return _run("egress", of)


def _run(part: str, of: OfProcess, **options: object) -> int:
    async def work() -> int:
        from services.part_names import Part  # noqa: PLC0415
        from services.process import run_part  # noqa: PLC0415

        given = {field.name: getattr(of, field.name) for field in fields(of)} | options
        await run_part(settings_for(given.pop("data"), **given), Part(part), tell=say)
        return DONE

    return complete(work())
