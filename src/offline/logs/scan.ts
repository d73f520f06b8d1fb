import type { Hit } from './automaton.ts';
import { type Header, isHeader, type Layout, layouts, readHeader, type Time } from './layout.ts';
import type { LogRecord, Rules } from './rules.ts';

/** A step of a rule that a record fulfils. */
export type Sighting = {
  readonly rule: number;
  readonly step: number;
  readonly record: LogRecord;
  readonly time?: Time;
  /** The line in which it stands, and its number. */
  readonly line: number;
  readonly text: string;
};

/** What was read of one file. */
export type ScanSummary = {
  readonly bytes: number;
  readonly lines: number;
  readonly layout?: Layout;
  readonly first?: Time;
  readonly last?: Time;
  /** Lines over the bound, which were searched in parts. */
  readonly longLines: number;
};

const windowBytes = 4 * 1024 * 1024;
/** Longest line that is kept together. */
const maxLineBytes = 1024 * 1024;
/** What belongs to one record at most: bytes and lines on either side of a hit. */
const maxRecordBytes = 64 * 1024;
const maxRecordLines = 400;
/** How much of a line is looked at around a hit when the line is longer. */
const aroundBytes = 16 * 1024;
const lf = 10;

/**
 * Searches one file for all rules at once. Bytes are only decoded around hits; a window of a few megabytes is held.
 */
export async function scan(
  chunks: AsyncIterable<Uint8Array>,
  rules: Rules,
  see: (sighting: Sighting) => void,
): Promise<ScanSummary> {
  const held = Buffer.allocUnsafe(windowBytes + maxLineBytes + maxRecordBytes);
  let filled = 0;
  let bytes = 0;
  let lines = 0;
  let longLines = 0;
  let layout: Layout | undefined;
  let first: Time | undefined;
  let last: Time | undefined;
  let sampled = false;

  const search = (final: boolean) => {
    if (!sampled) {
      ({ layout, first } = sample(held, filled));
      sampled = true;
    }
    const { cut, torn } = final ? { cut: filled, torn: false } : findCut(held, filled);
    if (torn) longLines++;
    lines = searchWindow(held, cut, lines, layout, rules, see);
    last = lastTime(held, cut) ?? last;
    held.copyWithin(0, cut, filled);
    filled -= cut;
  };

  for await (const chunk of chunks) {
    bytes += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + windowBytes + maxLineBytes - filled);
      held.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled >= windowBytes + maxLineBytes) search(false);
    }
  }
  const open = filled > 0 && held[filled - 1] !== lf;
  search(true);
  return {
    bytes,
    lines: lines + (open ? 1 : 0),
    ...(layout && { layout }),
    ...(first && { first }),
    ...((last ?? first) && { last: last ?? first! }),
    longLines,
  };
}

function searchWindow(
  held: Buffer,
  end: number,
  linesBefore: number,
  layout: Layout | undefined,
  rules: Rules,
  see: (sighting: Sighting) => void,
): number {
  let counted = 0;
  let lines = linesBefore;
  const lineAt = (offset: number) => {
    for (let at = held.indexOf(lf, counted); at >= 0 && at < offset; at = held.indexOf(lf, at + 1)) {
      lines++;
      counted = at + 1;
    }
    return lines + 1;
  };
  const seen = new Set<string>();
  let seenOf = -1;
  for (const hit of rules.find(held, end)) {
    const line = lineBounds(held, hit.offset, end);
    const number = lineAt(line.start);
    const around = recordBounds(held, line, end, layout);
    if (around.start !== seenOf) {
      seenOf = around.start;
      seen.clear();
    }
    const fresh = hit.anchors
      .flatMap(anchor => rules.steps[anchor]!)
      .filter(({ rule, step }) => !seen.has(`${rule} ${step}`))
      // A record may end one round of a sequence and begin the next.
      .sort((one, other) => other.step - one.step);
    if (fresh.length === 0) continue;
    const { record, header, place } = readRecord(held, around, line, hit, number);
    for (const { rule, step } of fresh) {
      if (!rules.rules[rule]!.steps[step]!.holds(record)) continue;
      seen.add(`${rule} ${step}`);
      see({
        ...{ rule, step, record, line: number, text: place },
        ...(header?.time && { time: header.time }),
      });
    }
  }
  lineAt(end);
  return lines;
}

type Bounds = { readonly start: number; readonly end: number };

