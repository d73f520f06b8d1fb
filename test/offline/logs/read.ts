import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadLibrary } from '../../../src/explain/library.ts';
import { type LogOptions, type LogReport, readLogs } from '../../../src/offline/logs/report.ts';

export const library = loadLibrary();

/** Writes the files into a folder of their own and reads them as logs; names in the report are without the folder. */
export async function readFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: Partial<LogOptions> = {},
): Promise<LogReport> {
  const folder = mkdtempSync(join(tmpdir(), 'mradar-logs-'));
  try {
    const paths = Object.entries(files).map(([name, content]) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
    const report = await readLogs(paths, {
      ...{ entries: library.entries, unredacted: false, zoneMinutes: 0 },
      ...options,
    });
    return JSON.parse(JSON.stringify(report).replaceAll(`${folder}/`, '')) as LogReport;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The ids of the entries that a text leads to, in their order. */
export async function entriesOf(text: string): Promise<readonly string[]> {
  const { causes } = await readFiles({ 'a.log': text });
  return causes.map(({ entry }) => entry.id).sort();
}
