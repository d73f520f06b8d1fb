import { stat } from 'node:fs/promises';
import type { Entry } from '../../explain/entry.ts';
import { type Severity, severities } from '../../model/finding.ts';
import { type Archive, type JudgeArchives, type JudgedArchives, placeOf } from './archive.ts';
import {
  type Collected,
  type FoundCertificate,
  type FoundSetting,
  kindOfFile,
  maxCollectedBytes,
  readCertificates,
  readSettings,
  readVersions,
} from './collected.ts';
import { type Layout, layouts, type Time } from './layout.ts';
import { createRedactor, type Redactor } from './redact.ts';
import { compileRules, followSequences, type Rules } from './rules.ts';
import { type ScanSummary, type Sighting, scan } from './scan.ts';
import { openSources, type SourceFile } from './sources.ts';
import { detectWriting, looksBinary, toPlain, type Writing } from './text-bytes.ts';

/** A line that shows a trouble. */
export type Example = { readonly file: string; readonly line: number; readonly text: string };

/** One trouble that the logs show. */
export type LogCause = {
  readonly entry: Pick<Entry, 'id' | 'title' | 'remedy' | 'verify'>;
  readonly severity: Severity;
  readonly count: number;
  /** ISO 8601, where the lines tell. */
  readonly first?: string;
  readonly last?: string;
  readonly example: Example;
  readonly people: Count;
  readonly hosts: Count;
  readonly files: readonly string[];
};

/** How many there are; their names only when that was asked for. */
export type Count = { readonly count: number; readonly names?: readonly string[] };

/** One moment on the time line that all files share. */
export type Moment = Example & {
  readonly time: string;
  readonly entry: string;
  readonly what: 'first' | 'last';
};

/** What was read of one file. */
export type FileSummary = {
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
  readonly layout: string;
  readonly first?: string;
  readonly last?: string;
};

/** All that log files tell; plain JSON. */
export type LogReport = {
  readonly schema: 1;
  readonly status: 'ok' | 'warning' | 'critical' | 'unknown';
  readonly headline: string;
  readonly causes: readonly LogCause[];
  readonly timeline: readonly Moment[];
  readonly files: readonly FileSummary[];
  readonly notes: readonly { readonly place: string; readonly message: string }[];
  /** What the certificates and settings are worth, when there were any and somebody judges. */
  readonly judged?: JudgedArchives;
} & Collected;

/** How logs are to be read. */
export type LogOptions = {
  readonly entries: readonly Entry[];
  readonly unredacted: boolean;
  /** Minutes that local times without a zone are ahead of UTC. */
  readonly zoneMinutes: number;
  /** Judges the certificates and settings that archives hold. */
  readonly judge?: JudgeArchives;
  /** Hears how many bytes were read, now and then. */
  readonly progress?: (bytes: number) => void;
};

const maxNames = 10_000;
const maxMoments = 400;
const exampleLength = 400;
const binaries: readonly (readonly [string, string])[] = [
  ['d4c3b2a1', 'a packet capture'],
  ['a1b2c3d4', 'a packet capture'],
  ['4d3cb2a1', 'a packet capture'],
  ['0a0d0d0a', 'a packet capture'],
  ['89504e47', 'a picture'],
  ['ffd8ff', 'a picture'],
  ['7f454c46', 'a program'],
  ['53514c697465', 'a database'],
];

type Tally = {
  severity: Severity;
  count: number;
  first?: At;
  last?: At;
  readonly example: Example;
  readonly people: Set<string>;
  readonly hosts: Set<string>;
  readonly files: Map<string, { first?: At; last?: At }>;
};
type At = { readonly ms: number; readonly example: Example };

