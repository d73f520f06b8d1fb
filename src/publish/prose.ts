import { type Html, html } from './markup.ts';

/**
 * The Markdown that entries are written in, as HTML: paragraphs, headings, lists, code blocks, inline
 * code, bold and links to https. Everything else is shown as it stands.
 */
export function proseToHtml(markdown: string): Html {
  return html`${blocks(markdown.replace(/\r\n?/g, '\n').split('\n'))}`;
}

const item = /^( {0,3})([-*]|\d{1,3}[.)]) +(.*)$/;
const fence = /^( *)(`{3,})/;

function blocks(lines: readonly string[]): readonly Html[] {
  const made: Html[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index]!;
    const opened = fence.exec(line);
    if (line.trim() === '') {
      index++;
    } else if (opened) {
      const end = lines.findIndex((other, at) => at > index && other.trim() === opened[2]);
      const body = lines
        .slice(index + 1, end < 0 ? lines.length : end)
        .map(text => text.replace(opened[1]!, ''));
      // line by line: a line break inside a value would be shown as an escape
      made.push(html`<pre><code>${body.map(text => html`${text}\n`)}</code></pre>`);
      index = end < 0 ? lines.length : end + 1;
    } else if (item.test(line)) {
      const end = listEnd(lines, index);
      made.push(list(lines.slice(index, end)));
      index = end;
    } else if (/^#{1,6} /.test(line)) {
      made.push(html`<h3>${inline(line.replace(/^#+ /, ''))}</h3>`);
      index++;
    } else {
      const end = lines.findIndex(
        (other, at) => at > index && (other.trim() === '' || item.test(other) || fence.test(other)),
      );
      const text = lines.slice(index, end < 0 ? lines.length : end).map(part => part.trim());
      made.push(html`<p>${inline(text.join(' '))}</p>`);
      index = end < 0 ? lines.length : end;
    }
  }
  return made;
}

/** A list goes on over its items, over indented lines, and over blank lines that one of those follows. */
function listEnd(lines: readonly string[], start: number): number {
  const ordered = isOrdered(lines[start]!);
  const belongs = (line: string) => /^ {2,}\S/.test(line) || (item.test(line) && isOrdered(line) === ordered);
  let end = start + 1;
  while (end < lines.length) {
    const line = lines[end]!;
    if (line.trim() === '') {
      const next = lines.findIndex((other, at) => at > end && other.trim() !== '');
      if (next < 0 || !belongs(lines[next]!)) break;
    } else if (!belongs(line) && lines[end - 1]!.trim() === '') {
      break;
    } else if (item.test(line) && !belongs(line)) {
      break;
    }
    end++;
  }
  return end;
}

function isOrdered(line: string): boolean {
  return /\d/.test(item.exec(line)?.[2] ?? '');
}

function list(lines: readonly string[]): Html {
  const indent = item.exec(lines[0]!)![1]!.length;
  const items: string[][] = [];
  for (const line of lines) {
    const match = item.exec(line);
    if (match && match[1]!.length === indent) items.push([match[3]!]);
    else items.at(-1)!.push(line);
  }
  const rows = items.map(([first = '', ...rest]) => {
    const depth = Math.min(...rest.filter(line => line.trim() !== '').map(line => line.search(/\S/)));
    const below = rest.map(line => line.slice(Math.min(depth, line.search(/\S|$/))));
    const cut = below.findIndex(line => line.trim() === '' || item.test(line) || fence.test(line));
    const paragraph = [first, ...below.slice(0, cut < 0 ? below.length : cut)]
      .map(part => part.trim())
      .join(' ');
    return html`<li>${inline(paragraph)}${cut < 0 ? undefined : blocks(below.slice(cut))}</li>`;
  });
  return isOrdered(lines[0]!) ? html`<ol>${rows}</ol>` : html`<ul>${rows}</ul>`;
}

const spans =
  /(`+)(?<code>.+?)\1(?!`)|\*\*(?<bold>[^*]+)\*\*|\[(?<label>[^\]]+)\]\((?<href>https:\/\/[^\s()]+)\)/g;

/** Inline code, bold and links of one paragraph. */
export function inline(text: string): readonly Html[] {
  const made: Html[] = [];
  let last = 0;
  for (const match of text.matchAll(spans)) {
    const { code, bold, label, href } = match.groups as Record<string, string | undefined>;
    made.push(html`${text.slice(last, match.index)}`);
    if (code !== undefined) made.push(html`<code>${code.trim()}</code>`);
    else if (bold !== undefined) made.push(html`<strong>${inline(bold)}</strong>`);
    else made.push(html`<a href="${href}" rel="noreferrer">${label}</a>`);
    last = match.index + match[0].length;
  }
  return [...made, html`${text.slice(last)}`];
}
