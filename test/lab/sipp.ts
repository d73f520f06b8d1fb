import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, newFolder, startChild } from './child.ts';
import { run } from './tools.ts';

const copied =
  '[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]\n[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n';

/** Starts SIPp on UDP; it answers every OPTIONS with a provisional status and, a second later, with 200. */
export async function startSipp({
  address,
  port,
}: {
  readonly address: string;
  readonly port: number;
}): Promise<Child> {
  const folder = await newFolder('sipp');
  const send = (line: string) => `<send><![CDATA[\nSIP/2.0 ${line}\n${copied}\n]]></send>`;
  await writeFile(
    join(folder, 'answer.xml'),
    `<?xml version="1.0"?>
<scenario name="answer">
<recv request="OPTIONS"/>
${send('100 Trying')}
<pause milliseconds="1000"/>
${send('200 OK')}
</scenario>
`,
  );
  return startChild({
    package: 'sip-tester',
    program: '/usr/bin/sipp',
    args: ['-sf', 'answer.xml', '-i', address, '-p', String(port), '-nostdin', '-t', 'u1'],
    folder,
    ready: async () => (await run('ss', ['-Hlun', 'src', `${address}:${port}`])).out !== '',
  });
}
