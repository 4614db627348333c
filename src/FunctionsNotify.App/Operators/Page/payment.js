import { get, post, segment } from './api.js';
import { badge, copyButton, facts, h, icon, isBeingSelected, note, say, section, table } from './dom.js';
import { checkbox, confirm, field, folded } from './dialog.js';
import { count, time, timeAndAgo } from './format.js';
import { poll } from './live.js';
import { quarantineLinks } from './deliveries.js';
import { timeline } from './timeline.js';
import { cause, command, kind, state, verdict, waitsFor } from './words.js';

const changes = { Redelivery: 'Redelivered', Correction: 'Redelivered with a corrected body', Repair: 'Repaired' };

export async function showPayment(place) {
  const [paymentId] = place.parts.slice(1);
  const path = `notifications/${segment(paymentId)}`;
  let shown = null, awaited = null, sentBody = null;

  async function load() {
    const view = await get(path, {}, place.signal);
    announce(view);
    const text = JSON.stringify(view);
    if (text === shown || (shown !== null && isBeingSelected(place.main))) return;
    const quarantined = (await get('quarantine', { paymentId, pageSize: 20 }, place.signal)).items;
    shown = text;
    place.show([paymentId, [copyButton(paymentId, 'the paymentId'), badge(state(view.state), state(view.state).meaning)]], content(view, quarantined, act, sentBody));
    place.main.querySelector('h1').classList.add('id');
  }

  // A command's verdict comes with a later answer, and the result of the attempt that it made after it.
  function announce(view) {
    if (!awaited) return;
    const isOver = view.state !== 'Open' || view.deliveryId !== awaited.deliveryId;
    const delivery = [view.delivery, ...view.earlierDeliveries ?? []].find(report => report?.deliveryId === awaited.deliveryId);
    const found = delivery?.commands?.find(item => item.id === awaited.commandId);
    if (!found) {
      // A delivery that has ended reads no more commands: there will be no verdict.
      if (isOver) {
        awaited = null;
        say('The command came too late: the delivery had ended.');
      }
      return;
    }
    const result = found.result === 'Applied' && awaited.attempt ? delivery.attempts.find(item => item.number === awaited.attempt)?.result : null;
    const isPostponed = delivery.phase === 'Waiting' && delivery.waitsFor && delivery.nextAttempt === awaited.attempt;
    if (found.result === 'Applied' && awaited.attempt && !result && !isPostponed && delivery.nextAttempt && !isOver) return;
    const attempt = result ? ` Attempt ${awaited.attempt}: ${kind(result.kind).text.toLowerCase()}${result.resultCode ? `, ${result.resultCode}` : ''}.` : isPostponed ? ` Attempt ${awaited.attempt} was ${waitsFor(delivery.waitsFor)}.` : '';
    awaited = null;
    say(`${command(found.kind)}: ${verdict(found.result).text.toLowerCase()}${found.detail ? `. ${found.detail}` : ''}.${attempt}`);
  }

  function act(what, view) {
    confirm({ ...actions[what](view, path, sentBody), done: answer => {
      if (what === 'showBody') {
        sentBody = answer.body;
        shown = null;
        again();
        return;
      }
      awaited = answer.commandId ? answer : null;
      say(answer.commandId ? 'Accepted. The verdict will appear in the timeline.' : answer.isRepeat ? 'This was redelivered already, by this very request.' : 'Accepted: a new delivery was started.');
      again();
      place.live.refresh();
    } });
  }

  await load();
  const again = poll(load, place.signal, 2000);
}

const actions = {
  sendNow: (view, path) => ({
    title: 'Send now', confirm: 'Send now',
    explain: `Attempt ${view.delivery.nextAttempt} is made at once instead of at its time. It uses up that attempt; if it was made meanwhile, this is refused.`,
    run: by => post(`${path}/send-now`, { ...by, expectedAttempt: view.delivery.nextAttempt }),
  }),
  cancel: (view, path) => ({
    title: 'Cancel the delivery', confirm: 'Cancel the delivery', danger: true,
    explain: 'Nothing more is sent for this delivery, and Alipay+ has to learn the result another way. A final answer to an attempt that is under way still wins.',
    run: by => post(`${path}/cancel`, by),
  }),
  repair(view, path) {
    const force = checkbox('Replace it although it may still live', 'For a delivery whose state cannot be read, or that is late and does not move. What it says later changes nothing.');
    return {
      title: 'Repair the delivery', confirm: 'Repair', fields: { force },
      explain: 'A new delivery is started in place of this one, with the same body and the whole retry schedule.',
      run: by => post(`${path}/repair`, { ...by, force: force.input.checked || null }),
    };
  },
  showBody: (view, path) => ({
    title: 'Show what was sent', confirm: 'Show it',
    explain: "It is the payment's own data: the audit log will say who read it, and why.",
    run: by => post(`${path}/body`, by),
  }),
  redeliver(view, path, sentBody) {
    const wasDelivered = view.state === 'Delivered';
    const force = checkbox('Deliver it again although it was delivered', 'Alipay+ gets the same result once more.');
    const body = folded('With a corrected body', field('Corrected notification', h('textarea', { name: 'body', rows: 6, spellcheck: 'false' }),
      { hint: 'JSON. paymentId, paymentRequestId and resultStatus must stay as they are. Empty: the body as it is.' }));
    const begin = text => {
      body.input.value = text;
      body.open = true;
    };
    return {
      first: { words: 'Begin a correction with what was sent', run: async by => begin(sentBody ?? (await post(`${path}/body`, by)).body) },
      title: 'Redeliver', confirm: 'Redeliver', fields: wasDelivered ? { force, body } : { body },
      explain: 'A new delivery is started, with its own attempts and the whole retry schedule.',
      run: (by, key) => post(`${path}/redeliver`, { ...by, force: force.input.checked || null }, { key, raw: { body: body.input.value.trim() } }),
    };
  },
};

