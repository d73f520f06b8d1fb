import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Credentials } from '../../src/simulator/certificates.ts';
import { type Child, newFolder, startChild, until } from './child.ts';

const program = '/usr/sbin/nginx';

/** What nginx serves: `http` and `stream` are the insides of these blocks; certificates are named in them as `NAME.pem`. */
export type NginxSite = {
  readonly http: string;
  readonly stream: string;
  readonly certificates: Readonly<Record<string, Credentials>>;
};

/** nginx with a configuration of our own. */
export type Nginx = {
  /** Serves another site, while it runs; when this returns, nothing of the site before is left. */
  load(site: NginxSite): Promise<void>;
  stop(): Promise<void>;
};

export async function startNginx(site: NginxSite, through: readonly string[] = []): Promise<Nginx> {
  const folder = await newFolder('nginx');
  await write(folder, site);
  const args = ['-p', folder, '-c', 'nginx.conf', '-g', 'daemon off;'];
  const child: Child = await startChild({
    package: 'nginx libnginx-mod-stream libnginx-mod-http-headers-more-filter',
    program,
    args,
    folder,
    through,
    ready: async pid => (await workersOf(pid)).length > 0,
  });
  return {
    async load(next) {
      await write(folder, next);
      const [command, ...words] = [...through, program, '-t', '-q', ...args.slice(0, 4)];
      execFileSync(command!, words, { stdio: 'pipe' });
      const before = new Set(await workersOf(child.pid));
      process.kill(child.pid, 'SIGHUP');
      const isReplaced = async () => {
        const workers = await workersOf(child.pid);
        return workers.length > 0 && workers.every(worker => !before.has(worker));
      };
      if (!(await until(isReplaced))) throw new Error(`nginx does not reload:\n${child.output()}`);
    },
    stop: child.stop,
  };
}

/** The master opens the listeners before it starts a worker, and a worker that goes closes its own last. */
async function workersOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean);
}

async function write(folder: string, { http, stream, certificates }: NginxSite): Promise<void> {
  for (const [name, { cert, key }] of Object.entries(certificates)) {
    await writeFile(join(folder, `${name}.pem`), cert + key, { mode: 0o600 });
  }
  await writeFile(
    join(folder, 'nginx.conf'),
    `user root;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
load_module /usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path temp-body;
  proxy_temp_path temp-proxy;
  fastcgi_temp_path temp-fastcgi;
  uwsgi_temp_path temp-uwsgi;
  scgi_temp_path temp-scgi;
  ${http}
}
stream {
  ${stream}
}
`,
  );
}
