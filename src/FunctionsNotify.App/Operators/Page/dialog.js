import { ApiError, session } from './api.js';
import { h, note } from './dom.js';

let fieldNumber = 0;

/** A labelled input, select or textarea; `hint` and the field's own error are read out with it. */
export function field(label, input, { hint, inline = false } = {}) {
  const id = `field-${++fieldNumber}`;
  const error = h('p', { class: 'error', id: `${id}-error` });
  input.id = id;
  input.setAttribute('aria-describedby', `${id}-error${hint ? ` ${id}-hint` : ''}`);
  const name = h('label', { for: id }, label);
  const element = h('div', { class: inline ? 'field inline' : 'field' }, inline ? [input, name] : [name, input], hint && h('p', { class: 'hint', id: `${id}-hint` }, hint), error);
  element.input = input;
  element.complain = text => {
    error.textContent = text ?? '';
    text ? input.setAttribute('aria-invalid', 'true') : input.removeAttribute('aria-invalid');
  };
  return element;
}

/** A field that few need, folded away until it is opened or complained about. */
export function folded(summary, inner) {
  const element = h('details', null, h('summary', null, summary), inner);
  element.input = inner.input;
  element.complain = text => {
    inner.complain(text);
    element.open ||= Boolean(text);
  };
  return element;
}

export const checkbox = (label, hint) => field(label, h('input', { type: 'checkbox' }), { hint, inline: true });

const required = { required: true, autocomplete: 'off', spellcheck: 'false' };

/**
 * Asks before something changes: who, why, and whatever `fields` add by the API's names. `run` makes the call; a refusal
 * stays in the dialog. The idempotency key is made once, so that trying again never does a thing twice. `first` is a
 * call that may be made before, by the same person and for the same reason.
 */
export function confirm({ title, explain, confirm: word, danger, fields = {}, first, run, done }) {
  const key = crypto.randomUUID();
  const actor = session.user ? null : field('Your name', h('input', { ...required, name: 'actor', maxlength: 64, value: session.actor }));
  const reason = field('Reason', h('input', { ...required, name: 'reason', maxlength: 200 }), { hint: 'Kept in the audit log. At most 200 characters.' });
  const all = { ...fields, actor, reason };
  const problem = h('div', { role: 'alert' });
  const submit = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, word);
  const before = first && h('button', { type: 'button', 'data-key': 'first', onclick: () => call(before, first.words, by => first.run(by).then(() => before.remove())) }, first.words);
  const dialog = frame(title, [
    h('div', { class: 'explain' }, explain),
    Object.values(fields), actor, reason, before && h('div', null, before), problem,
  ], submit, true);

  async function call(button, words, make) {
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    button.textContent = 'Working…';
    problem.replaceChildren();
    Object.values(all).forEach(each => each?.complain());
    if (actor) session.actor = actor.input.value.trim();
    try {
      const missing = Object.entries({ actor, reason }).filter(([, each]) => each?.input.value.trim() === '');
      if (missing.length) throw new ApiError(400, '', Object.fromEntries(missing.map(([name]) => [name, ['is required']])));
      await make({ actor: actor?.input.value.trim(), reason: reason.input.value.trim() });
      button.textContent = words;
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      complain(fault, all, problem);
      button.textContent = fault.isLasting ? words : 'Try again';
    } finally {
      button.ariaDisabled = 'false';
    }
  }

  dialog.querySelector('form').addEventListener('submit', event => {
    event.preventDefault();
    return call(submit, word, async by => {
      const answer = await run(by, key);
      dialog.close('done');
      done?.(answer);
    });
  });
  dialog.showModal();
  (actor && !actor.input.value ? actor : reason).input.focus();
  return dialog;
}

function complain(fault, fields, problem) {
  const left = [];
  for (const [name, texts] of Object.entries(fault.errors)) {
    const text = [texts].flat().join('; ');
    const owner = fields[name.split(/[.[$]/)[0]];
    if (owner) {
      owner.hidden = false;
      owner.complain(name in fields ? text : `${name}: ${text}`);
    } else {
      left.push(`${name}: ${text}`);
    }
  }
  const first = Object.values(fields).find(each => each?.input.hasAttribute('aria-invalid'));
  if (left.length || !first) problem.replaceChildren(note('bad', left.join(' · ') || fault.message));
  first?.input.focus();
}

/** A dialog; one that belongs to a place closes when the place is left. */
function frame(title, content, submit, belongs) {
  const close = h('button', { type: 'button', onclick: () => dialog.close() }, 'Close');
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', class: belongs ? 'of-place' : null },
    h('form', null, h('h2', { id: 'dialog-title' }, title), content, h('div', { class: 'buttons' }, close, submit)));
  // The browser gives the focus back, but to an element that a refresh may have replaced.
  const opener = document.activeElement?.closest('[data-key]')?.dataset.key;
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (opener && document.activeElement === document.body) document.querySelector(`[data-key="${CSS.escape(opener)}"]`)?.focus();
  });
  document.body.append(dialog);
  return dialog;
}

let asking = null;

/** Asks for the function key, once however many calls wait for it. */
export function askForKey(wasRefused) {
  asking ??= new Promise(resolve => {
    const input = field('Function key', h('input', { ...required, type: 'password', name: 'key', autocomplete: 'off' }),
      { hint: 'Kept in this tab only, until you sign out or close it.' });
    const dialog = frame('Sign in', [
      h('p', { class: 'explain' }, 'This page calls the API with a function key.'),
      input,
      h('p', null, 'Where Microsoft Entra is on, the API asks for your ', h('a', { href: `/.auth/login/aad?post_login_redirect_uri=${encodeURIComponent('/api/ui')}` }, 'Microsoft sign-in'), ' too, beside the key.'),
    ], h('button', { type: 'submit', class: 'primary' }, 'Sign in'));
    if (wasRefused) input.complain('The API refused the key.');
    dialog.querySelector('form').addEventListener('submit', event => {
      event.preventDefault();
      session.key = input.input.value.trim();
      dialog.close('done');
    });
    dialog.addEventListener('close', () => {
      asking = null;
      resolve(dialog.returnValue === 'done');
    });
    dialog.showModal();
    input.input.focus();
  });
  return asking;
}
