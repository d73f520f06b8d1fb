import { PassThrough, type Readable } from 'node:stream';

/** Tells open pages that something is new; they fetch what they show themselves. */
export type Live = {
  /** A stream of server-sent events; undefined when there are too many already. */
  open(): Readable | undefined;
  close(): void;
};

const streamsMost = 200;
/** Pages are told at most this often. */
const everyMs = 1_000;
/** A sign of life this often, in units of `everyMs`: proxies cut what is silent. */
const beatEvery = 15;

/** Looks at the generation while somebody listens, and only then. */
export function createLive(generation: () => number): Live {
  const streams = new Set<PassThrough>();
  let timer: NodeJS.Timeout | undefined;
  let told = 0;
  let ticks = 0;

  function tick() {
    ticks++;
    const now = generation();
    const text = now !== told ? eventOf(now) : ticks % beatEvery === 0 ? ': still here\n\n' : undefined;
    told = now;
    if (text === undefined) return;
    for (const stream of streams) {
      // who does not read gets nothing more; the browser comes back by itself
      if (stream.writableLength > 65_536) stream.destroy();
      else stream.write(text);
    }
  }

  return {
    open() {
      if (streams.size >= streamsMost) return undefined;
      const stream = new PassThrough();
      streams.add(stream);
      stream.on('close', () => {
        streams.delete(stream);
        if (streams.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      });
      stream.on('error', () => {});
      told = timer === undefined ? generation() : told;
      timer ??= setInterval(tick, everyMs);
      stream.write(`retry: 5000\n${eventOf(generation())}`);
      return stream;
    },
    close() {
      clearInterval(timer);
      for (const stream of streams) stream.end();
    },
  };
}

function eventOf(generation: number): string {
  return `event: change\ndata: ${generation}\n\n`;
}

/**
 * The one script: it listens, fetches the page again when something is new, and changes what differs. What the reader has
 * opened, focused or scrolled to stays. Without it every page is complete.
 */
export const script = `'use strict';
const live = document.getElementById('live');
const main = document.querySelector('main');
let shown;
let wanted;
let busy = false;
let events;

function tell(text) {
  if (live.textContent !== text) live.textContent = text;
}

function fits(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id || '') === (b.id || '');
}

function change(before, after) {
  if (before.nodeType === Node.TEXT_NODE) {
    if (before.data !== after.data) before.data = after.data;
    return;
  }
  if (before.nodeType !== Node.ELEMENT_NODE) return;
  const isOpened = before.nodeName === 'DETAILS';
  for (const { name } of [...before.attributes])
    if (!after.hasAttribute(name) && !(isOpened && name === 'open')) before.removeAttribute(name);
  for (const { name, value } of after.attributes)
    if (before.getAttribute(name) !== value) before.setAttribute(name, value);
  if (before.nodeName === 'SELECT') return;
  const old = [...before.childNodes];
  const fresh = [...after.childNodes];
  let i = 0;
  for (const child of fresh) {
    if (i < old.length && fits(old[i], child)) change(old[i], child);
    else if (i < old.length) old[i].replaceWith(document.importNode(child, true));
    else before.append(document.importNode(child, true));
    i++;
  }
  for (const child of old.slice(i)) child.remove();
}

async function renew() {
  if (busy || document.hidden || wanted === shown) return;
  busy = true;
  const target = wanted;
  try {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
    if (!response.ok) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const headline = main.querySelector('h1')?.textContent;
    change(main, page.querySelector('main'));
    document.title = page.title;
    shown = target;
    const now = main.querySelector('h1')?.textContent;
    tell(now === headline ? 'Live' : 'Changed: ' + now);
  } catch {
    tell('Not up to date: the server does not answer');
  } finally {
    busy = false;
  }
}

function listen() {
  // a browser has few connections to one server: pages in the background leave them to those that are read
  if (document.hidden) {
    events?.close();
    events = undefined;
    return;
  }
  if (!events) {
    events = new EventSource('/events');
    events.addEventListener('change', ({ data }) => {
      if (shown === undefined) {
        shown = data;
        tell('Live');
      }
      wanted = data;
      renew();
    });
    events.addEventListener('error', () => tell('Not live: waiting for the server'));
  }
}

listen();
document.addEventListener('visibilitychange', listen);
setInterval(renew, 5000);
document.documentElement.classList.add('live');
`;
