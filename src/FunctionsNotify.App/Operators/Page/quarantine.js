import { get, post, search, segment } from './api.js';
import { badge, facts, h, icon, note, render, say, section, table } from './dom.js';
import { checkbox, confirm, field } from './dialog.js';
import { ago, count, time, timeAndAgo } from './format.js';
import { pager, paymentLink } from './deliveries.js';
import { poll } from './live.js';
import { bulkActions, messageState, status, statuses } from './words.js';

const recordPath = id => id.split('/').map(segment).join('/');

export const quarantineLink = (id, words) => h('a', { class: 'id', href: `#/quarantine/${recordPath(id)}`, 'data-key': id }, words);

export async function showQuarantine(place) {
  const query = Object.fromEntries(['state', 'status', 'paymentId'].map(name => [name, place.params.get(name) ?? '']));
  const token = place.params.get('continuationToken');
  let shown = null;

  async function load() {
    const page = await get('quarantine', { ...query, pageSize: 50, continuationToken: token }, place.signal);
    const text = JSON.stringify(page);
    if (text === shown) return;
    const isFirst = shown === null;
    shown = text;
    if (isFirst) place.show('Quarantine', h('p', { class: 'lead' }, 'Messages that could not become a delivery, with every reason. Nothing of them was sent.'), filter(query), h('div', { id: 'page' }, content(page)));
    else render(place.main.querySelector('#page'), content(page));
  }

  const content = page => [
    page.items.length ? records(page.items) : h('p', { class: 'empty' }, icon('check'), ' No message matches.'),
    page.unreadable?.length > 0 && note('warn', `${count(page.unreadable.length, 'record')} cannot be read, written by another version or by hand: ${page.unreadable.join(', ')}`),
    pager('quarantine', query, token, page),
  ];

  await load();
  if (!token) poll(load, place.signal);
}

function filter(query) {
  const select = (name, label, all, current) => field(label, h('select', { name, 'data-key': name }, h('option', { value: '' }, 'any'), all.map(each => h('option', { value: each, selected: each === current }, each))));
  return h('form', { class: 'filter', 'aria-label': 'Filter', onsubmit: event => {
    event.preventDefault();
    location.hash = `#/quarantine${search(Object.fromEntries([...new FormData(event.target)].map(([name, value]) => [name, value.trim()])))}`;
  } },
    select('state', 'State', ['Invalid', 'Conflict'], query.state), select('status', 'Status', statuses, query.status),
    field('paymentId', h('input', { name: 'paymentId', value: query.paymentId, maxlength: 256, autocomplete: 'off', spellcheck: 'false', 'data-key': 'paymentId' })),
    h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary', 'data-key': 'filter' }, 'Filter'), h('a', { class: 'button', href: '#/quarantine', 'data-key': 'clear' }, 'Clear'),
      ['requeue', 'discard'].map(action => h('a', { class: 'button', href: `#/bulk/${action}${search({ state: query.state, status: query.status, paymentId: query.paymentId })}`, 'data-key': `${action}-all` }, `${bulkActions[action].verb} these…`))));
}

function records(items) {
  return table('Quarantined messages', [
    { title: 'Quarantined', cell: item => [h('a', { href: `#/quarantine/${recordPath(item.quarantineId)}`, 'data-key': item.quarantineId }, time(item.quarantinedAt)), h('span', { class: 'sub' }, ago(item.quarantinedAt))] },
    { title: 'State', cell: item => badge(messageState(item.state), messageState(item.state).meaning) },
    { title: 'Payment', cell: item => item.paymentId ? h('span', { class: 'id' }, item.paymentId) : h('span', { class: 'muted' }, 'not readable') },
    { title: 'Reasons', cell: item => [reason(item.reasons[0]), item.reasons.length > 1 && h('span', { class: 'sub' }, `and ${item.reasons.length - 1} more`)] },
    { title: 'Status', cell: item => badge(status(item.status), status(item.status).meaning) },
  ], items);
}

const reason = violation => violation ? [violation.field !== '$' && [h('code', null, violation.field), ' '], violation.rule] : '';

