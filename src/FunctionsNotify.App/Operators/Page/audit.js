import { get, search } from './api.js';
import { h, table } from './dom.js';
import { time } from './format.js';
import { pager, paymentLink } from './deliveries.js';
import { field } from './dialog.js';

export async function showAudit(place) {
  const query = { paymentId: place.params.get('paymentId') ?? '' };
  const token = place.params.get('continuationToken');
  const page = await get('audit', { ...query, pageSize: 50, continuationToken: token }, place.signal);
  place.show('Audit', h('p', { class: 'lead' }, 'Every change that was asked for: who, what, why, when.'),
    h('form', { class: 'filter', 'aria-label': 'Filter', onsubmit: event => {
      event.preventDefault();
      location.hash = `#/audit${search({ paymentId: new FormData(event.target).get('paymentId').trim() })}`;
    } },
      field('paymentId', h('input', { name: 'paymentId', value: query.paymentId, maxlength: 256, autocomplete: 'off', spellcheck: 'false', 'data-key': 'paymentId' })),
      h('div', { class: 'buttons' }, h('button', { type: 'submit', class: 'primary', 'data-key': 'filter' }, 'Filter'))),
    page.items.length ? table('Audit log', [
      { title: 'When', cell: item => time(item.at) },
      { title: 'Who', cell: item => item.actor },
      { title: 'What', cell: item => h('code', null, item.action) },
      { title: 'Of', cell: item => item.paymentId ? paymentLink(item.paymentId) : h('span', { class: 'id' }, item.quarantineId ?? '') },
      { title: 'Why', cell: item => item.reason },
      { title: 'Outcome', cell: item => item.outcome },
    ], page.items) : h('p', { class: 'empty' }, 'No entry matches.'),
    pager('audit', query, token, page));
}
