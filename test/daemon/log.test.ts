import { describe, expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../src/log.ts';

async function written(
  say: (log: ReturnType<typeof createLog>, clock: { nowMs: number }) => void,
  options: Partial<LogOptions> = {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  const clock = { nowMs: 0 };
  const log = createLog({
    ...{ format: 'logfmt', verbosity: { level: 'info', parts: {} }, now: () => clock.nowMs },
    write: line => void lines.push(line.replace(/^time=\S+ /, '').trimEnd()),
    ...options,
  });
  say(log, clock);
  await log.end();
  return lines;
}

describe('the log', () => {
  test('is logfmt, or JSON with the same fields', async () => {
    const say = (log: ReturnType<typeof createLog>) =>
      log.warn('It expires', { part: 'findings', days: 3, host: 'a b' });
    expect(await written(say)).toEqual(['level=warn msg="It expires" part=findings days=3 host="a b"']);
    const [line] = await written(say, { format: 'json' });
    expect(JSON.parse(line!)).toMatchObject({
      level: 'warn',
      message: 'It expires',
      part: 'findings',
      days: 3,
    });
  });

  test('has levels, other ones for single parts, and other ones while it runs', async () => {
    const lines = await written(
      log => {
        log.debug('1', { part: 'store' });
        log.info('2', { part: 'http' });
        log.error('3', { part: 'http' });
        log.debug('4');
        log.choose({ level: 'debug', parts: {} });
        log.debug('5');
      },
      { verbosity: { level: 'info', parts: { store: 'debug', http: 'error' } } },
    );
    expect(lines.map(line => /msg=(\d)/.exec(line)?.[1])).toEqual(['1', '3', '5']);
  });

  test('writes the same line five times a minute and then says how many were left out', async () => {
    const lines = await written((log, clock) => {
      for (let i = 0; i < 100; i++) log.error('full', { part: 'store' });
      log.error('full', { part: 'http' });
      clock.nowMs = 61_000;
      log.error('full', { part: 'store' });
    });
    expect(lines.filter(line => line.includes('part=store'))).toHaveLength(6);
    expect(lines.at(-1)).toBe('level=error msg=full part=store left_out=95');
    expect(lines.filter(line => line.includes('part=http'))).toHaveLength(1);
  });

  test('never lets a value make a line, colour a terminal or end a quotation', async () => {
    const lines = await written(log =>
      log.info('a\nlevel=error msg=forged\u001b[31m', { host: 'x"\u0085y' }),
    );
    expect(lines).toEqual([String.raw`level=info msg="a level=error msg=forged [31m" host="x\" y"`]);
  });

  test.each([
    ['a URL', { url: 'https://user:hunter2@example.com/list' }],
    ['a header', { header: 'Authorization: Basic dXNlcjpodW50ZXIy hunter2'.replace(' hunter2', '') }],
    ['a bearer token', { error: 'refused: Bearer hunter2hunter2' }],
    ['a field of that name', { password: 'hunter2' }],
    ['a nested field of that name', { request: { headers: { cookie: 'hunter2' } } }],
    ['words around it', { error: 'login failed with password=hunter2, again' }],
    ['a key', { error: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' }],
    ['a hash', { error: `of $2y$10$${'hunter2'.padEnd(53, 'a')}` }],
    ['a JSON Web Token', { error: 'eyJhbGciOiJIUzI1NiJ9.eyJodW50ZXIyIn0.hunter2' }],
  ])('leaves out the secret in %s', async (_where, fields) => {
    for (const format of ['logfmt', 'json'] as const) {
      const [line] = await written(log => log.error('failed', fields), { format });
      expect(line).toContain('<secret>');
      expect(line).not.toContain('hunter2');
      expect(line).not.toContain('dXNlcjpodW50ZXIy');
    }
  });
});
