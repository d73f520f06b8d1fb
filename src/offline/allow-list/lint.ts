import type { Role } from '../../model/subject.ts';
import { roleNames } from '../../model/subject.ts';
import { methodsOf, type Setting } from './decide.ts';
import { type Remark, shown } from './remark.ts';
import type { Rule } from './rules.ts';

/** What is known beside the file: the page's setting, the deployments that exist, and the servers. */
export type Surroundings = Setting & {
  readonly deployments?: readonly string[];
  readonly hosts: readonly { readonly role: Role; readonly host: string }[];
};

/** What the rules say together: without effect, repeated, for deployments that hardly exist, for servers better left out. */
export function lintRules(rules: readonly Rule[], surroundings: Surroundings): Remark[] {
  return [
    ...coveredRules(rules, surroundings),
    ...deploymentRemarks(rules, surroundings),
    ...defaultMethodRemarks(rules, surroundings),
    ...serverRemarks(rules, surroundings),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Rules that let nothing through that others do not let through already. */
function coveredRules(rules: readonly Rule[], setting: Setting): Remark[] {
  const remarks: Remark[] = [];
  const origins = Map.groupBy(
    rules,
    ({ url, deployment }) =>
      `${url.protocol} ${url.host} ${url.port} ${deployment === '' ? (setting.defaultDeployment ?? '') : deployment}`,
  );
  const width = (rule: Rule) => methodsOf(rule, setting).length;
  for (const group of origins.values()) {
    if (group.length < 2) continue;
    // Whatever covers a rule sorts before it: shorter paths, then prefix before exact, then more methods, then the first.
    const sorted = group.toSorted(
      (a, b) =>
        compare(a.url.path, b.url.path) ||
        Number(a.match === 'exact') - Number(b.match === 'exact') ||
        width(b) - width(a) ||
        a.line - b.line,
    );
    const open: { readonly path: string; readonly allows: ReadonlyMap<string, Rule> }[] = [];
    let same: { readonly path: string; readonly allows: Map<string, Rule> } | undefined;
    for (const rule of sorted) {
      const { path } = rule.url;
      while (open.length > 0 && !path.startsWith(open.at(-1)!.path)) open.pop();
      if (same?.path !== path) same = { path, allows: new Map() };
      const above = open.at(-1)?.allows;
      const methods = methodsOf(rule, setting);
      const exactTwin = rule.match === 'exact' ? same.allows : undefined;
      const by = methods.map(method => above?.get(method) ?? exactTwin?.get(method));
      if (methods.length > 0 && by.every(one => one !== undefined))
        remarks.push(coveredRemark(rule, [...new Set(by)] as Rule[]));
      if (rule.match === 'exact') {
        for (const method of methods) if (!same.allows.has(method)) same.allows.set(method, rule);
      } else {
        const allows = new Map(above);
        for (const method of methods) allows.set(method, above?.get(method) ?? rule);
        open.push({ path, allows });
      }
    }
  }
  return remarks;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function coveredRemark(rule: Rule, by: readonly Rule[]): Remark {
  const [first] = by as [Rule];
  const isSame = by.length === 1 && first.url.path === rule.url.path && first.match === rule.match;
  const lines = by.map(({ line }) => line).sort((a, b) => a - b);
  const where =
    lines.length === 1
      ? `line ${lines[0]}`
      : `lines ${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', ...' : ''} together`;
  const hasSameMethods = isSame && String(first.methods) === String(rule.methods);
  return {
    level: 'warning',
    line: rule.line,
    column: 1,
    message: hasSameMethods
      ? `The rule repeats ${where}.`
      : `The rule is without effect: ${where} let${lines.length === 1 ? 's' : ''} through all that it would.`,
    requirement: 'ALW-06',
  };
}

function deploymentRemarks(rules: readonly Rule[], { deployments }: Surroundings): Remark[] {
  const remarks: Remark[] = [];
  const say = (rule: Rule, level: Remark['level'], message: string) =>
    remarks.push({
      level,
      line: rule.line,
      column: 1,
      message,
      requirement: 'ALW-13',
    });
  const names = new Map<string, Rule[]>();
  for (const rule of rules) {
    const same = names.get(rule.deployment);
    if (same) same.push(rule);
    else names.set(rule.deployment, [rule]);
  }
  const plain = new Map<string, string>();
  for (const [name, [first]] of names) {
    if (name === '') continue;
    if (deployments && !deployments.includes(name))
      for (const rule of names.get(name)!)
        say(
          rule,
          'error',
          `There is no deployment ${shown(name)}; there ${deployments.length === 1 ? 'is' : 'are'} ${deployments.map(one => shown(one)).join(', ')}.`,
        );
    const key = name.toLowerCase().replaceAll(/[\s_-]+/g, '');
    const other = plain.get(key);
    if (other === undefined) plain.set(key, name);
    else
      say(
        first!,
        'warning',
        `The deployment ${shown(name)} is nearly ${shown(other)} of line ${names.get(other)![0]!.line}; one of them is hardly meant.`,
      );
  }
  const unnamed = names.get('');
  const named = [...names.keys()].filter(name => name !== '');
  if (unnamed && (deployments ? deployments.length > 1 : named.length > 0)) {
    const why = deployments
      ? `there are ${deployments.length} deployments`
      : 'other rules name one, so there is more than one';
    for (const rule of unnamed)
      say(rule, 'warning', `The rule names no deployment, and ${why}: then the name is required.`);
  }
  return remarks;
}

function defaultMethodRemarks(rules: readonly Rule[], { defaultMethods }: Surroundings): Remark[] {
  const users = rules.filter(({ methods }) => methods === 'default');
  if (users.length === 0) return [];
  const [first] = users as [Rule];
  const base = { line: first.line, column: 1, requirement: 'ALW-05' } as const;
  const how = users.length === 1 ? 'This rule takes' : `This rule and ${users.length - 1} more take`;
  if (defaultMethods?.length === 0)
    return users.map(({ line }) => ({
      ...base,
      line,
      level: 'warning',
      message: 'The rule names no method and the default methods are none, so it lets nothing through.',
    }));
  return [
    {
      ...base,
      level: 'note',
      message: `${how} the default methods of the page: whoever changes those changes the rule${users.length === 1 ? '' : 's'}.`,
    },
  ];
}

const discovered: readonly Role[] = ['unified_cm', 'im_presence', 'unity_connection'];

function serverRemarks(rules: readonly Rule[], { hosts }: Surroundings): Remark[] {
  const roles = new Map(hosts.map(({ host, role }) => [host.toLowerCase(), role]));
  const remarks: Remark[] = [];
  const listed = new Set<string>();
  for (const { line, url } of rules) {
    const role = roles.get(url.host.replace(/^\[|\]$/g, ''));
    if (role === 'expressway_e' || role === 'expressway_c') {
      remarks.push({
        level: 'warning',
        line,
        column: 1,
        message: `${url.host} is an ${roleNames[role]}, which no client has to reach through this list.`,
        requirement: 'ALW-06',
      });
    } else if (role && discovered.includes(role)) {
      listed.add(url.host);
      remarks.push({
        level: 'note',
        line,
        column: 1,
        message: `${url.host} is a ${roleNames[role]} node: once it is discovered, what clients need of it is allowed without this rule.`,
        requirement: 'ALW-01',
      });
    }
  }
  const nodes = hosts.filter(({ role }) => role === 'im_presence').map(({ host }) => host.toLowerCase());
  const missing = nodes.filter(host => !listed.has(host));
  if (missing.length > 0 && missing.length < nodes.length) {
    const line = rules.find(({ url }) => nodes.includes(url.host))!.line;
    remarks.push({
      level: 'warning',
      line,
      column: 1,
      message: `Rules name some IM and Presence nodes but not ${missing.join(', ')}; file transfer needs all of them on the list.`,
      requirement: 'ALW-04',
    });
  }
  return remarks;
}
