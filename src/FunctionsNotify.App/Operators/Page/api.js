// Every call to the API. The function key lives in sessionStorage only: it ends with the tab.

const keySlot = 'notify.key', actorSlot = 'notify.actor';

export const session = {
  get key() { return sessionStorage.getItem(keySlot); },
  set key(value) { value ? sessionStorage.setItem(keySlot, value) : sessionStorage.removeItem(keySlot); },
  get actor() { return sessionStorage.getItem(actorSlot) ?? ''; },
  set actor(value) { sessionStorage.setItem(actorSlot, value); },
  /** The user whom the platform signed in; then the API names the actor itself. */
  user: null,
  /** Asks for a key; set by the page. Resolves to false when the person gives up. */
  signIn: async () => false,
};

/** A refusal or fault, with the sentence to show; `errors` holds broken rules by field. */
export class ApiError extends Error {
  constructor(status, message, errors = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  get isLasting() { return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429; }
}

export const get = (path, query, signal) => call('GET', path + search(query), { signal });

/** `raw` are members whose JSON text goes out exactly as it was typed: parsing it would change numbers. */
export function post(path, body, { key, raw = {}, timeout } = {}) {
  for (const [name, text] of Object.entries(raw).filter(([, text]) => text)) mustBeJson(name, text);
  const members = Object.entries(body).filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .concat(Object.entries(raw).filter(([, text]) => text).map(([name, text]) => `${JSON.stringify(name)}:${text}`));
  return call('POST', path, { body: `{${members.join(',')}}`, key, timeout });
}

function mustBeJson(name, text) {
  try {
    JSON.parse(text);
  } catch (fault) {
    throw new ApiError(400, `${name} is not JSON.`, { [name]: [`is not JSON: ${fault.message}`] });
  }
}

export function search(query) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}

export const segment = encodeURIComponent;

async function call(method, path, { body, key, signal, timeout = 30000 }) {
  for (;;) {
    const used = session.key;
    const response = await send(method, path, body, key, used, signal, timeout);
    // A redirect is a platform's own sign-in page: no answer of the API.
    if (response.status !== 401 && response.type !== 'opaqueredirect') return read(response);
    // Another call may have been given a key meanwhile.
    if (session.key === used && !await session.signIn(used !== null)) throw new ApiError(401, 'You are not signed in.');
  }
}

async function send(method, path, body, key, functionKey, signal, timeout) {
  const headers = { accept: 'application/json' };
  if (body) headers['content-type'] = 'application/json';
  if (key) headers['idempotency-key'] = key;
  if (functionKey) headers['x-functions-key'] = functionKey;
  const limit = AbortSignal.timeout(timeout);
  try {
    return await fetch(`/api/${path}`, {
      method, headers, body, cache: 'no-store', credentials: 'same-origin', redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new ApiError(0, limit.aborted ? `The API did not answer within ${timeout / 1000} s.` : 'The API cannot be reached.');
  }
}

async function read(response) {
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new ApiError(response.status, 'The API answered something that is no JSON.');
  }
  if (response.ok) return answer;
  // Readiness answers 503 with its checks.
  if (answer?.checks) return answer;
  const errors = answer?.errors ?? {};
  const rules = Object.entries(errors).map(([field, texts]) => `${field}: ${[texts].flat().join('; ')}`).join(' · ');
  const said = response.status === 403 ? 'Your account lacks the role for this.' : `The API answered ${response.status}.`;
  throw new ApiError(response.status, answer?.detail || rules || answer?.title || said, errors);
}
