"""Keys on their way: what is taken along where a tenant leaves, and what becomes of it where the tenant arrives."""

from infra.database.tenant_rows import TenantRows
from infra.keys.arrived import ArrivedKeys
from infra.keys.interface import KeyRefused, TakenKeys
from infra.keys.travelling import TenantKeys
from services.bootstrap import System
from services.certificates.rings import IssuerRings
from services.transfer.parcel import ParcelRefused


async def taken(system: System, slug: str) -> TenantKeys:
    """The keys of a tenant that are here, to be carried away.

    Raises: StreamNotFound for no such tenant, KeyRefused where it has no key or one cannot be read.
    """
    tenant = await system.handler.authority.tenant(slug)
    held = await system.tenant_keys.held(tenant.tenant_id)
    if not held:
        raise KeyRefused(f"no key of {slug} is here: nothing personal was ever sealed in it")
    ring = await IssuerRings(system.handler, system.issuing).retired(tenant)
    issuers = [key for public in ring if (key := system.issuing.find(slug, public)) is not None]
    return TenantKeys(
        tenant_id=tenant.tenant_id,
        slug=slug,
        keys={number: key.hex() for number, key in held.items()},
        issuers=tuple(key.private_bytes_raw().hex() for key in issuers),
    )


async def wrapped_anew(ours: TakenKeys, theirs: TenantKeys | None, rows: TenantRows) -> int:
    """Wrap each person's key with one that is here; without keys that came they must open with those here, and stay.

    Answers how many there are. Raises: ParcelRefused for one that does not open.
    """
    done, keys, tenant_id = 0, ArrivedKeys(rows), rows.tenant_id
    async for page in keys.pages():
        for subject_id, wrapped in page.items():
            try:
                if theirs is None:
                    await ours.unwrap(tenant_id, wrapped, subject_id.bytes)
                else:
                    key = theirs.unwrap(wrapped, subject_id.bytes)
                    page[subject_id] = await ours.wrap(tenant_id, key, subject_id.bytes)
            except KeyRefused as error:
                missing = "" if theirs else ": name the file that `pakt tenant export --keys-to` wrote by --keys"
                raise ParcelRefused(f"the key of person {subject_id} does not open ({error}){missing}") from error
        if theirs is not None:
            await keys.replace(page)
        done += len(page)
    return done
