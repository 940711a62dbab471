// The phone's key and what it signs; the words are those of domain/volunteering/check_in_parts.py.
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const lines = (...parts) => parts.map((part) => `${part}\n`).join("");

// A private key that no script can read out, not even this one.
export async function madeKey() {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  return { key: pair.privateKey, publicKey: hex(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

async function signed(key, said) {
  return hex(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(said)));
}

export const registration = (key, tenant, personId) => signed(key, lines("pakt check-in phone v1", tenant, personId));

export async function checkIn(phone, work, pass, kind) {
  const one = {
    id: crypto.randomUUID(),
    kind,
    at: `${new Date().toISOString().slice(0, 19)}Z`,
    agreement_id: work.agreement_id,
    opportunity_id: work.opportunity_id,
    task: work.task,
    pass_number: pass.number,
    pass_proof: pass.proof,
  };
  const said = lines(
    "pakt check-in v1", phone.tenant, phone.id, one.id, one.kind, one.at, one.agreement_id, one.opportunity_id,
    one.task, one.pass_number, one.pass_proof,
  );
  return { ...one, signature: await signed(phone.key, said) };
}

// The pass in a link, or null: #pass=<institution>~<opportunity>~<number>~<from>~<until>~<signature>
export function passIn(link) {
  const found = /#pass=([^&]+)$/.exec(link);
  const parts = found ? found[1].split("~").map(decodeURIComponent) : [];
  if (parts.length !== 6) return null;
  const [tenant, opportunity, number, begins, ends, proof] = parts;
  return { tenant, opportunity, number: Number(number), begins: Number(begins), ends: Number(ends), proof };
}