function lineBounds(held: Buffer, offset: number, limit: number): Bounds {
  const next = held.indexOf(lf, offset);
  return { start: startOfLine(held, offset), end: next < 0 || next > limit ? limit : next };
}

function startOfLine(held: Buffer, offset: number): number {
  return offset === 0 ? 0 : held.lastIndexOf(lf, offset - 1) + 1;
}

/** Reads no byte from `limit` on: what stands there is left over from before. */
function headerAt(held: Buffer, start: number, limit: number): Header | undefined {
  const most = Math.min(start + 400, limit);
  const end = held.indexOf(lf, start);
  return readHeader(held.toString('utf8', start, end < 0 || end > most ? most : end));
}

function isHeaderAt(held: Buffer, start: number, limit: number): boolean {
  const most = Math.min(start + 400, limit);
  const end = held.indexOf(lf, start);
  return isHeader(held.toString('utf8', start, end < 0 || end > most ? most : end));
}

/** The header line with what continues it; in an unknown layout every line stands for itself. */
function recordBounds(held: Buffer, line: Bounds, limit: number, layout: Layout | undefined): Bounds {
  let start = line.start;
  if (!isHeaderAt(held, start, limit)) {
    if (!layout) return line;
    const earliest = line.start - maxRecordBytes;
    let lines = 0;
    while (!isHeaderAt(held, start, limit)) {
      if (start <= 0 || start < earliest || ++lines > maxRecordLines) return line;
      start = startOfLine(held, start - 1);
    }
  }
  let end = line.end;
  for (let lines = 0; end < limit && end - line.start < maxRecordBytes && lines < maxRecordLines; lines++) {
    const next = end + 1;
    if (next >= limit || isHeaderAt(held, next, limit)) break;
    if (!layout && held[next] !== 0x7c) break;
    end = lineBounds(held, next, limit).end;
  }
  return { start, end };
}

function readRecord(held: Buffer, around: Bounds, line: Bounds, hit: Hit, number: number) {
  const header = headerAt(held, around.start, around.end);
  const start = Math.max(around.start, hit.offset - maxRecordBytes);
  const end = Math.min(around.end, hit.offset + maxRecordBytes);
  const text = held.toString('utf8', start, end).replaceAll('\0', ' ');
  const from = Math.max(line.start, hit.offset - aroundBytes);
  const to = Math.min(line.end, hit.offset + aroundBytes);
  const place = from === start && to === end ? text : held.toString('utf8', from, to).replaceAll('\0', ' ');
  const record: LogRecord = {
    text,
    line: number,
    ...(header?.process && { process: header.process }),
    ...(header?.host && { host: header.host }),
    ...(header?.time && { ms: header.time.ms }),
  };
  return { record, header, place };
}

/** Where a window may end so that no line and, if it can be told, no record is torn. */
function findCut(held: Buffer, filled: number): { readonly cut: number; readonly torn: boolean } {
  const newline = held.lastIndexOf(lf, filled - 1);
  if (newline < filled - maxLineBytes) return { cut: filled, torn: true };
  let start = newline;
  for (let lines = 0; lines < maxRecordLines && start > newline - maxRecordBytes && start > 0; lines++) {
    start = startOfLine(held, start);
    if (start > 0 && isHeaderAt(held, start, filled)) return { cut: start, torn: false };
    start--;
  }
  return { cut: newline + 1, torn: false };
}

function sample(held: Buffer, filled: number): { readonly layout?: Layout; readonly first?: Time } {
  const votes = new Map<Layout, number>();
  let first: Time | undefined;
  let start = 0;
  for (let lines = 0; lines < 300 && start < filled; lines++) {
    const header = headerAt(held, start, filled);
    if (header) votes.set(header.layout, (votes.get(header.layout) ?? 0) + 1);
    first ??= header?.time;
    const next = held.indexOf(lf, start);
    if (next < 0 || next >= filled) break;
    start = next + 1;
  }
  const best = (Object.keys(layouts) as Layout[]).reduce<Layout | undefined>(
    (most, one) => ((votes.get(one) ?? 0) > (most ? votes.get(most)! : 0) ? one : most),
    undefined,
  );
  return { ...(best && { layout: best }), ...(first && { first }) };
}

function lastTime(held: Buffer, end: number): Time | undefined {
  let at = end - 1;
  for (let lines = 0; lines < 100 && at > 0; lines++) {
    const start = startOfLine(held, at);
    const time = headerAt(held, start, end)?.time;
    if (time) return time;
    at = start - 1;
  }
  return undefined;
}
