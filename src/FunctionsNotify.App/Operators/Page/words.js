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
  Paused: 'postponed: operators have paused sending',
  RecordUnread: 'postponed: the delivery\'s record could not be read',
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
  WouldDo: word('info', 'send', 'Would be done'),
  Done: word('ok', 'check', 'Done'),
  AlreadyDone: word('ok', 'check', 'Already done', 'by this very run'),
  Open: word('mute', 'clock', 'Left: still open'),
  Delivered: word('mute', 'check', 'Left: delivered'),
  Ended: word('mute', 'check', 'Left: ended'),
  Taken: word('mute', 'person', 'Left: decided', 'somebody was first'),
  Superseded: word('mute', 'again', 'Left: delivered again', 'it has a later delivery than the dry run judged'),
  Unknown: word('warn', 'question', 'Unknown'),
  Broken: word('warn', 'warning', 'Left: broken', 'repair it instead'),
  Refused: word('warn', 'warning', 'Left: refused'),
  Failed: word('bad', 'cross', 'Failed', 'run again'),
});

const payments = 'bulk/notifications', messages = 'bulk/quarantine';

// The changes to many: what the API calls them, and how they are spoken of.
export const bulkActions = {
  redeliver: { path: `${payments}/redeliver`, list: 'deliveries', title: 'Redeliver many', verb: 'Redeliver', of: 'payment', explain: 'Each gets a new delivery with the whole retry schedule.', force: ['Also what was delivered', 'Alipay+ gets the same results once more.'] },
  'send-now': { path: `${payments}/send-now`, list: 'deliveries', title: 'Send many now', verb: 'Send', after: ' now', of: 'payment', explain: 'Each open delivery makes the attempt that it waits for at once, and uses it up.' },
  cancel: { path: `${payments}/cancel`, list: 'deliveries', title: 'Cancel many', verb: 'Cancel', of: 'payment', explain: 'Each open delivery ends, and Alipay+ has to learn its result another way.' },
  requeue: { path: `${messages}/requeue`, list: 'quarantine', title: 'Requeue many', verb: 'Requeue', of: 'message', explain: 'Each goes through every check again, exactly as it was.', force: ['Also what would be refused again, or is very old', 'Each record will say what was set aside.'] },
  discard: { path: `${messages}/discard`, list: 'quarantine', title: 'Discard many', verb: 'Discard', of: 'message', explain: 'Says that they need nothing more. The records stay.' },
};
