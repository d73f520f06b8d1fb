import { Command } from 'commander';
import { version } from '../version.ts';
import { grammarOf, type OptionWords, type VerbWords } from './grammar.ts';

/** `mradar manual`: the manual page, in the language of man(7). */
export function manual(): Command {
  return new Command('manual')
    .description('prints the manual page; read it with: mradar manual | man -l -')
    .action((_options: object, command: Command) => {
      process.stdout.write(toManual(command.parent!.description(), grammarOf(command.parent!)));
    });
}

/** When the page was last looked over. */
const dated = '2026-11-20';

function toManual(purpose: string, verbs: readonly VerbWords[]): string {
  return `.TH MRADAR 1 ${dated} "mradar ${version}" "User Commands"
.SH NAME
mradar \\- watches and troubleshoots Cisco Expressway Mobile and Remote Access
.SH SYNOPSIS
.B mradar
.I command
.RI [ options ]
.SH DESCRIPTION
${text(purpose)}
It looks at DNS, ports, TLS, certificates and what the servers answer,
names the documented cause of what is wrong, and tells the remedy.
As a daemon it serves a status page, an API and metrics for Prometheus.
.SH COMMANDS
${verbs.map(verbText).join('\n')}
.SH EXIT STATUS
0 ok, 1 warning, 2 critical, 3 unknown or wrong usage,
as monitoring plugins say it.
.SH SIGNALS
.TP
.B SIGHUP
.B mradar run
reads its configuration again; one that is invalid changes nothing.
.TP
.BR SIGTERM ", " SIGINT
It ends what is under way within a few seconds, and exits;
a second one ends it at once.
.SH ENVIRONMENT
.TP
.B STATE_DIRECTORY
Where
.B mradar run
keeps its history, as
.IR mradar.db ,
when the configuration names no file.
.TP
.B NO_COLOR
No colours on the terminal.
.SH FILES
.TP
.I /etc/mradar/mradar.yaml
The configuration that the supplied service reads.
.TP
.I /etc/mradar/web.yaml
TLS and authentication of what is served, for
.BR \\-\\-web\\-config .
.SH EXAMPLES
.EX
mradar troubleshoot example.com
mradar run \\-\\-config /etc/mradar/mradar.yaml
mradar explain 502 next hop
.EE
.SH SEE ALSO
.BR prometheus (1),
.BR systemd.service (5)
`;
}

function verbText({ name, description, usage, options, arguments: given }: VerbWords): string {
  const words = given
    .filter(one => one.description !== '' || one.choices.length > 0)
    .map(one => {
      const choices = one.choices.length > 0 ? ` (${one.choices.join(', ')})` : '';
      return `.TP\n.I ${text(one.name)}\n${text(`${one.description}${choices}`)}`;
    });
  return [
    `.SS ${text(`mradar ${name} ${usage}`)}`,
    `${text(sentence(description))}`,
    ...words,
    ...options.filter(({ long }) => long !== '--help').map(optionText),
  ].join('\n');
}

function optionText({ short, long, description, value, choices }: OptionWords): string {
  const names = [...(short === undefined || short === long ? [] : [short]), long].map(
    name => `\\fB${text(name)}\\fR`,
  );
  const shown = value === undefined ? '' : ` \\fI${text(value)}\\fR`;
  const among = choices.length > 0 ? ` (${choices.join(', ')})` : '';
  return `.TP\n${names.join(', ')}${shown}\n${text(sentence(description + among))}`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/** Nothing in it is taken for a request or an escape; no line is longer than the tools like. */
function text(words: string): string {
  return words
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/(.{40,78}) /g, '$1\n')
    .replace(/^([.'])/gm, '\\&$1');
}
