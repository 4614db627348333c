import { h } from './dom.js';

const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

/** Milliseconds of a duration as the API writes it, [-][d.]hh:mm:ss[.fffffff]. */
export function milliseconds(text) {
  const match = /^(-)?(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '');
  if (!match) return null;
  const [, sign, days, hours, minutes, seconds] = match;
  return (sign ? -1 : 1) * ((days ?? 0) * day + hours * hour + minutes * minute + seconds * second);
}

/** A duration in words, two units at most. */
export function duration(ms) {
  const value = Math.abs(ms);
  if (value < second) return `${Math.round(value)} ms`;
  if (value < 10 * second) return `${(value / second).toFixed(1).replace('.0', '')} s`;
  if (value < minute) return `${Math.round(value / second)} s`;
  const [large, small, unit, rest] = value < hour ? [minute, second, 'min', 's'] : value < day ? [hour, minute, 'h', 'min'] : [day, hour, 'd', 'h'];
  const whole = Math.floor(value / large);
  const part = Math.floor((value - whole * large) / small);
  return part ? `${whole} ${unit} ${part} ${rest}` : `${whole} ${unit}`;
}

const pad = number => String(number).padStart(2, '0');

/** Local time in a form that sorts. */
export function localTime(date) {
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

function timeElement(iso, text, attributes) {
  return iso ? h('time', { datetime: iso, title: `${new Date(iso).toISOString().replace('T', ' ').replace('Z', '')} UTC`, ...attributes }, text) : null;
}

/** A point in time, local; UTC stands in the title. */
export const time = iso => timeElement(iso, iso && localTime(new Date(iso)), { class: 'number' });

/** The distance to now, kept up to date by `tick`. */
export const ago = iso => timeElement(iso, iso && distance(iso), { 'data-relative': '' });

export const timeAndAgo = iso => iso ? [time(iso), ' ', h('span', { class: 'muted' }, ago(iso))] : null;

function distance(iso) {
  const ms = new Date(iso) - Date.now();
  if (Math.abs(ms) < second) return 'now';
  const words = duration(Math.trunc(ms / second) * second);
  // The past needs no seconds once it is minutes away.
  return ms > 0 ? `in ${words}` : `${words.split(' ').slice(0, 2).join(' ')} ago`;
}

export function tick() {
  for (const element of document.querySelectorAll('time[data-relative]')) {
    const words = distance(element.dateTime);
    if (element.textContent !== words) element.textContent = words;
  }
}

export const count = (number, one, many) => `${number.toLocaleString('en')} ${number === 1 ? one : many ?? one + 's'}`;

/** Between the value of a datetime-local input, which is local, and the API's UTC. */
export const toUtc = local => local ? new Date(local).toISOString() : '';

export function toLocalInput(iso) {
  const date = new Date(iso ?? '');
  return Number.isNaN(date.getTime()) ? '' : localTime(date).replace(' ', 'T').slice(0, 16);
}