/** Reads all files and says what trouble they show. Throws what the file system says of a path that cannot be opened. */
export async function readLogs(paths: readonly string[], options: LogOptions): Promise<LogReport> {
  const rules = compileRules(options.entries);
  const redactor = createRedactor(options.unredacted);
  const tallies = new Map<string, Tally>();
  const files: FileSummary[] = [];
  const notes: { place: string; message: string }[] = [];
  const collected = {
    certificates: [] as FoundCertificate[],
    settings: [] as FoundSetting[],
    versions: [] as FoundVersion[],
  };
  const names: string[] = [];
  const note = (place: string, message: string) => notes.push({ place, message });
  let read = 0;
  const listener = {
    note,
    read: (bytes: number) => {
      read += bytes;
      options.progress?.(read);
    },
  };

  for await (const file of openSources(paths, listener)) {
    const kind = kindOfFile(file.name, file.head);
    names.push(file.name);
    if (kind === 'log') {
      const summary = await readLog(file, { rules, redactor, tallies, note, options });
      if (summary) files.push(summary);
      continue;
    }
    const text = await readWhole(file, note);
    if (kind === 'certificates')
      collected.certificates.push(...readCertificates(file.name, text, message => note(file.name, message)));
    if (kind === 'settings') {
      const settings = readSettings(file.name, text);
      if (settings.length === 0) note(file.name, 'holds no settings in a form that mradar reads');
      collected.settings.push(...settings);
    }
    for (const version of readVersions(text)) collected.versions.push({ file: file.name, version });
  }
  const judged = options.judge?.(toArchives(names, collected, paths));
  return toReport({ tallies, files, notes, collected, options, redactor, judged });
}

type FoundVersion = { readonly file: string; readonly version: string };
type Found = {
  readonly certificates: readonly FoundCertificate[];
  readonly settings: readonly FoundSetting[];
  readonly versions: readonly FoundVersion[];
};

function toArchives(names: readonly string[], found: Found, paths: readonly string[]): readonly Archive[] {
  const places = [...new Set(names.map(name => placeOf(name, paths)))];
  return places.map(place => {
    const isHere = ({ file }: { readonly file: string }) => placeOf(file, paths) === place;
    return {
      place,
      files: names.filter(file => isHere({ file })),
      certificates: found.certificates.filter(isHere),
      settings: found.settings.filter(isHere),
      versions: [...new Set(found.versions.filter(isHere).map(({ version }) => version))],
    };
  });
}

type Reading = {
  readonly rules: Rules;
  readonly redactor: Redactor;
  readonly tallies: Map<string, Tally>;
  readonly note: (place: string, message: string) => void;
  readonly options: LogOptions;
};

async function readLog(file: SourceFile, reading: Reading): Promise<FileSummary | undefined> {
  const { rules, redactor, tallies, note, options } = reading;
  const hex = file.head.toString('hex', 0, 8);
  const binary = binaries.find(([magic]) => hex.startsWith(magic));
  if (binary) {
    note(file.name, `is ${binary[1]} and was not searched`);
    await file.content.return();
    return undefined;
  }
  const writing = detectWriting(file.head);
  if (writing === 'plain' && looksBinary(file.head)) note(file.name, 'holds bytes that are not text');
  if (writing.startsWith('utf-16')) note(file.name, `is written as ${writing.slice(0, 6).toUpperCase()}`);
  if (writing === 'cr') note(file.name, 'has lines that end with a carriage return alone');

  const sequences = followSequences(rules.rules);
  let zoneless = false;
  const at = (time: Time | undefined) => {
    if (!time) return undefined;
    if (!time.zoned) zoneless = true;
    return time.zoned ? time.ms : time.ms - options.zoneMinutes * 60_000;
  };
  const see = (sighting: Sighting) => {
    const { rule, step, record, line, text, time } = sighting;
    if (!sequences.advance(rule, step, record)) return;
    const { entry, severity } = rules.rules[rule]!;
    const place = { file: file.name, line, text };
    const ms = at(time);
    const tally = tallies.get(entry.id);
    const concerned = redactor.concerned(record.text.slice(0, 8000), record.host);
    const kept: Tally = tally ?? {
      severity,
      count: 0,
      example: toExample(place, redactor),
      ...{ people: new Set<string>(), hosts: new Set<string>(), files: new Map() },
    };
    tallies.set(entry.id, kept);
    kept.count++;
    if (severities.indexOf(severity) < severities.indexOf(kept.severity)) kept.severity = severity;
    for (const person of concerned.people) if (kept.people.size < maxNames) kept.people.add(person);
    for (const host of concerned.hosts) if (kept.hosts.size < maxNames) kept.hosts.add(host);
    const inFile = kept.files.get(file.name) ?? {};
    kept.files.set(file.name, inFile);
    if (ms === undefined) return;
    for (const one of [kept, inFile]) {
      if (!one.first || ms < one.first.ms) one.first = { ms, example: place };
      if (!one.last || ms >= one.last.ms) one.last = { ms, example: place };
    }
  };
  const summary = await scan(toPlain(file.content, writing), rules, see);
  if (summary.longLines > 0) note(file.name, 'has lines of more than 1 MiB, which were searched in parts');
  if (summary.bytes > 0 && !summary.layout)
    note(file.name, 'has a layout that mradar does not know; searched all the same');
  const described = describe(file.name, summary, at, writing);
  if (zoneless && options.zoneMinutes === 0)
    note(file.name, 'has times without a zone, taken as UTC; say --zone +02:00 when it is another');
  return described;
}

