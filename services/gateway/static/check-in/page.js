import { keep, kept, queue, queued } from "./store.js";
import { checkIn, madeKey, passIn, registration } from "./phone.js";

const part = (id) => document.getElementById(id);
const words = part("check-in").dataset;
const SETTLED = new Set(["sent", "refused"]);
const WORKED = new Set(["signed", "active"]);
let sending = false;

function tell(text) {
  part("told").textContent = text;
}

async function asked(path, body, key) {
  const headers = { authorization: `Bearer ${await kept("token")}`, "accept-language": document.documentElement.lang };
  if (body === undefined) return fetch(path, { headers });
  Object.assign(headers, { "content-type": "application/json", "idempotency-key": key });
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function problem(answer) {
  const found = await answer.json().catch(() => ({}));
  return { rule: found.rule, detail: found.detail || `${answer.status}` };
}

async function prepare(event) {
  event.preventDefault();
  const tenant = part("institution").value.trim();
  await keep("token", part("token").value.trim());
  try {
    const answer = await asked("/v1/me");
    if (!answer.ok) return tell((await problem(answer)).detail);
    const owner = (await answer.json()).person_id;
    const phone = await kept("phone");
    if (!phone || phone.owner !== owner || phone.tenant !== tenant) {
      if (!(await register(tenant, owner))) return;
    }
    await refreshWork();
    await render();
    await send();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    tell(words.offline);
  }
}

async function register(tenant, owner) {
  const { key, publicKey } = await madeKey();
  const body = { public_key: publicKey, signature: await registration(key, tenant, owner) };
  const answer = await asked(`/v1/tenants/${tenant}/check-in-phones`, body, crypto.randomUUID());
  if (!answer.ok) {
    tell((await problem(answer)).detail);
    return false;
  }
  await keep("phone", { tenant, owner, key, id: (await answer.json()).stream_id });
  tell(words.registered);
  return true;
}

async function refreshWork() {
  const phone = await kept("phone");
  if (!phone) return;
  const answer = await asked(`/v1/tenants/${phone.tenant}/me/volunteer-agreements?limit=200`);
  if (!answer.ok) return;
  const language = document.documentElement.lang.slice(0, 2);
  const work = (await answer.json()).items.filter((one) => WORKED.has(one.state)).flatMap((one) =>
    one.tasks.map((task) => ({
      agreement_id: one.agreement_id,
      opportunity_id: one.opportunity_id,
      task: task.code,
      name: `${(task.what[language] || Object.values(task.what)[0]).text} · ${one.place}`,
    })),
  );
  await keep("work", work);
}

async function shownPass(work) {
  const number = Number(part("number").value), proof = part("code").value.toUpperCase().replace(/[^0-9A-Z]/g, "");
  if (number && proof) return { number, proof };
  const pass = await kept("pass");
  return pass && pass.opportunity === work.opportunity_id && pass.ends * 1000 > Date.now() ? pass : null;
}

async function press(kind) {
  const phone = await kept("phone"), work = ((await kept("work")) || [])[part("work").selectedIndex];
  if (!work) return tell(words.nowork);
  const pass = await shownPass(work);
  if (!pass) return tell(words.nopass);
  await queue({ check_in: await checkIn(phone, work, pass, kind), name: work.name, state: "waiting", detail: "" });
  tell(kind === "start" ? words.started : words.ended);
  await render();
  await send();
}

// One after the other, each under its own key: what is sent twice counts once, and what is refused stops no other.
async function send() {
  if (sending) return;
  sending = true;
  try {
    const phone = await kept("phone");
    for (const one of phone ? await queued() : []) {
      if (SETTLED.has(one.state)) continue;
      const path = `/v1/tenants/${phone.tenant}/check-in-phones/${phone.id}/submit`;
      const answer = await asked(path, { check_ins: [one.check_in] }, one.check_in.id);
      if (!answer.ok) {
        const { rule, detail } = await problem(answer);
        if (answer.status === 401 || answer.status >= 500) return tell(detail);
        if (rule !== "command.unchanged") Object.assign(one, { state: "refused", detail });
      }
      if (one.state !== "refused") one.state = "sent";
      await queue(one);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no network: everything stays where it is
  } finally {
    sending = false;
    await render();
  }
}

async function photograph(event) {
  const [file] = event.target.files;
  if (!file) return;
  const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
  const pass = found.map((one) => passIn(one.rawValue)).find(Boolean);
  if (!pass) return tell(words.nocode);
  await keep("pass", pass);
  await render();
}

function row(one) {
  const line = document.createElement("tr");
  const at = new Date(one.check_in.at).toLocaleString(document.documentElement.lang);
  const state = one.state === "refused" ? `${words.refused} ${one.detail}` : words[one.state];
  for (const text of [words[one.check_in.kind], at, one.name, state]) line.insertCell().textContent = text;
  line.dataset.state = one.state;
  return line;
}

async function render() {
  const [phone, work, pass, waiting] = [await kept("phone"), await kept("work"), await kept("pass"), await queued()];
  part("shift").hidden = !phone;
  part("prepare").open = !phone;
  const chosen = part("work").selectedIndex;
  part("work").replaceChildren(...(work || []).map((one) => new Option(one.name)));
  part("work").selectedIndex = Math.max(0, Math.min(chosen, (work || []).length - 1));
  const valid = pass && pass.ends * 1000 > Date.now();
  part("pass").textContent = valid
    ? `${words.pass} ${pass.number}, ${new Date(pass.ends * 1000).toLocaleString(document.documentElement.lang)}`
    : words.nopass;
  part("queue").replaceChildren(...waiting.reverse().map(row));
  part("check-in").dataset.ready = "yes";
}

// A scanned code opens the page with the pass behind its address, whether the page was open before or not.
async function takePass() {
  const pass = passIn(location.hash);
  if (!pass) return;
  await keep("pass", pass);
  history.replaceState(null, "", location.pathname + location.search);
  await render();
}

async function begin() {
  await takePass();
  part("photo").parentElement.hidden = !("BarcodeDetector" in window);
  part("prepare-form").addEventListener("submit", prepare);
  part("start").addEventListener("click", () => press("start"));
  part("end").addEventListener("click", () => press("end"));
  part("photo").addEventListener("change", photograph);
  window.addEventListener("online", send);
  window.addEventListener("hashchange", takePass);
  setInterval(send, 60_000);
  await render();
  if (navigator.serviceWorker) await navigator.serviceWorker.register("/check-in-worker.js", { scope: "/check-in" });
  await refreshWork().catch(() => {}); // without a network the work is what it was
  await render();
  await send();
}

begin();
