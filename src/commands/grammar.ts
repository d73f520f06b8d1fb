import type { Command } from 'commander';

/** One way of saying something to a command. */
export type OptionWords = {
  readonly short?: string;
  readonly long: string;
  readonly description: string;
  /** How the value is called; absent when it takes none. */
  readonly value?: string;
  readonly choices: readonly string[];
};

/** One verb, as far as a shell or a manual has to know it. */
export type VerbWords = {
  readonly name: string;
  readonly description: string;
  readonly usage: string;
  readonly options: readonly OptionWords[];
  readonly arguments: readonly {
    readonly name: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
};

/** What can be said to the program, taken from the program itself, so that it cannot go stale. */
export function grammarOf(program: Command): readonly VerbWords[] {
  const help = program.createHelp();
  return help
    .visibleCommands(program)
    .filter(command => command.name() !== 'help')
    .map(command => ({
      name: command.name(),
      description: command.description(),
      usage: command.usage(),
      options: help.visibleOptions(command).map(({ short, long, description, flags, argChoices = [] }) => {
        const value = /[<[](.+?)[\]>]/.exec(flags)?.[1];
        return {
          ...(short ? { short } : {}),
          ...{ long: long ?? short!, description, choices: argChoices },
          ...(value === undefined ? {} : { value }),
        };
      }),
      arguments: command.registeredArguments.map(one => ({
        ...{ name: one.name(), description: one.description, choices: one.argChoices ?? [] },
      })),
    }));
}
