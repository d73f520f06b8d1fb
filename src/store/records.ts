import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DaySlot, Incident, Look } from '../model/incident.ts';
import type { Report } from '../model/report.ts';
import type { IncidentQuery } from './store.ts';

type Status = NonNullable<DaySlot['status']>;

/** A report as it is kept. */
export type KeptReport = { readonly json: string; readonly since: string; readonly standing: string };

/** One round as it is written, all of it or nothing. */
export type Entry = {
  readonly deployment: string;
  readonly at: string;
  readonly report: KeptReport;
  readonly incidents: readonly Incident[];
  readonly looks: readonly { readonly deployment: string; readonly look: Look }[];
  readonly slot: number;
  readonly status: Status;
};

/** The statements over one open database. */
export type Records = ReturnType<typeof createRecords>;

const worse = (status: string) => `instr('ok      unknown warning critical', ${status})`;

/** Prepares what is asked of a database. */
export function createRecords(database: DatabaseSync, failuresKept: number) {
  const cache = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const known = cache.get(text) ?? database.prepare(text);
    cache.set(text, known);
    return known;
  };

  function transaction(work: () => void) {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      // A full disk has rolled back already.
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function writeIncident(incident: Incident) {
    const { id, deployment, code, subject, severity, state, suspectedAt, closedAt } = incident;
    sql(
      `INSERT INTO incident VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         severity = excluded.severity, state = excluded.state, closed_at = excluded.closed_at, json = excluded.json`,
    ).run(
      id,
      deployment,
      code,
      subject,
      severity,
      state,
      suspectedAt,
      closedAt ?? null,
      JSON.stringify(incident),
    );
  }

  function writeLook(deployment: string, look: Look) {
    const good = look.codes.length === 0 ? 1 : 0;
    sql('INSERT INTO look (subject, deployment, at, good, json) VALUES (?, ?, ?, ?, ?)').run(
      ...[look.subject, deployment, look.at, good, lean(look)],
    );
    sql(
      `DELETE FROM look WHERE subject = ?1 AND good = ?2 AND number <=
         (SELECT number FROM look WHERE subject = ?1 AND good = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?3)`,
    ).run(look.subject, good, good === 1 ? 1 : failuresKept);
  }

  return {
    write({ deployment, at, report, incidents, looks, slot, status }: Entry) {
      transaction(() => {
        sql(
          `INSERT INTO report VALUES (?, ?, ?, ?, ?) ON CONFLICT (deployment) DO UPDATE SET
             at = excluded.at, since = excluded.since, standing = excluded.standing, json = excluded.json`,
        ).run(deployment, at, report.since, report.standing, report.json);
        for (const incident of incidents) writeIncident(incident);
        for (const { deployment: of, look } of looks) writeLook(of, look);
        sql(
          `INSERT INTO slot VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status
             WHERE ${worse('excluded.status')} > ${worse('status')}`,
        ).run(deployment, slot, status);
      });
    },
    reports: () => sql('SELECT since, standing, json FROM report ORDER BY rowid').all() as KeptReport[],
    dropReport: (deployment: string) => void sql('DELETE FROM report WHERE deployment = ?').run(deployment),
    incident(id: string): Incident | undefined {
      const row = sql('SELECT json FROM incident WHERE id = ?').get(id);
      return row && JSON.parse(String(row.json));
    },
    incidents(query: IncidentQuery, limit: number) {
      const { text, values } = conditionOf(query);
      const total = sql(`SELECT count(*) AS n FROM incident WHERE ${text}`).get(...values)!.n as number;
      const from =
        query.after === undefined
          ? ''
          : 'AND (suspected_at, id) < (SELECT suspected_at, id FROM incident WHERE id = ?)';
      const rows = sql(
        `SELECT json FROM incident WHERE ${text} ${from} ORDER BY suspected_at DESC, id DESC LIMIT ?`,
      ).all(...values, ...(query.after === undefined ? [] : [query.after]), limit);
      return { total, items: rows.map(row => JSON.parse(String(row.json)) as Incident) };
    },
    looks(subject: string) {
      const rows = sql('SELECT deployment, good, json FROM look WHERE subject = ? ORDER BY number DESC').all(
        subject,
      );
      return rows.map(({ deployment, good, json }) => ({
        deployment: String(deployment),
        good: good === 1,
        look: JSON.parse(String(json)) as Look,
      }));
    },
    slots(deployment: string, from: number): ReadonlyMap<number, Status> {
      const rows = sql('SELECT number, status FROM slot WHERE deployment = ? AND number >= ?').all(
        deployment,
        from,
      );
      return new Map(rows.map(({ number, status }) => [Number(number), status as Status]));
    },
    /** Drops what is older; what is open stays. Gives back the room in pieces, so that nobody waits long. */
    expire(before: string, slotBefore: number) {
      transaction(() => {
        sql(`DELETE FROM incident WHERE state = 'closed' AND closed_at < ?`).run(before);
        sql('DELETE FROM look WHERE at < ? AND good = 0').run(before);
        sql('DELETE FROM slot WHERE number < ?').run(slotBefore);
      });
      database.exec('PRAGMA incremental_vacuum(512)');
    },
    /** Drops the oldest tenth of what is closed and of the failed looks; false when nothing is left to drop. */
    shrink(): boolean {
      let dropped = 0;
      transaction(() => {
        const oldest = (table: string, where: string, by: string) =>
          Number(
            sql(
              `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${where} ORDER BY ${by}
                 LIMIT 1 + (SELECT count(*) FROM ${table} WHERE ${where}) / 10)`,
            ).run().changes,
          );
        dropped = oldest('incident', `state = 'closed'`, 'closed_at') + oldest('look', 'good = 0', 'number');
      });
      database.exec('PRAGMA incremental_vacuum(2048)');
      return dropped > 0;
    },
    /** Writes everything of another database that is not here yet. */
    takeOver(other: DatabaseSync) {
      transaction(() => {
        for (const { json } of other.prepare('SELECT json FROM incident').iterate())
          writeIncident(JSON.parse(String(json)));
        for (const { deployment, json } of other
          .prepare('SELECT deployment, json FROM look ORDER BY number')
          .iterate())
          writeLook(String(deployment), JSON.parse(String(json)));
        for (const { deployment, number, status } of other.prepare('SELECT * FROM slot').iterate())
          sql('INSERT OR REPLACE INTO slot VALUES (?, ?, ?)').run(deployment!, number!, status!);
        for (const row of other.prepare('SELECT * FROM report').iterate())
          sql('INSERT OR REPLACE INTO report VALUES (?, ?, ?, ?, ?)').run(
            ...[row.deployment!, row.at!, row.since!, row.standing!, row.json!],
          );
      });
    },
  };
}

function conditionOf({ deployment, subject, code, states, severities, since, until }: IncidentQuery) {
  const parts: string[] = ['1'];
  const values: string[] = [];
  const add = (text: string, ...given: readonly string[]) => {
    parts.push(text);
    values.push(...given);
  };
  if (deployment !== undefined) add('deployment = ?', deployment);
  if (subject !== undefined) add('subject = ?', subject);
  if (code !== undefined) add('code = ?', code);
  if (states) add(`state IN (${states.map(() => '?').join()})`, ...states);
  if (severities) add(`severity IN (${severities.map(() => '?').join()})`, ...severities);
  if (since !== undefined) add('(closed_at IS NULL OR closed_at >= ?)', since);
  if (until !== undefined) add('suspected_at <= ?', until);
  return { text: parts.join(' AND '), values };
}

/** Certificates are long and known by their fingerprint: their bytes are not kept. */
export function lean(value: Report | Look): string {
  return JSON.stringify(value, (key, inner) => (key === 'der' ? '' : inner));
}
