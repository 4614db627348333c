import { ApiError, get, search, segment } from './api.js';
import { badge, h, icon, note, render, section, table } from './dom.js';
import { field } from './dialog.js';
import { ago, count, time, toLocalInput, toUtc } from './format.js';
import { poll } from './live.js';
import { kind, state, states } from './words.js';

export const paymentLink = paymentId => h('a', { class: 'id', href: `#/payments/${segment(paymentId)}`, 'data-key': `payment-${paymentId}` }, paymentId);

export function deliveryTable(items) {
  return table('Deliveries', [
    { title: 'Payment', cell: item => [paymentLink(item.paymentId), item.paymentRequestId && h('span', { class: 'id sub' }, item.paymentRequestId), again(item)] },
    { title: 'State', cell: item => item.startingSince ? badge({ tone: 'info', icon: 'clock', text: 'Starting' }) : badge(state(item.state), state(item.state).meaning) },
    { title: 'Attempts', class: 'right', cell: item => h('span', { class: 'number' }, item.attemptCount) },
    { title: 'Last answer', cell: item => [item.lastKind && h('span', null, kind(item.lastKind).text), item.lastResultCode && h('code', { class: 'sub' }, item.lastResultCode)] },
    { title: 'Next attempt', cell: item => item.nextDueAt ? h('span', { class: new Date(item.nextDueAt) < Date.now() - 2000 ? 'late' : null }, 'due ', ago(item.nextDueAt)) : h('span', { class: 'muted' }, '–') },
    { title: 'Accepted', cell: item => [time(item.acceptedAt), h('span', { class: 'sub' }, ago(item.acceptedAt))] },
  ], items);
}

// A payment that was delivered again stands once for each delivery: np-KEY~0001, np-KEY~0002, …
function again({ deliveryId }) {
  const generation = Number(/~(\d+)$/.exec(deliveryId)?.[1]);
  return generation > 1 && h('span', { class: 'sub' }, `delivery ${generation}`);
}

export async function showDeliveries(place) {
  const query = filterOf(place.params);
  const token = place.params.get('continuationToken');
  let shown = null;

  // Only the first page is asked for again and again: on later ones a person reads.
  async function load() {
    const page = await get('notifications', { ...query, pageSize: 50, continuationToken: token }, place.signal);
    const text = JSON.stringify(page);
    if (text === shown) return;
    const isFirst = shown === null;
    shown = text;
    if (isFirst) show(page);
    else render(place.main.querySelector('#page'), content(page));
  }

  function content(page) {
    return [
      page.items.length ? deliveryTable(page.items) : h('p', { class: 'empty' }, page.continuationToken ? 'Nothing on this page; there is more.' : 'No delivery matches. Payments acknowledged at the first attempt are not listed: search for them by paymentId.'),
      pager('deliveries', query, token, page),
    ];
  }

  function show(page) {
    place.show('Deliveries', h('p', { class: 'lead' }, 'Every delivery that did not succeed at its first attempt, newest first. Without a time, the last 7 days.'),
      filterForm('deliveries', query), h('div', { id: 'page' }, content(page)));
  }

  await load();
  if (!token) poll(load, place.signal);
}

/** The filter of a list, as the API's query. */
export function filterOf(params) {
  return Object.fromEntries(['state', 'resultCode', 'from', 'to'].map(name => [name, params.get(name) ?? '']));
}

export const filterWords = query => [
  query.state ? query.state.replaceAll(',', ' or ') : 'any state',
  query.resultCode && `result code ${query.resultCode}`,
  query.from && ['from ', time(query.from)],
  query.to && ['before ', time(query.to)],
  !query.from && !query.to && 'accepted in the last 7 days',
].filter(Boolean).flatMap((words, index) => index ? [', ', words] : [words]).flat();

