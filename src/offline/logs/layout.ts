/** The ways in which log lines are written. */
export const layouts = {
  expressway: 'Expressway',
  jabber: 'Jabber (csf-unified.log)',
  webex: 'Webex App',
  endpoint: 'TC or CE endpoint',
  sdl: 'Unified CM SDL',
} as const;
export type Layout = keyof typeof layouts;

/** What the beginning of a line tells. */
export type Header = {
  readonly layout: Layout;
  readonly time?: Time;
  /** The host and the program that wrote the line, where the layout names them. */
  readonly host?: string;
  readonly process?: string;
};

/** Milliseconds since 1970; `zoned` is false when the line does not say in which zone, and UTC was taken. */
export type Time = { readonly ms: number; readonly zoned: boolean };

const stamp = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?`;
const level = '(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)';
const webex = new RegExp(
  `^\\[?(${stamp})\\]?\\s*<(?:Trace|Debug|Info|Notice|Warn|Warning|Error|Fatal)>`,
  'i',
);
const jabber = new RegExp(
  `^(?:--\\s*)?(?:(${stamp})\\s+)?\\[?${level}\\]?\\s+\\[(?:0x)?[0-9a-f]{3,16}\\]`,
  'i',
);
const syslog = new RegExp(
  String.raw`^(?:<\d{1,3}>(?:1\s)?)?(?:(${stamp})|([A-Z][a-z]{2}\s+\d{1,2}\s\d\d:\d\d:\d\d))\s+(\S+)\s+(?:([A-Za-z_][\w./-]*)(?:\[\d+\])?(?=[:\s[])(?!\s*=))?`,
);
const eventLog = new RegExp(`^(${stamp})\\s+([A-Za-z_][\\w.-]*)(?:\\[\\d+\\])?:\\s`);
const program =
  /^(?:([\w.-]+)\s+)?((?:XCP_\w+|tvcs|traffic_server|edgeconfigprovisioning|alarm|portforwarding|licensemanager|b2bua|UTCTime|httpd|web|ssh))(?:\[\d+\])?:/;
const fields = /^(?:UTCTime|Event|Module|Level|Detail|Action|ThreadID)\s*=\s*["\u201c]/;
const endpoint = /^\d{1,9}[.]\d{2,3}\s+[A-Za-z][\w-]*\s/;
const endpointInside = /\s\d{1,9}[.]\d{2,3}\s+[A-Za-z][\w-]*\s/;
const sdl = /^\d{8}[.]\d{3}\s*\|\d\d:\d\d:\d\d[.]\d{3}\s*\|/;

/** What a line begins with, its time not read yet. */
type Beginning = Omit<Header, 'time'> & {
  readonly text: string;
  readonly iso?: string | undefined;
  readonly mayTellUtc: boolean;
};

/** Whether a line begins a record, which costs less than to read its time. */
export function isHeader(line: string): boolean {
  return recognise(line) !== undefined;
}

/** Reads the beginning of a line; nothing when it continues another line or comes from something unknown. */
export function readHeader(line: string): Header | undefined {
  const found = recognise(line);
  if (!found) return undefined;
  const { text, iso, mayTellUtc, ...header } = found;
  return { ...header, ...timeOf(iso, mayTellUtc ? text : '') };
}

function recognise(line: string): Beginning | undefined {
  const head = line.length > 400 ? line.slice(0, 400) : line;
  if (!/^[\s\ufeff]{0,8}[\dA-Za-z<[-]/.test(head)) return undefined;
  const text = head.replace(/^[\s\ufeff]+/, '');
  const own = { text, mayTellUtc: false };
  let match = text.includes('<') ? webex.exec(text) : null;
  if (match) return { layout: 'webex', ...own, iso: match[1] };
  match = text.includes('[') ? jabber.exec(text) : null;
  if (match) return { layout: 'jabber', ...own, iso: match[1] };
  if (endpoint.test(text)) return { layout: 'endpoint', ...own };
  if (sdl.test(text)) return { layout: 'sdl', ...own };
  const inProduct = { layout: 'expressway', text, mayTellUtc: true } as const;
  match = eventLog.exec(text);
  if (match) return { ...inProduct, iso: match[1], process: match[2]! };
  match = syslog.exec(text);
  if (match) {
    const [whole, iso, , host, process] = match;
    const inside = endpointInside.test(text.slice(whole.length, whole.length + 40));
    return {
      ...inProduct,
      layout: inside ? 'endpoint' : 'expressway',
      ...{ iso, host: host! },
      ...(process && { process }),
    };
  }
  if (fields.test(text)) return inProduct;
  match = program.exec(text);
  if (!match) return undefined;
  return { ...inProduct, ...(match[1] && { host: match[1] }), process: match[2]! };
}

const utc = /UTCTime\s*=\s*["\u201c]\s*(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?/;

function timeOf(iso: string | undefined, text = ''): { readonly time?: Time } {
  const match = utc.exec(text);
  if (match) {
    // Written without leading zeros: ",92" are 92 milliseconds.
    const ms = Date.parse(`${match[1]}T${match[2]}Z`) + Number((match[3] ?? '0').slice(0, 3));
    if (!Number.isNaN(ms)) return { time: { ms, zoned: true } };
  }
  if (iso === undefined) return {};
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(iso);
  const plain = iso.replace(' ', 'T').replace(',', '.');
  const ms = Date.parse(zoned ? plain.replace(/([+-]\d\d)(\d\d)$/, '$1:$2') : `${plain}Z`);
  return Number.isNaN(ms) ? {} : { time: { ms, zoned } };
}
