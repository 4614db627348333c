// Elements are only ever made here and by the browser's own calls: foreign text becomes a text node, never markup.

const svgNamespace = 'http://www.w3.org/2000/svg';

const icons = {
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  clock: 'M8 4.5V8l2.5 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  hourglass: 'M4.5 2.5h7M4.5 13.5h7M5.5 2.5v2.6L8 8l2.5-2.9V2.5M5.5 13.5v-2.6L8 8l2.5 2.9v2.6',
  slash: 'M3.8 12.2l8.4-8.4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  warning: 'M8 6v3M8 11.4v.1M8 2.2l6.3 11.3H1.7z',
  question: 'M6.2 6.2a1.9 1.9 0 1 1 2.6 1.9c-.5.2-.8.6-.8 1.2M8 11.4v.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z',
  inbox: 'M2.5 9h3l1 2h3l1-2h3M4 3.5h8l1.5 5.5v4h-11V9z',
  send: 'M14 2L7 9M14 2l-4.5 12L7 9 2 6.5z',
  person: 'M8 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 13.5c.6-2.4 2.5-3.5 5-3.5s4.4 1.1 5 3.5',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
};

/** Makes an element; `on…` are listeners, null and false attributes are left out, children may be nested lists. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  const path = document.createElementNS(svgNamespace, 'path');
  for (const [attribute, value] of [['viewBox', '0 0 16 16'], ['class', 'icon'], ['aria-hidden', 'true']]) svg.setAttribute(attribute, value);
  path.setAttribute('d', icons[name]);
  svg.append(path);
  return svg;
}

/** A word with its icon, so that colour is never the only sign. */
export const badge = ({ tone, icon: name, text }, title) => h('span', { class: `badge ${tone}`, title }, icon(name), text);

/** Puts new content in place and keeps what a person was doing: the focus, and which details are open. */
export function render(container, ...content) {
  const key = container.contains(document.activeElement) ? document.activeElement.closest('[data-key]')?.dataset.key : null;
  const open = new Map([...container.querySelectorAll('details[data-key]')].map(details => [details.dataset.key, details.open]));
  container.replaceChildren(...content.flat(Infinity).filter(Boolean));
  for (const details of container.querySelectorAll('details[data-key]')) {
    if (open.has(details.dataset.key)) details.open = open.get(details.dataset.key);
  }
  const same = key && container.querySelector(`[data-key="${CSS.escape(key)}"]`);
  (same?.querySelector(':scope > summary') ?? same)?.focus({ preventScroll: true });
}

/** True while text inside is selected: replacing it would take the selection away. */
export function isBeingSelected(container) {
  const selection = getSelection();
  return !selection.isCollapsed && container.contains(selection.anchorNode);
}

/** A table; on a narrow screen each row becomes a card, so the roles are written out and each cell carries its label. */
export function table(caption, columns, rows) {
  return h('div', { class: 'scroll' }, h('table', { role: 'table' },
    h('caption', { class: 'hidden' }, caption),
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columns.map(column => h('th', { role: 'columnheader', scope: 'col', class: column.class }, column.title)))),
    h('tbody', { role: 'rowgroup' }, rows.map(row => h('tr', { role: 'row' }, columns.map(column => h('td', { role: 'cell', 'data-label': column.title, class: column.class }, column.cell(row) ?? '')))))));
}

export const facts = pairs => h('dl', { class: 'facts' }, pairs.filter(pair => pair && pair[1] !== null && pair[1] !== undefined)
  .map(([name, value]) => h('div', null, h('dt', null, name), h('dd', null, value))));

export const section = (title, ...content) => h('section', null, h('h2', null, title), content);

export function note(tone, ...content) {
  return h('div', { class: `note ${tone}` }, icon(tone === 'ok' ? 'check' : tone === 'info' ? 'clock' : 'warning'), h('div', null, content));
}

export function copyButton(text, what) {
  const button = h('button', { type: 'button', class: 'quiet', title: `Copy ${what}`, 'aria-label': `Copy ${what}`, 'data-key': `copy-${what}` }, icon('copy'));
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied ${what}.`);
    } catch {
      say('The browser did not allow copying.');
    }
  });
  return button;
}

let silence;

/** Says something in the live region: seen for a while, read out at once. */
export function say(text) {
  const said = document.getElementById('said');
  said.replaceChildren(text);
  clearTimeout(silence);
  silence = setTimeout(() => said.replaceChildren(), 8000);
}