function describe(
  name: string,
  { bytes, lines, layout, first, last }: ScanSummary,
  at: (time: Time | undefined) => number | undefined,
  writing: Writing,
): FileSummary {
  const [from, to] = [at(first), at(last)];
  const known = layout ? layouts[layout satisfies Layout] : 'unknown';
  return {
    ...{ name, bytes, lines, layout: writing.startsWith('utf-16') ? `${known}, UTF-16` : known },
    ...(from !== undefined && { first: new Date(from).toISOString() }),
    ...(to !== undefined && { last: new Date(to).toISOString() }),
  };
}

/** The example as it may be shown: one line, what is secret hidden, not too long. */
function toExample({ file, line, text }: Example, redactor: Redactor): Example {
  const written = redactor.write(text).replaceAll(/\s+/g, ' ').trim();
  return {
    ...{ file, line },
    text: written.length > exampleLength ? `${written.slice(0, exampleLength)} ...` : written,
  };
}

async function readWhole(file: SourceFile, note: Reading['note']): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of toPlain(file.content, detectWriting(file.head))) {
    size += part.length;
    if (size > maxCollectedBytes) {
      note(file.name, `was read up to ${maxCollectedBytes / 1024 / 1024} MiB only`);
      break;
    }
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts).toString('utf8');
}

type Parts = {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly files: readonly FileSummary[];
  readonly notes: LogReport['notes'];
  readonly collected: Found;
  readonly options: LogOptions;
  readonly redactor: Redactor;
  readonly judged: JudgedArchives | undefined;
};

/** Areas in the order in which a sign-in meets them: what is upstream comes first. */
const areas = ['DNS', 'TIME', 'PORT', 'TLS', 'CERT', 'ZONE', 'EDGE', 'CFG', 'AUTH', 'CHAT', 'CALL'];

