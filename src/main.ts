#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { allowList } from './commands/allow-list.ts';
import { certificate } from './commands/certificate.ts';
import { checkConfig } from './commands/check-config.ts';
import { completion } from './commands/completion.ts';
import { coverage } from './commands/coverage.ts';
import { csr } from './commands/csr.ts';
import { demo } from './commands/demo.ts';
import { explain } from './commands/explain.ts';
import { firewall } from './commands/firewall.ts';
import { history } from './commands/history.ts';
import { logs } from './commands/logs.ts';
import { manual } from './commands/manual.ts';
import { plan } from './commands/plan.ts';
import { run } from './commands/run.ts';
import { troubleshoot } from './commands/troubleshoot.ts';
import { OperatorError } from './model/problem.ts';
import { version } from './version.ts';

const program = new Command('mradar')
  .description('Watches and troubleshoots Cisco Expressway Mobile and Remote Access (MRA).')
  .version(version)
  .showSuggestionAfterError()
  .configureHelp({ sortSubcommands: false })
  .exitOverride()
  .addHelpText(
    'after',
    `
Examples:
  $ mradar troubleshoot example.com          one round from here, the cause first
  $ mradar run --config mradar.yaml          watch, serve the status page and /metrics
  $ mradar explain 502 next hop              what is documented about a symptom
  $ mradar demo                              a simulated deployment with faults to switch on

Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or wrong usage (Monitoring Plugins).`,
  );
for (const verb of [
  troubleshoot,
  run,
  history,
  explain,
  coverage,
  plan,
  checkConfig,
  logs,
  certificate,
  csr,
  allowList,
  firewall,
  demo,
  completion,
  manual,
]) {
  program.addCommand(verb().exitOverride());
}

// Whoever reads a pipe may have seen enough: `mradar explain ... | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 3;
  else if (error instanceof OperatorError) {
    for (const { place, message } of error.problems) process.stderr.write(`${place}: ${message}\n`);
    process.exitCode = 3;
  } else {
    process.stderr.write(`mradar ${version} made a mistake of its own; please report it:\n`);
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 3;
  }
}
