import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** `mrad` in ASCII: what tells our files from those of others. */
const applicationId = 0x6d726164;

/** What makes version N + 1 of version N. Never change one that was published: add another. */
const migrations: readonly string[] = [
  `CREATE TABLE report (
     deployment TEXT PRIMARY KEY, at TEXT NOT NULL, since TEXT NOT NULL, standing TEXT NOT NULL, json TEXT NOT NULL
   ) STRICT;
   CREATE TABLE incident (
     id TEXT PRIMARY KEY, deployment TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL, severity TEXT NOT NULL,
     state TEXT NOT NULL, suspected_at TEXT NOT NULL, closed_at TEXT, json TEXT NOT NULL
   ) STRICT;
   CREATE INDEX incident_by_time ON incident (suspected_at, id);
   CREATE INDEX incident_by_subject ON incident (subject, suspected_at);
   CREATE INDEX incident_by_deployment ON incident (deployment, state, suspected_at);
   CREATE TABLE look (
     number INTEGER PRIMARY KEY AUTOINCREMENT, subject TEXT NOT NULL, deployment TEXT NOT NULL, at TEXT NOT NULL,
     good INTEGER NOT NULL, json TEXT NOT NULL
   ) STRICT;
   CREATE INDEX look_by_subject ON look (subject, good, number);
   CREATE INDEX look_by_time ON look (at);
   CREATE TABLE slot (
     deployment TEXT NOT NULL, number INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (deployment, number)
   ) STRICT, WITHOUT ROWID;`,
  'CREATE INDEX incident_by_state ON incident (state, suspected_at, id);',
];
export const schemaVersion = migrations.length;

/** Why a file cannot serve, when it is not the moment but the file that is wrong. */
export class UnfitFile extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'UnfitFile';
  }
}

/** SQLite's primary result codes that matter here. */
const results = { corrupt: 11, full: 13, notADatabase: 26 } as const;
/** The file ends before the page that is wanted. */
const shortRead = 522;

function resultOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code : undefined;
}

/** Whether an error comes from the file or the disk, and not from a mistake of ours. */
export function isOfFile(error: unknown): boolean {
  return error instanceof UnfitFile || resultOf(error) !== undefined;
}

/** Whether an error says that the file itself is damaged. */
export function isDamage(error: unknown): boolean {
  if (error instanceof UnfitFile) return true;
  const code = resultOf(error);
  if (code === undefined) return false;
  return code === shortRead || (code & 0xff) === results.corrupt || (code & 0xff) === results.notADatabase;
}

/** What an error of the file means, for the operator. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnfitFile) return error.message;
  const code = resultOf(error);
  if (code !== undefined && (code & 0xff) === results.full) return 'the disk is full';
  const system = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (system === 'ENOSPC') return 'the disk is full';
  if (isDamage(error)) return 'the file is damaged';
  return error instanceof Error ? error.message : String(error);
}

/** Opens or makes the file and brings it to our schema. Throws UnfitFile for what is not ours. */
export function openDatabase(file: string): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 2_000 });
  try {
    prepareSchema(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a file to read what a daemon writes at the same time. Throws UnfitFile for what is not ours. */
export function openForReading(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
  try {
    if (numberOf(database, 'application_id') !== applicationId)
      throw new UnfitFile('it is not a history of mradar');
    if (numberOf(database, 'user_version') !== schemaVersion)
      throw new UnfitFile('it was written by another version of mradar');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareSchema(database: DatabaseSync) {
  const version = numberOf(database, 'user_version');
  const isEmpty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()!.n === 0;
  if (isEmpty) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  else if (numberOf(database, 'application_id') !== applicationId)
    throw new UnfitFile('the file is a database of another program');
  if (version > schemaVersion)
    throw new UnfitFile(
      `the file was written by a newer mradar (schema ${version}, known up to ${schemaVersion})`,
    );
  // WAL: a killed process loses no finished transaction; NORMAL: only a power cut may take the last ones.
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -4096`,
  );
  if (version === schemaVersion && !isEmpty) return;
  database.exec('BEGIN IMMEDIATE');
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`);
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma] ?? 0);
}

/** Bytes that the database takes, without what is free inside. */
export function bytesUsed(database: DatabaseSync): number {
  const pages = numberOf(database, 'page_count') - numberOf(database, 'freelist_count');
  return pages * numberOf(database, 'page_size');
}

/** Moves a file that cannot serve out of the way, with what belongs to it; gives its new name. */
export function setAside(file: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  let place = `${file}.set-aside-${stamp}`;
  for (let i = 2; existsSync(place); i++) place = `${file}.set-aside-${stamp}-${i}`;
  for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, place + part);
  return place;
}

/** Tells a file from another one that was put in its place; undefined when there is none. */
export function identityOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}
