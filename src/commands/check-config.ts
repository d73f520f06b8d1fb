import { Command } from 'commander';
import { readConfig } from '../config/config.ts';

/** `mradar check-config`: says what is wrong where, or that nothing is. */
export function checkConfig(): Command {
  return new Command('check-config')
    .description('validates a configuration file and tells every problem at once')
    .argument('<file>', 'the configuration file')
    .addHelpText('after', '\nExamples:\n  $ mradar check-config mradar.yaml\n\nExit status: 0 valid, 3 not.')
    .action((file: string) => {
      const { deployments } = readConfig(file);
      const noun = deployments.length === 1 ? 'deployment' : 'deployments';
      process.stdout.write(`${file}: valid, ${deployments.length} ${noun}\n`);
    });
}
