import { badge, h, icon } from './dom.js';
import { ago, count, duration, milliseconds, time } from './format.js';
import { cause, command, kind, state, verdict, waitsFor } from './words.js';

// Below this a start is as good as on time.
const punctual = 1000;

/** One delivery's story in the order of time: attempts, waits, commands, and what comes next or how it ended. */
export function timeline(report, begun) {
  const events = [
    begun ? entry(begun.at, 'mute', 'again', [h('strong', null, begun.kind), begun.actor && h('span', null, `by ${begun.actor}`)], begun.reason && h('q', null, begun.reason), report.supersedes && ['delivers again ', h('code', null, report.supersedes)])
      : entry(report.acceptedAt, 'mute', 'inbox', h('strong', null, 'Accepted')),
    ...leftOut(report, begun),
    ...report.attempts.flatMap((attempt, index) => [wait(report.attempts[index - 1], attempt), attemptEntry(attempt)]),
    ...(report.commands ?? []).map(commandEntry),
  ].filter(Boolean);
  // Stable: what has the same time stays in its order.
  events.sort((a, b) => a.at - b.at);
  return h('ol', { class: 'timeline' }, events.map(event => event.element), last(report).element);
}

function entry(iso, tone, sign, title, ...lines) {
  return { at: new Date(iso), element: h('li', { class: tone }, h('span', { class: 'mark' }, icon(sign)), h('div', { class: 'what' }, h('div', { class: 'title' }, title), lines.filter(Boolean).map(line => h('div', { class: 'line' }, line))), h('div', { class: 'when' }, time(iso))) };
}

function leftOut({ attempts, acceptedAt }, begun) {
  const missing = (attempts[0]?.number ?? 1) - 1;
  return missing > 0 ? [entry(begun?.at ?? acceptedAt, 'mute', 'question', h('span', { class: 'muted' }, `${count(missing, 'earlier attempt')} left out for space`))] : [];
}

const endOf = attempt => new Date(attempt.result.startedAt).getTime() + (milliseconds(attempt.result.duration) ?? 0);

function wait(before, attempt) {
  if (!before) return null;
  const planned = new Date(attempt.dueAt) - endOf(before);
  const late = new Date(attempt.result.startedAt) - new Date(attempt.dueAt);
  const at = new Date(attempt.result.startedAt);
  return { at, element: h('li', { class: 'wait' }, h('span', { class: 'mark' }), h('div', { class: 'what' },
    planned > 0 ? `waited ${duration(planned)}` : 'sent at once', late > punctual ? h('span', { class: 'late' }, ` + ${duration(late)} late`) : null)) };
}

function attemptEntry({ number, result }) {
  const words = kind(result.kind);
  const code = [result.resultStatus, result.resultCode].filter(Boolean).join(' ');
  return entry(result.startedAt, words.tone, words.icon,
    [h('strong', null, `Attempt ${number}`), badge(words, words.meaning), code && h('code', null, code)],
    result.resultMessage && h('q', null, result.resultMessage),
    result.detail,
    h('span', { class: 'muted' }, [
      `took ${duration(milliseconds(result.duration) ?? 0)}`,
      result.httpStatus && `HTTP ${result.httpStatus}`,
      result.slowDown && 'asked us to slow down',
      result.retryAfter && `Retry-After ${duration(milliseconds(result.retryAfter) ?? 0)}`,
    ].filter(Boolean).join(' · '), result.traceId && [' · trace ', h('code', { class: 'id' }, result.traceId)]));
}

function commandEntry(item) {
  return entry(item.at, 'mute', 'person',
    [h('strong', null, command(item.kind)), badge(verdict(item.result)), item.actor && h('span', null, `by ${item.actor}`)],
    item.reason && h('q', null, item.reason), item.detail);
}

function last(report) {
  if (report.endedAt) {
    const words = state(report.state);
    return entry(report.endedAt, words.tone, words.icon, [h('strong', null, words.text), report.cause && h('span', { class: 'muted' }, cause(report.cause))]);
  }
  if (!report.nextAttempt) return entry(report.acceptedAt, 'bad', 'warning', h('strong', null, 'Nothing works on this delivery any more'));
  return report.phase === 'Sending'
    ? entry(report.nextDueAt, 'info', 'send', h('strong', null, `Attempt ${report.nextAttempt} is being made`))
    : entry(report.nextDueAt, 'info next', 'clock', [h('strong', null, `Attempt ${report.nextAttempt}`), h('span', null, 'due ', ago(report.nextDueAt))],
      report.waitsFor && waitsFor(report.waitsFor), report.postponements > 0 && h('span', { class: 'muted' }, `postponed ${count(report.postponements, 'time')} so far`));
}
