import { get, post } from './api.js';
import { badge, h, icon, isBeingSelected, say, section, table } from './dom.js';
import { confirm } from './dialog.js';
import { ago, duration } from './format.js';
import { poll } from './live.js';
import { deliveryTable } from './deliveries.js';

// An attempt in flight has been due for a moment: that is not late.
const punctual = 10;

const queueNames = { notifications: 'Notifications, in', outcomes: 'Outcomes, out', poison: 'Poison' };

export async function showOverview(place) {
  let troubled = null, readiness = null, shown = null;

  function show() {
    const content = JSON.stringify([place.live.summary, troubled, readiness]);
    if (!place.live.summary || content === shown || isBeingSelected(place.main)) return;
    shown = content;
    place.show('Overview', tiles(place.live.summary), troubled && attention(troubled), h('div', { class: 'columns' }, queues(place.live.summary), readiness && checks(readiness)), sending(place.live.summary));
  }

  function sending({ pause }) {
    return section('Sending', h('p', null, pause ? 'Paused by operators.' : 'Goes on. A pause takes effect within 10 seconds on every instance; deliveries then wait without using retries.'),
      h('div', { class: 'buttons' }, h('button', { type: 'button', class: pause ? 'primary' : 'danger', 'data-key': 'pause', onclick: () => ask(pause) }, icon(pause ? 'send' : 'slash'), pause ? 'Resume sending…' : 'Pause sending…')));
  }

  function ask(pause) {
    confirm(pause ? {
      title: 'Resume sending', confirm: 'Resume sending',
      explain: 'What waits continues by itself: within half a minute, or within minutes after a pause of hours.',
      run: by => post('sending/resume', by), done: told('Sending goes on.'),
    } : {
      title: 'Pause sending', confirm: 'Pause sending', danger: true,
      explain: 'Nothing is sent to Alipay+ any more, for the whole app, until somebody resumes it. Nothing is lost; alerts on delay will ring.',
      run: by => post('sending/pause', by), done: told('Sending is paused.'),
    });
  }

  const told = words => () => {
    say(words);
    place.live.refresh();
  };

  place.live.heard.add(show);
  place.signal.addEventListener('abort', () => place.live.heard.delete(show));
  show();
  poll(async () => {
    troubled = (await get('notifications', { state: 'Rejected,Exhausted', pageSize: 8 }, place.signal)).items;
    show();
  }, place.signal, 10000);
  poll(async () => {
    readiness = await get('health/ready', {}, place.signal);
    show();
  }, place.signal, 30000);
}

function tile(number, label, tone, sign, href, extra) {
  return h('a', { class: `tile ${number ? tone : 'calm'}`, href, 'data-key': `tile-${label}` },
    h('span', { class: 'label' }, icon(sign), label), h('strong', { class: 'number' }, number?.toLocaleString('en') ?? '?'), h('span', { class: 'extra' }, extra ?? ''));
}

function tiles({ deliveries, quarantine, isPartial, latenessSeconds, lastAcknowledgedAt, queues: all }) {
  const more = isPartial ? 'at least; too many to count them all' : null;
  const dayAgo = encodeURIComponent(new Date(Date.now() - 24 * 3600 * 1000).toISOString());
  const since = state => `#/deliveries?state=${state}&from=${dayAgo}`;
  const incoming = all?.find(each => each.queue === 'notifications');
  return [
    section('Now', h('div', { class: 'tiles' },
      h('div', { class: `tile ${lastAcknowledgedAt ? 'ok' : 'calm'}`, 'data-key': 'tile-acknowledged' },
        h('span', { class: 'label' }, icon('check'), 'Last acknowledged'), h('strong', null, lastAcknowledgedAt ? ago(lastAcknowledgedAt) : 'none yet'), h('span', { class: 'extra' }, 'by Alipay+, any payment')),
      tile(incoming?.depth, 'On the queue', 'info', 'inbox', '#/', incoming?.oldestAgeSeconds ? `the oldest for ${duration(incoming.oldestAgeSeconds * 1000)}` : 'nothing waits to be taken in'),
      tile(deliveries.open, 'Open', 'info', 'clock', '#/deliveries?state=Open', deliveries.oldestDueAt ? ['earliest due ', ago(deliveries.oldestDueAt)] : 'nothing waits'),
      tile(deliveries.overdue, 'Overdue', 'warn', 'hourglass', '#/deliveries?state=Open', latenessSeconds > punctual ? `by ${duration(latenessSeconds * 1000)} at most` : 'all on time'),
      tile(quarantine?.invalid, 'Invalid', 'warn', 'warning', '#/quarantine?state=Invalid&status=Waiting', quarantine?.isPartial ? 'at least; wait for a person' : 'messages wait for a person'),
      tile(quarantine?.conflict, 'Conflict', 'bad', 'cross', '#/quarantine?state=Conflict&status=Waiting', quarantine?.isPartial ? 'at least; wait for a person' : 'messages wait for a person'))),
    section('Accepted in the last 24 hours', h('div', { class: 'tiles' },
      tile(deliveries.rejected, 'Rejected', 'bad', 'cross', since('Rejected'), more ?? 'refused by Alipay+'),
      tile(deliveries.exhausted, 'Exhausted', 'warn', 'hourglass', since('Exhausted'), more ?? 'no final answer'),
      tile(deliveries.cancelled, 'Cancelled', 'mute', 'slash', since('Cancelled'), more ?? 'by an operator'),
      tile(deliveries.deliveredLate, 'Delivered late', 'ok', 'check', since('Delivered'), more ?? 'after at least one retry')),
      h('p', { class: 'lead' }, 'A payment that was acknowledged at its first attempt is in no count and no list: find it by its paymentId in the search above.')),
  ];
}

function attention(items) {
  return section('Latest that did not get through', items.length
    ? deliveryTable(items)
    : h('p', { class: 'empty' }, icon('check'), ' Nothing was rejected or exhausted in the last 7 days.'));
}

function queues({ queues: all }) {
  return section('Queues', table('Queues', [
    { title: 'Queue', cell: queue => queueNames[queue.queue] ?? queue.queue },
    { title: 'Messages', class: 'right', cell: queue => h('span', { class: 'number' }, queue.depth.toLocaleString('en')) },
    { title: 'Oldest', class: 'right', cell: queue => queue.oldestAgeSeconds === undefined || queue.oldestAgeSeconds === null ? '–' : duration(queue.oldestAgeSeconds * 1000) },
  ], all ?? []));
}

function checks({ checks: all }) {
  return section('Readiness', table('Checks', [
    { title: 'Check', cell: check => check.name },
    { title: 'Result', cell: check => badge(check.status === 'ok' ? { tone: 'ok', icon: 'check', text: 'ok' } : { tone: 'bad', icon: 'cross', text: check.status }) },
    { title: 'Detail', cell: check => check.detail ?? '' },
  ], all));
}