function toReport({ tallies, files, notes, collected, options, redactor, judged }: Parts): LogReport {
  const entryOf = (id: string) => options.entries.find(entry => entry.id === id)!;
  const area = (id: string) => {
    const place = areas.indexOf(id.split('-')[0]!);
    return place < 0 ? areas.length : place;
  };
  const ordered = [...tallies].sort(
    ([id, one], [otherId, other]) =>
      severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
      area(id) - area(otherId) ||
      other.count - one.count,
  );
  const causes = ordered.map(([id, tally]): LogCause => {
    const { title, remedy, verify } = entryOf(id);
    return {
      entry: { id, title, remedy, verify },
      severity: tally.severity,
      count: tally.count,
      ...(tally.first && { first: new Date(tally.first.ms).toISOString() }),
      ...(tally.last && { last: new Date(tally.last.ms).toISOString() }),
      example: tally.example,
      people: toCount(tally.people, options.unredacted),
      hosts: toCount(tally.hosts, options.unredacted),
      files: [...tally.files.keys()],
    };
  });
  const told = [
    ...causes.map(({ severity, entry }) => ({ severity, title: entry.title })),
    ...(judged?.causes ?? []).map(({ severity, title }) => ({ severity, title: redactor.write(title) })),
  ].sort((one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity));
  const status = told[0]?.severity;
  const searched = files.length + collected.certificates.length + collected.settings.length;
  return {
    schema: 1,
    status: searched === 0 ? 'unknown' : status === undefined || status === 'info' ? 'ok' : status,
    headline: headlineOf(told, files, searched),
    causes,
    timeline: toTimeline(tallies, redactor),
    files,
    notes: judged ? [...notes, ...judged.notes] : notes,
    certificates: collected.certificates,
    settings: collected.settings.map(setting => ({ ...setting, value: redactor.write(setting.value) })),
    versions: [...new Set(collected.versions.map(({ version }) => version))],
    ...(judged && judged.nodes.length > 0 && { judged: toShown(judged, redactor) }),
  };
}

function headlineOf(
  told: readonly { readonly title: string }[],
  files: readonly FileSummary[],
  searched: number,
): string {
  if (searched === 0) return 'Nothing could be read';
  const lines = files.reduce((sum, file) => sum + file.lines, 0);
  const where = `${lines} lines of ${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  const [head, ...others] = told;
  if (!head) return `No known trouble in ${where}`;
  return others.length === 0 ? head.title : `${head.title}, and ${others.length} more`;
}

/** As it may be passed on: what names people and hosts is hidden, what the entries advise is not touched. */
function toShown(judged: JudgedArchives, redactor: Redactor): JudgedArchives {
  const shown = <T>(value: T): T =>
    (typeof value === 'string'
      ? redactor.write(value)
      : Array.isArray(value)
        ? value.map(shown)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shown(member)]))
          : value) as T;
  const { nodes, domains, passed, unknown } = judged;
  return {
    ...judged,
    nodes: nodes.map(node => ({ ...node, host: shown(node.host) })),
    domains: shown(domains),
    passed: passed.map(one => ({ ...one, host: shown(one.host) })),
    unknown: unknown.map(one => ({ ...one, host: shown(one.host) })),
    causes: judged.causes.map(cause => ({
      ...cause,
      title: shown(cause.title),
      findings: shown(cause.findings),
      consequences: shown(cause.consequences),
    })),
  };
}

function toCount(names: ReadonlySet<string>, open: boolean): Count {
  return { count: names.size, ...(open && { names: [...names].sort() }) };
}

/** First and last of every trouble in every file, in the order of time. */
function toTimeline(tallies: ReadonlyMap<string, Tally>, redactor: Redactor): readonly Moment[] {
  const moments = [...tallies].flatMap(([entry, { files }]) =>
    [...files.values()].flatMap(({ first, last }) => [
      ...(first ? [{ ...first, entry, what: 'first' as const }] : []),
      ...(last && last.ms !== first?.ms ? [{ ...last, entry, what: 'last' as const }] : []),
    ]),
  );
  return moments
    .sort((one, other) => one.ms - other.ms)
    .slice(0, maxMoments)
    .map(({ ms, example, entry, what }) => ({
      ...{ time: new Date(ms).toISOString(), entry, what },
      ...toExample(example, redactor),
    }));
}

/** How many bytes wait behind these paths; standard input counts as none. Throws for what is no file or not there. */
export async function sizeOf(paths: readonly string[]): Promise<number> {
  let size = 0;
  for (const path of paths) {
    if (path === '-') continue;
    const found = await stat(path);
    if (found.isDirectory())
      throw Object.assign(new Error('it is a folder; give the files in it'), { code: 'EISDIR', path });
    size += found.size;
  }
  return size;
}
