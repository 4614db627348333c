import { get, session } from './api.js';
import { h, icon, note, render } from './dom.js';
import { askForKey } from './dialog.js';
import { ago, duration, localTime, tick } from './format.js';
import { poll } from './live.js';
import { showOverview } from './overview.js';
import { showDeliveries, showSearch } from './deliveries.js';
import { showPayment } from './payment.js';
import { showQuarantine, showRecord } from './quarantine.js';
import { showBulk } from './bulk.js';
import { showAudit } from './audit.js';
import { showApi } from './reference.js';

const views = [
  { name: 'overview', title: 'Overview', path: [], show: showOverview },
  { name: 'deliveries', title: 'Deliveries', path: ['deliveries'], show: showDeliveries },
  { name: 'deliveries', title: 'Search', path: ['search'], show: showSearch },
  { name: 'deliveries', title: 'Payment', path: ['payments', null], show: showPayment },
  { name: 'deliveries', title: 'Many at once', path: ['bulk', null], show: showBulk },
  { name: 'quarantine', title: 'Quarantine', path: ['quarantine'], show: showQuarantine },
  { name: 'quarantine', title: 'Quarantined message', path: ['quarantine', null, null], show: showRecord },
  { name: 'audit', title: 'Audit', path: ['audit'], show: showAudit },
  { name: 'api', title: 'API', path: ['api'], show: showApi },
];

const main = document.getElementById('main');
const query = document.getElementById('query');
let current = null, declined = false;

/** What every view is given beside its place: the last summary, and a way to hear of the next. */
const live = { summary: null, heard: new Set(), refresh: () => {} };

function parse(hash) {
  const [path, search] = hash.replace(/^#\/?/, '').split('?', 2);
  try {
    return { parts: path.split('/').filter(Boolean).map(decodeURIComponent), params: new URLSearchParams(search) };
  } catch {
    return { parts: [path], params: new URLSearchParams() };
  }
}

function route() {
  const { parts, params } = parse(location.hash);
  const view = views.find(({ path }) => path.length === parts.length && path.every((part, index) => part === null || part === parts[index]));
  const isNewPlace = current !== null && (current.view !== view || String(current.parts) !== String(parts));
  current?.stop.abort();
  for (const dialog of document.querySelectorAll('dialog.of-place')) dialog.close();
  current = { view, parts, stop: new AbortController() };
  for (const link of document.querySelectorAll('nav [data-view]')) {
    link.dataset.view === view?.name ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  const place = placeOf(parts, params, current.stop.signal, isNewPlace);
  if (!view) {
    place.show('Not found', h('p', null, 'There is nothing at this address. ', h('a', { href: '#/' }, 'Go to the overview')));
    return;
  }
  main.setAttribute('aria-busy', 'true');
  view.show(place).catch(fault => {
    if (!place.signal.aborted) place.show(view.title, note('bad', fault.message, ' ', h('button', { type: 'button', onclick: route }, 'Try again')));
  });
}

/** What a view is given: its parameters, the signal of its end, and `show`, which may be called again and again. */
function placeOf(parts, params, signal, isNewPlace) {
  return {
    main, parts, params, signal, live,
    show(title, ...content) {
      if (signal.aborted) return;
      const [name, extra] = [title].flat();
      document.title = `${name} · FunctionsNotify`;
      main.removeAttribute('aria-busy');
      render(main, h('div', { class: 'heading' }, h('h1', { tabindex: -1, 'data-key': 'title' }, name), extra), content);
      if (isNewPlace) {
        // So that a screen reader tells where it is, and Tab goes on from there.
        main.querySelector('h1').focus({ preventScroll: true });
        scrollTo(0, 0);
      }
      isNewPlace = false;
    },
  };
}

function banner(summary, fault) {
  const lines = [];
  if (summary?.pause) lines.push(`Sending has been paused since ${localTime(new Date(summary.pause.since))}, by ${summary.pause.actor}: ${summary.pause.reason}. Deliveries wait without using retries.`);
  if (summary?.latenessSeconds > 60) lines.push(`The most overdue delivery is ${duration(summary.latenessSeconds * 1000)} late.`);
  const unread = Object.entries(summary?.unread ?? {});
  if (unread.length) lines.push(`Not counted: ${unread.map(([part, why]) => `${part} (${why})`).join(', ')}.`);
  if (fault) lines.unshift(`${fault.message} What is shown may be old; it is asked for again, less and less often.`);
  const element = document.getElementById('banner');
  // Said again only when it changed: it is a live region.
  if (element.textContent !== lines.join('')) element.replaceChildren(...lines.length ? [note(fault ? 'bad' : 'warn', lines.map(line => h('div', null, line)))] : []);
}

async function refreshSummary() {
  try {
    live.summary = await get('summary');
  } catch (fault) {
    banner(live.summary, fault);
    throw fault;
  }
  // From the API: the platform's own /.auth/me needs its token store, which is off.
  if (session.user !== live.summary.caller) {
    session.user = live.summary.caller;
    showAccount();
  }
  const { quarantine } = live.summary;
  const waiting = (quarantine?.invalid ?? 0) + (quarantine?.conflict ?? 0);
  const chip = document.getElementById('waiting');
  chip.hidden = waiting === 0;
  chip.replaceChildren(`${waiting}${quarantine?.isPartial ? '+' : ''}`, h('span', { class: 'hidden' }, ' waiting'));
  document.getElementById('freshness').replaceChildren('Counted ', ago(live.summary.at));
  banner(live.summary, null);
  live.heard.forEach(hear => hear(live.summary));
}

async function readHost() {
  const health = await get('health');
  document.getElementById('host').textContent = `${health.host} host · ${health.version.split('+')[0]}`;
}

function showAccount() {
  const account = document.getElementById('account');
  if (session.user) render(account, icon('person'), h('span', { class: 'user' }, session.user), h('a', { href: '/.auth/logout?post_logout_redirect_uri=/api/ui', onclick: () => sessionStorage.clear() }, 'Sign out'));
  else if (session.key) render(account, h('button', { type: 'button', 'data-key': 'sign-out', onclick: signOut }, 'Sign out'));
  else if (declined) render(account, h('button', { type: 'button', onclick: signInAgain }, 'Sign in'));
  else render(account);
}

function signInAgain() {
  declined = false;
  route();
  live.refresh();
}

function signOut() {
  session.key = null;
  sessionStorage.clear();
  // What was loaded with the key goes with it.
  location.hash = '#/';
  location.reload();
}

session.signIn = async wasRefused => {
  // Who closed the dialog is not asked again by every poll.
  if (declined) return false;
  const given = await askForKey(wasRefused);
  declined = !given;
  showAccount();
  return given;
};

document.getElementById('search').addEventListener('submit', event => {
  event.preventDefault();
  const text = query.value.trim();
  if (text) location.hash = `#/search?q=${encodeURIComponent(text)}`;
});

document.getElementById('skip').addEventListener('click', event => {
  event.preventDefault();
  main.focus();
});

document.addEventListener('keydown', event => {
  const isTyping = event.target.matches?.('input, textarea, select') || document.querySelector('dialog[open]');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    query.focus();
    query.select();
  }
});

window.addEventListener('hashchange', route);
setInterval(() => document.hidden || tick(), 1000);
showAccount();
route();
readHost().catch(() => {});
live.refresh = poll(refreshSummary, new AbortController().signal);
