import { get } from './api.js';
import { h, section, table } from './dom.js';

/** The API's document, for people: every call with its parameters, an example of its body and its answers. */
export async function showApi(place) {
  const document = await get('openapi.json', {}, place.signal);
  const resolve = node => node?.$ref ? node.$ref.split('/').slice(1).reduce((found, name) => found[name], document) : node;
  const server = document.servers[0].url;
  const calls = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([verb, call]) => ({ path, verb: verb.toUpperCase(), call })));
  place.show('API', h('p', { class: 'lead' }, document.info.description),
    h('div', { class: 'buttons' }, h('button', { type: 'button', 'data-key': 'download', onclick: () => download(document) }, 'Download openapi.json')),
    document.tags.map(({ name }) => section(name[0].toUpperCase() + name.slice(1), calls.filter(({ call }) => call.tags[0] === name).map(({ path, verb, call }) =>
      h('details', { 'data-key': call.operationId }, h('summary', null, h('code', null, `${verb} ${server}${path}`), ' ', call.summary), reference(call, resolve))))));
}

function reference(call, resolve) {
  const parameters = (call.parameters ?? []).map(resolve);
  const example = call.requestBody?.content['application/json'].example;
  return [
    call.description && h('p', null, call.description),
    parameters.length > 0 && table('Parameters', [
      { title: 'Parameter', cell: each => h('code', null, each.name) },
      { title: 'In', cell: each => each.in },
      { title: 'Meaning', cell: each => [each.description, resolve(each.schema)?.enum && `: ${resolve(each.schema).enum.join(', ')}`] },
    ], parameters),
    example && h('pre', { tabindex: 0, 'aria-label': `Example of the body of ${call.operationId}` }, JSON.stringify(example, null, 2)),
    table('Answers', [
      { title: 'Status', cell: ([status]) => h('code', null, status) },
      { title: 'Meaning', cell: ([, answer]) => resolve(answer).description },
    ], Object.entries(call.responses)),
  ];
}

// The browser cannot ask for it itself: the call needs the key.
function download(content) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  h('a', { href: url, download: 'openapi.json' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
