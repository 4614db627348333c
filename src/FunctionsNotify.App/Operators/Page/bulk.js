import { ApiError, post, session } from './api.js';
import { badge, facts, h, icon, note, say, section, table } from './dom.js';
import { checkbox, confirm, field } from './dialog.js';
import { count } from './format.js';
import { filterOf, filterWords, paymentLink } from './deliveries.js';
import { quarantineLink } from './quarantine.js';
import { bulk, bulkActions } from './words.js';

const slot = 'notify.bulk', chunk = 25, patience = 120000, mostIds = 1000;

// A run is kept until it is finished or forgotten: with its key, going on does nothing twice.
const stored = {
  get: () => JSON.parse(sessionStorage.getItem(slot) ?? 'null'),
  set: run => run ? sessionStorage.setItem(slot, JSON.stringify(run)) : sessionStorage.removeItem(slot),
};

export async function showBulk(place) {
  const run = stored.get();
  // A run that was not finished comes first, whichever it is.
  const name = run?.action ?? place.parts[1];
  const action = bulkActions[name];
  if (!action) {
    place.show('Not found', h('p', null, 'There is no such change. ', h('a', { href: '#/' }, 'Go to the overview')));
    return;
  }
  const isOfPayments = action.list === 'deliveries', idsName = isOfPayments ? 'paymentIds' : 'quarantineIds', idName = isOfPayments ? 'paymentId' : 'quarantineId';
  const query = isOfPayments ? filterOf(place.params) : Object.fromEntries(['state', 'status', 'paymentId'].map(each => [each, place.params.get(each) ?? '']));
  const phrase = number => `${action.verb} ${count(number, action.of)}${action.after ?? ''}`;
  const lead = h('p', { class: 'lead' }, 'First a dry run shows what would happen; then it is done, a few at a time.');
  if (run) showRun(run);
  else showForm();

  function showForm(problem) {
    const ids = field(`Only these ${idsName} (optional, one a line)`, h('textarea', { name: 'ids', rows: 4, spellcheck: 'false', 'data-key': 'ids' }), { hint: `At most ${mostIds.toLocaleString('en')}. Empty: every ${action.of} that the filter matches.` });
    const force = action.force && checkbox(...action.force);
    const search = location.hash.includes('?') ? location.hash.slice(location.hash.indexOf('?')) : '';
    place.show(action.title, lead,
      h('form', { class: 'panel', onsubmit: event => {
        event.preventDefault();
        return dryRun(ids.input.value.split(/\s+/).filter(Boolean), force?.input.checked);
      } },
        facts([['Filter', isOfPayments ? filterWords(query) : messageWords(query)]]), h('p', null, h('a', { href: `#/${action.list}${search}` }, 'Change the filter')),
        ids, force, problem && note('bad', problem),
        h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary', 'data-key': 'dry-run' }, 'Dry run'))));
  }

  async function dryRun(ids, force) {
    place.main.setAttribute('aria-busy', 'true');
    const target = ids.length ? { [idsName]: [...new Set(ids)] } : { filter: Object.fromEntries(Object.entries(query).filter(([, value]) => value)) };
    try {
      showDryRun(await post(action.path, { ...target, dryRun: true, force: force || null }, { timeout: patience }), force);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      showForm(fault.message);
    }
  }

  function showDryRun({ results, isMore }, force) {
    const judged = results.filter(result => result.verdict === 'WouldDo');
    place.show(action.title, lead, section('Dry run: nothing was changed',
      tally(results), isMore && note('info', `The filter matches more than ${count(results.length, action.of)}: run this again afterwards for the rest.`),
      h('div', { class: 'buttons' },
        judged.length > 0 && h('button', { type: 'button', class: 'primary', 'data-key': 'do', onclick: () => ask(judged, force, isMore) }, icon('again'), `${phrase(judged.length)}…`),
        h('button', { type: 'button', 'data-key': 'back', onclick: () => showForm() }, 'Back')),
      resultTable(results)));
    say(`It would be done to ${count(judged.length, action.of)}.`);
  }

  function ask(judged, force, isMore) {
    const ids = judged.map(result => result[idName]);
    // What is delivered again meanwhile was not judged, and is left alone.
    const deliveries = isOfPayments ? Object.fromEntries(judged.map(result => [result[idName], result.deliveryId])) : null;
    confirm({
      title: phrase(ids.length), confirm: phrase(ids.length), danger: true,
      explain: `${action.explain} A run that is cut off can be resumed in this tab and does nothing twice.`,
      run: async (by, key) => ({ action: name, key, ...by, force, isMore, ids, deliveries, results: [] }),
      done: begun => {
        stored.set(begun);
        return work(begun);
      },
    });
  }

  async function work(run) {
    let stopped = false;
    while (run.results.length < run.ids.length && !stopped && !place.signal.aborted) {
      showRun(run, { stop: () => { stopped = true; } });
      const ids = run.ids.slice(run.results.length, run.results.length + chunk);
      try {
        const answer = await post(action.path, { [idsName]: ids, deliveryIds: run.deliveries && ids.map(id => run.deliveries[id]), force: run.force || null, actor: run.actor, reason: run.reason }, { key: run.key, timeout: patience });
        const verdicts = new Map(answer.results.map(result => [result[idName], result]));
        run.results.push(...ids.map(id => verdicts.get(id) ?? { [idName]: id, verdict: 'Failed', detail: 'not in the answer' }));
        stored.set(run);
      } catch (fault) {
        if (!(fault instanceof ApiError)) throw fault;
        showRun(run, { problem: fault.message });
        return;
      }
    }
    if (run.results.length === run.ids.length) say('Finished.');
    showRun(run);
  }

  function showRun(run, { stop, problem } = {}) {
    const done = run.results.length, all = run.ids.length, isFinished = done === all;
    const failed = run.results.filter(result => result.verdict === 'Failed');
    const again = () => {
      const left = new Set(failed.map(result => result[idName]));
      return work({ ...run, results: run.results.filter(result => !left.has(result[idName])), ids: [...run.ids.filter(id => !left.has(id)), ...left] });
    };
    const button = (key, words, look, act) => h('button', { type: 'button', class: look, 'data-key': key, onclick: act }, words);
    const forget = () => {
      stored.set(null);
      showForm();
    };
    place.show(action.title, lead, section(isFinished ? 'Finished' : stop ? 'At work' : 'Not finished',
      h('div', { class: 'progress' }, h('progress', { max: all, value: done, 'aria-label': 'Done' }), h('span', { class: 'number' }, `${done} of ${all}`)),
      problem && note('bad', problem),
      isFinished && run.isMore && note('info', 'The filter matched more: make another dry run for the rest.'),
      tally(run.results),
      h('div', { class: 'buttons' },
        stop && button('stop', 'Stop after this chunk', '', stop),
        !stop && !isFinished && button('resume', `Resume the other ${all - done}`, 'primary', () => work(run)),
        !stop && isFinished && failed.length > 0 && button('again', `Try the ${failed.length} failed again`, 'primary', again),
        !stop && button('forget', isFinished ? 'New dry run' : 'Forget this run', '', forget)),
      facts([['Idempotency-Key', h('span', { class: 'id' }, run.key)], ['Reason', run.reason], ['By', run.actor]]),
      !stop && resultTable(run.results)));
  }
}

const messageWords = query => [query.state || 'any state', query.status ? query.status.toLowerCase() : 'undecided', query.paymentId && `payment ${query.paymentId}`].filter(Boolean).join(', ');

function tally(results) {
  const counts = Object.entries(Object.groupBy(results, result => result.verdict));
  return h('p', { class: 'tally' }, counts.map(([verdict, all]) => h('span', null, h('strong', { class: 'number' }, all.length), ' ', badge(bulk(verdict), bulk(verdict).meaning))));
}

function resultTable(results) {
  return results.length > 0 && table('Results', [
    { title: results[0].quarantineId ? 'Message' : 'Payment', cell: result => result.quarantineId ? quarantineLink(result.quarantineId, result.paymentId ?? result.quarantineId) : paymentLink(result.paymentId) },
    { title: 'Verdict', cell: result => badge(bulk(result.verdict), bulk(result.verdict).meaning) },
    { title: 'Detail', cell: result => result.detail ?? '' },
  ], results);
}