function content(view, quarantined, act, sentBody) {
  const { delivery } = view;
  const isBroken = view.state === 'Open' && delivery && !delivery.nextAttempt;
  const action = view.operatorAction ?? delivery?.operatorAction;
  return [
    action && note(view.state === 'Open' || view.state === 'Delivered' ? 'warn' : state(view.state).tone, h('strong', null, 'What to do: '), action),
    h('div', { class: 'buttons' }, buttons(view, isBroken).map(([what, words, sign, look]) =>
      h('button', { type: 'button', class: look, 'data-key': what, onclick: () => act(what, view) }, icon(sign), words))),
    facts([
      ['paymentRequestId', view.paymentRequestId && h('span', { class: 'id' }, view.paymentRequestId)],
      ['Accepted', timeAndAgo(view.acceptedAt)],
      ['Ended', timeAndAgo(view.endedAt ?? delivery?.endedAt)],
      ['Why', delivery?.cause && cause(delivery.cause)],
      ['Attempts', delivery && `${delivery.attemptCount} of at most ${delivery.maxAttempts}`],
      ['Next attempt', timeAndAgo(delivery?.nextDueAt)],
      ['Delivery', [h('span', { class: 'id' }, view.deliveryId), view.generation > 1 ? ` (the ${ordinal(view.generation)} of this payment)` : '']],
      ['Repeated messages', view.duplicates > 0 ? `${view.duplicates}, same content, not sent again` : null],
    ]),
    section('What was sent', sentBody === null
      ? h('button', { type: 'button', 'data-key': 'showBody', onclick: () => act('showBody', view) }, 'Show what was sent…')
      : h('pre', { tabindex: 0, 'aria-label': 'What was sent' }, sentBody)),
    section('Timeline', delivery ? timeline(delivery, begunBy(view, delivery)) : h('p', { class: 'empty' }, view.state === 'Open' ? 'It is being started.' : 'The attempts are not kept any more; the state is.')),
    view.history?.length > 0 && section('Redeliveries', history(view.history)),
    view.earlierDeliveries?.length > 0 && section('Earlier deliveries', view.earlierDeliveries.map(report =>
      h('details', { 'data-key': `earlier-${report.deliveryId}` }, h('summary', null, badge(state(report.state)), ' ', h('span', { class: 'id' }, report.deliveryId), ` ${count(report.attemptCount, 'attempt')}, begun `, time(begunBy(view, report)?.at ?? report.acceptedAt)), timeline(report, begunBy(view, report))))),
    quarantined.length > 0 && section('Quarantined messages of this payment', quarantineLinks(quarantined)),
  ];
}

// A later delivery begins with the redelivery, not with the first acceptance.
const begunBy = (view, { deliveryId }) => view.history?.find(change => change.deliveryId === deliveryId);

function buttons(view, isBroken) {
  if (isBroken) return [['repair', 'Repair…', 'again', 'primary']];
  if (view.state === 'Open') return view.delivery ? [['sendNow', 'Send now…', 'send', 'primary'], ['cancel', 'Cancel…', 'slash', 'danger'], ['repair', 'Repair…', 'again', '']] : [['repair', 'Repair…', 'again', '']];
  return [['redeliver', 'Redeliver…', 'again', view.state === 'Delivered' ? '' : 'primary']];
}

function history(items) {
  return table('Redeliveries, newest first', [
    { title: 'When', cell: item => time(item.at) },
    { title: 'What', cell: item => changes[item.kind] ?? item.kind },
    { title: 'Who', cell: item => item.actor },
    { title: 'Why', cell: item => item.reason },
    { title: 'Delivery', cell: item => h('span', { class: 'id' }, item.deliveryId) },
  ], items.toReversed());
}

const ordinal = number => `${number}${{ 1: 'st', 2: 'nd', 3: 'rd' }[number % 100 > 10 && number % 100 < 14 ? 0 : number % 10] ?? 'th'}`;