export async function showRecord(place) {
  const id = place.parts.slice(1).join('/');
  const path = `quarantine/${recordPath(id)}`;
  let withBody = false;

  async function load() {
    const record = await get(path, { body: withBody ? 'true' : '' }, place.signal);
    place.show(['Quarantined message', [badge(messageState(record.state)), badge(status(record.status), status(record.status).meaning)]], content(record));
  }

  function content(record) {
    const isConflict = record.state === 'Conflict';
    const isDecided = ['Requeued', 'Discarded'].includes(record.status);
    const button = (key, words, sign, look, act) => h('button', { type: 'button', class: look, 'data-key': key, onclick: () => act(record) }, icon(sign), words);
    return [
      isConflict && note('warn', 'Another content was accepted for this payment before, and that one is or was delivered. Find out which is true. If that one is, discard this one. If this one is, redeliver the payment with it, then discard it. Requeued as it is, it comes back as a conflict.'),
      record.status === 'Requeuing' && note('warn', 'A requeue was begun. If it stays so for 5 minutes it was cut off: requeue it again, and it ends with the same bytes.'),
      !isDecided && h('div', { class: 'buttons' },
        isConflict && button('correct', 'Redeliver with this message…', 'send', 'primary', correct),
        button('requeue', 'Requeue…', 'again', isConflict ? '' : 'primary', requeue),
        button('discard', 'Discard…', 'slash', 'danger', discard)),
      facts([
        ['Payment', record.paymentId ? paymentLink(record.paymentId) : 'not readable'],
        ['Put on the queue', timeAndAgo(record.insertedAt)],
        ['Quarantined', timeAndAgo(record.quarantinedAt)],
        ['The content that stands was accepted', timeAndAgo(record.claimedAt)],
        ['Message', [h('span', { class: 'id' }, record.messageId), record.fromPoisonQueue ? ' (a copy from the poison queue)' : '']],
        ['Size', count(record.size, 'byte')],
        ['Corrected', record.isCorrected ? 'yes, an operator corrected it' : null],
      ]),
      section('Reasons', table('Reasons', [
        { title: 'Field', cell: each => h('code', null, each.field) },
        { title: 'Rule', cell: each => each.rule },
        { title: 'Found', cell: each => each.shape },
        { title: 'Weight', cell: each => badge(each.severity === 'Refuse' ? { tone: 'bad', icon: 'cross', text: 'refused' } : { tone: 'warn', icon: 'warning', text: 'warned' }) },
      ], record.reasons)),
      section('Message', withBody ? h('pre', { tabindex: 0, 'aria-label': 'The message' }, bodyText(record) ?? 'The message is not UTF-8 text.')
        : h('button', { type: 'button', 'data-key': 'show-body', onclick: () => { withBody = true; return reload(); } }, 'Show the message')),
      record.history.length > 0 && section('What operators did', table('History', [
        { title: 'When', cell: each => time(each.at) },
        { title: 'Status', cell: each => badge(status(each.status)) },
        { title: 'Who', cell: each => each.actor },
        { title: 'Why', cell: each => each.reason },
        { title: 'Set aside by force', cell: each => (each.overrode ?? []).join('; ') },
      ], record.history)),
    ];
  }

  const reload = () => load().catch(fault => place.signal.aborted || say(fault.message));

  function decided(words) {
    return () => {
      say(words);
      place.live.refresh();
      return reload();
    };
  }

  function discard() {
    confirm({
      title: 'Discard the message', confirm: 'Discard', danger: true,
      explain: 'Says that the message needs nothing more. The record stays.',
      run: by => post(`${path}/discard`, by), done: decided('Discarded.'),
    });
  }

  async function requeue() {
    const record = await get(path, { body: 'true' }, place.signal);
    const original = bodyText(record);
    const body = field('Message', h('textarea', { name: 'body', rows: 10, spellcheck: 'false' }), { hint: 'JSON. Change it to send a corrected message; unchanged, the message goes back exactly as it was.' });
    body.input.value = original ?? '';
    const force = forceBox();
    confirm({
      title: 'Requeue the message', confirm: 'Requeue', fields: { body, force },
      explain: 'It goes through every check again, and becomes a delivery if it passes.',
      run: (by, key) => post(`${path}/requeue`, { ...by, force: force.input.checked || null }, { key, raw: { body: body.input.value === (original ?? '') ? null : body.input.value.trim() } }),
      done: decided('Put back on the queue.'),
    });
  }

  async function correct({ paymentId }) {
    const record = await get(path, { body: 'true' }, place.signal);
    const body = field('Message', h('textarea', { name: 'body', rows: 10, spellcheck: 'false' }), { hint: 'JSON. paymentId, paymentRequestId and resultStatus must be those of the accepted notification.' });
    body.input.value = bodyText(record) ?? '';
    const force = forceBox();
    confirm({
      title: 'Redeliver with this message', confirm: 'Redeliver', fields: { body, force },
      explain: ['The payment ', h('span', { class: 'id' }, paymentId), ' is delivered again, with this body. Discard this record when that has ended well.'],
      run: (by, key) => post(`notifications/${segment(paymentId)}/redeliver`, { ...by, force: force.input.checked || null }, { key, raw: { body: body.input.value.trim() } }),
      done: decided('A new delivery was started.'),
    });
  }

  await load();
}

// Offered only once the API said what speaks against it.
function forceBox() {
  const force = checkbox('Do it anyway', 'The record will say what was set aside.');
  force.hidden = true;
  return force;
}

function bodyText({ body }) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(atob(body), character => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