function filterForm(view, query) {
  const chosen = query.state.split(',');
  const boxes = states.map(name => h('label', { class: 'chip' }, h('input', { type: 'checkbox', name: 'state', value: name, checked: chosen.includes(name), 'data-key': `state-${name}` }), badge(state(name))));
  const code = field('Result code', h('input', { name: 'resultCode', value: query.resultCode, maxlength: 64, autocomplete: 'off', spellcheck: 'false', 'data-key': 'resultCode' }));
  const from = field('Accepted from', h('input', { type: 'datetime-local', name: 'from', value: toLocalInput(query.from), 'data-key': 'from' }));
  const to = field('Accepted before', h('input', { type: 'datetime-local', name: 'to', value: toLocalInput(query.to), 'data-key': 'to' }));
  return h('form', { class: 'filter', 'aria-label': 'Filter', onsubmit: event => {
    event.preventDefault();
    const data = new FormData(event.target);
    location.hash = `#/${view}${search({ state: data.getAll('state').join(','), resultCode: data.get('resultCode').trim(), from: toUtc(data.get('from')), to: toUtc(data.get('to')) })}`;
  } },
    h('fieldset', null, h('legend', null, 'State'), boxes), code, from, to,
    h('div', { class: 'buttons' },
      h('button', { type: 'submit', class: 'primary', 'data-key': 'filter' }, 'Filter'),
      h('a', { class: 'button', href: `#/${view}`, 'data-key': 'clear' }, 'Clear'),
      h('a', { class: 'button', href: `#/bulk/redeliver${search(query)}`, 'data-key': 'redeliver-all' }, icon('again'), 'Redeliver these…'),
      h('a', { class: 'button', href: `#/bulk/send-now${search(query)}`, 'data-key': 'send-all' }, icon('send'), 'Send these now…'),
      h('a', { class: 'button', href: `#/bulk/cancel${search(query)}`, 'data-key': 'cancel-all' }, icon('slash'), 'Cancel these…')));
}

export function pager(view, query, token, page) {
  return h('nav', { class: 'pager', 'aria-label': 'Pages' },
    h('span', { class: 'muted' }, count(page.items.length, 'row')),
    token && h('a', { class: 'button', href: `#/${view}${search(query)}`, 'data-key': 'first' }, 'First page'),
    page.continuationToken && h('a', { class: 'button', href: `#/${view}${search({ ...query, continuationToken: page.continuationToken })}`, 'data-key': 'next' }, 'Next page'));
}

/** Finds what a person pasted: a paymentId first, then a paymentRequestId, then a quarantined message. */
export async function showSearch(place) {
  const text = place.params.get('q') ?? '';
  if (await isPayment(text, place.signal)) {
    // The search itself is no place to come back to.
    location.replace(`#/payments/${segment(text)}`);
    return;
  }
  const [byRequest, quarantined] = await Promise.all([
    found(() => get('notifications', { paymentRequestId: text }, place.signal)),
    found(() => get('quarantine', { paymentId: text }, place.signal)),
  ]);
  if (byRequest.length === 1 && !quarantined.length) {
    location.replace(`#/payments/${segment(byRequest[0].paymentId)}`);
    return;
  }
  place.show('Search', h('p', { class: 'lead' }, 'For ', h('code', null, text)),
    byRequest.length > 0 && section('By paymentRequestId', deliveryTable(byRequest)),
    quarantined.length > 0 && section('In the quarantine', quarantineLinks(quarantined)),
    !byRequest.length && !quarantined.length && note('info', 'Nothing is known under this id. ',
      'A payment is found by its paymentId for as long as its claim is kept; by its paymentRequestId only where its first attempt did not succeed. A message that could not be read has no id: see the ',
      h('a', { href: '#/quarantine' }, 'quarantine'), '.'));
}

export const quarantineLinks = items => h('ul', { class: 'plain' }, items.map(item => h('li', null,
  h('a', { href: `#/quarantine/${item.quarantineId.split('/').map(segment).join('/')}` }, `${item.state}, ${item.status.toLowerCase()}`), ' ', time(item.quarantinedAt))));

async function isPayment(text, signal) {
  try {
    await get(`notifications/${segment(text)}`, {}, signal);
    return true;
  } catch (fault) {
    if (fault instanceof ApiError && [400, 404].includes(fault.status)) return false;
    throw fault;
  }
}

async function found(call) {
  try {
    return (await call()).items;
  } catch (fault) {
    // An id that cannot be one of this sort is refused by the API: not found that way.
    if (fault instanceof ApiError && [400, 404].includes(fault.status)) return [];
    throw fault;
  }
}
