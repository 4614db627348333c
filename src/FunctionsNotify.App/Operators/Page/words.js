// What the API's names mean, in plain words and with a sign beside the colour.

const word = (tone, icon, text, meaning) => ({ tone, icon, text, meaning });

const of = words => name => words[name] ?? word('mute', 'question', String(name ?? 'not known'));

export const state = of({
  Open: word('info', 'clock', 'Open', 'not final: an attempt is being made or waited for'),
  Delivered: word('ok', 'check', 'Delivered', 'Alipay+ acknowledged the notification'),
  Rejected: word('bad', 'cross', 'Rejected', 'Alipay+ refused the notification'),
  Exhausted: word('warn', 'hourglass', 'Exhausted', 'no final answer within the retry schedule'),
  Cancelled: word('mute', 'slash', 'Cancelled', 'cancelled by an operator'),
});

export const states = ['Open', 'Delivered', 'Rejected', 'Exhausted', 'Cancelled'];

export const kind = of({
  Acknowledged: word('ok', 'check', 'Acknowledged', 'a validly signed S'),
  Rejected: word('bad', 'cross', 'Rejected', 'a validly signed F'),
  SetupRejected: word('bad', 'warning', 'Set-up refused', 'our key, client id, address or headers are wrong'),
  Unknown: word('warn', 'question', 'Unknown', 'a validly signed U: sent again'),
  NoResult: word('warn', 'question', 'No result', 'nothing that counts as an answer; it may have been received'),
  NotSent: word('bad', 'warning', 'Not sent', 'a fault of ours before the request left'),
  Postponed: word('mute', 'clock', 'Postponed', 'nothing was tried; uses no retry'),
});

export const cause = name => ({
  Acknowledged: 'acknowledged by Alipay+',
  Business: 'refused by Alipay+ for a business reason',
  Setup: 'the retry schedule ended on a refusal of our set-up',
  ScheduleUsed: 'the retry schedule was used up',
  Operator: 'an operator cancelled it',
})[name] ?? name;

export const waitsFor = name => ({
  BreakerOpen: 'postponed: the breaker towards Alipay+ is open',
  SignerThrottled: 'postponed: the signing service asked us to slow down',
  LimiterFull: 'postponed: this instance\'s send limit is full',
})[name] ?? name;

export const command = name => ({ Cancel: 'Cancel', SendNow: 'Send now', Wake: 'Wake (sweeper)' })[name] ?? 'Command';

export const verdict = of({
  Applied: word('ok', 'check', 'Applied'),
  Refused: word('bad', 'cross', 'Refused'),
  TooLate: word('warn', 'hourglass', 'Too late'),
});

export const messageState = of({
  Invalid: word('warn', 'warning', 'Invalid', 'breaks a rule; correct and requeue it, or discard it'),
  Conflict: word('bad', 'cross', 'Conflict', 'another content was accepted for this payment before'),
});

export const status = of({
  Waiting: word('info', 'inbox', 'Waiting', 'nobody has decided'),
  Requeuing: word('warn', 'again', 'Requeuing', 'being put on the queue'),
  Requeued: word('ok', 'check', 'Requeued', 'on the queue again'),
  Discarded: word('mute', 'slash', 'Discarded', 'needs nothing more'),
});

export const statuses = ['Waiting', 'Requeuing', 'Requeued', 'Discarded'];

export const bulk = of({
  WouldRedeliver: word('info', 'send', 'Would be redelivered'),
  Redelivered: word('ok', 'check', 'Redelivered'),
  AlreadyRedelivered: word('ok', 'check', 'Already redelivered', 'by this very run'),
  Open: word('mute', 'clock', 'Left: still open'),
  Delivered: word('mute', 'check', 'Left: delivered'),
  Unknown: word('warn', 'question', 'Unknown payment'),
  Broken: word('warn', 'warning', 'Left: broken', 'repair it instead'),
  Failed: word('bad', 'cross', 'Failed', 'run again'),
});
