import { Command, InvalidArgumentError, Option } from 'commander';
import { type Role, roles } from '../model/subject.ts';
import { statusOfOutcome, toData, toText } from '../offline/certificates/tell.ts';
import { stableJson } from '../publish/json.ts';
import { type Examination, examine } from './examine.ts';
import { exitStatus } from './troubleshoot.ts';

type Options = Examination & { readonly format: 'text' | 'json' };

const collect = (value: string, all: readonly string[] = []) => [...all, value];
const kebab = (role: Role) => role.replaceAll('_', '-');

/** `mradar certificate`: one certificate with its path, from files or from a server, against the rules of a role. */
export function certificate(): Command {
  return new Command('certificate')
    .description('judges a certificate and its path, from files or from a server')
    .argument('<target...>', 'files (PEM, DER, PKCS#7, PKCS#12), or one HOST:PORT')
    .addOption(
      new Option('--role <role>', 'whose certificate it is').choices(roles.map(kebab)).argParser(value => {
        const role = roles.find(one => kebab(one) === value || one === value);
        if (!role) throw new InvalidArgumentError(`It has to be one of ${roles.map(kebab).join(', ')}.`);
        return role;
      }),
    )
    .option('--domain <domain>', 'a domain that users sign in with, may be repeated', collect)
    .option('--host <name>', 'the name or address under which clients look for the server')
    .option('--product-version <version>', 'version of the server, X15.4')
    .option('-c, --config <file>', 'configuration file: domains, versions, profile names and trust')
    .option('--deployment <name>', 'which deployment of the configuration')
    .option('--trust <file>', 'trust anchors beside the default store, may be repeated', collect)
    .option('--only-trust', 'trust nothing but --trust, as an Expressway trusts its own list only')
    .option('--at <time>', 'judge as of this time, ISO 8601 (default: now)', moment)
    .option('--strict', 'hold every certificate to the letter of RFC 5280, as few clients do')
    .option('--password-file <file>', 'password of a PKCS#12 file; or set MRADAR_PASSWORD')
    .option('--timeout <seconds>', 'bound of one stage of a live connection', seconds, 5)
    .addOption(new Option('--format <format>', 'output').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  $ mradar certificate expe1.pem chain.pem --role expressway-e --domain example.com --host expe1.example.com
  $ mradar certificate expe1.example.com:8443 --role expressway-e --domain example.com
  $ mradar certificate expc.p12 --password-file p12.txt --role expressway-c --trust ca.pem --only-trust
  $ mradar certificate server.pem --at 2027-01-01 --format json

The verdict is about the path and, with --host, the name. Exit status: 0 trusted and fit for the role, 1 warning,
2 not trusted or a rule of the role is broken, 3 unknown or wrong usage.`,
    )
    .action(async (targets: readonly string[], options: Options) => {
      const outcome = await examine(targets, options);
      process.stdout.write(options.format === 'json' ? stableJson(toData(outcome)) : toText(outcome));
      process.exitCode = exitStatus[statusOfOutcome(outcome)];
    });
}

function moment(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new InvalidArgumentError('It has to be a time such as 2027-01-31 or 2027-01-31T12:00:00Z.');
  return ms;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0.1 && value <= 60)) throw new InvalidArgumentError('It has to be a number from 0.1 to 60.');
  return value;
}
