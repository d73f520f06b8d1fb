import { Argument, Command } from 'commander';
import { grammarOf, type OptionWords, type VerbWords } from './grammar.ts';

const writers = { bash: toBash, zsh: toZsh, fish: toFish } as const;
type Shell = keyof typeof writers;

/** `mradar completion`: what a shell needs to complete the verbs and their options. */
export function completion(): Command {
  return new Command('completion')
    .description('prints what a shell needs to complete this program')
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(writers)))
    .addHelpText(
      'after',
      '\nExamples:\n  $ mradar completion bash > /etc/bash_completion.d/mradar\n  $ mradar completion zsh > /usr/local/share/zsh/site-functions/_mradar\n  $ mradar completion fish > ~/.config/fish/completions/mradar.fish',
    )
    .action((shell: Shell, _options: object, command: Command) => {
      process.stdout.write(writers[shell](grammarOf(command.parent!)));
    });
}

function toBash(verbs: readonly VerbWords[]): string {
  const after = verbs.flatMap(({ name, options }) =>
    options
      .filter(({ value }) => value !== undefined)
      .map(option => {
        const names = namesOf(option).map(one => `'${name} ${one}'`);
        const answer = option.choices.length > 0 ? `-W '${option.choices.join(' ')}'` : '-f';
        return `    ${names.join(' | ')}) COMPREPLY=($(compgen ${answer} -- "$word")); return ;;`;
      }),
  );
  const words = verbs.map(
    ({ name, options, arguments: given }) =>
      `    ${name}) words='${[...options.flatMap(namesOf), ...given.flatMap(({ choices }) => choices)].join(' ')}' ;;`,
  );
  const all = verbs.map(({ name }) => name);
  return `# bash completion for mradar; made by: mradar completion bash
_mradar() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} verb='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    ${all.join(' | ')}) verb=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case "$verb $before" in
${after.join('\n')}
  esac
  case $verb in
    '') words='${all.join(' ')} --help --version' ;;
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  if [[ -n $verb && $word != -* && \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _mradar mradar
`;
}

function toZsh(verbs: readonly VerbWords[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const plain = (text: string) => text.replace(/([[\]:\\])/g, '\\$1');
  const specOf = ({ short, long, description, value, choices }: OptionWords) => {
    const end =
      value === undefined
        ? ''
        : `:${plain(value)}:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}`;
    const names = short === undefined || short === long ? [long] : [short, long];
    const apart = names.length > 1 ? `(${names.join(' ')})` : '';
    return names.map(name => quoted(`${apart}${name}[${plain(description)}]${end}`)).join(' ');
  };
  const cases = verbs.map(({ name, options, arguments: given }) => {
    const rest = given.flatMap(({ choices }) => choices);
    const last = rest.length > 0 ? `'*:argument:(${rest.join(' ')})'` : "'*:file:_files'";
    return `    ${name}) _arguments ${[...options.map(specOf), last].join(' ')} ;;`;
  });
  return `#compdef mradar
# made by: mradar completion zsh
_mradar() {
  local -a verbs=(
${verbs.map(({ name, description }) => `    ${quoted(`${name}:${plain(description)}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command verbs
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _mradar ]]; then _mradar "$@"; else compdef _mradar mradar; fi
`;
}

function toFish(verbs: readonly VerbWords[]): string {
  const quoted = (text: string) => `'${text.replace(/(['\\])/g, '\\$1')}'`;
  const lines = verbs.flatMap(({ name, description, options, arguments: given }) => [
    `complete -c mradar -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ...options.map(({ short, long, description: about, value, choices }) =>
      [
        `complete -c mradar -n '__fish_seen_subcommand_from ${name}'`,
        ...(long.startsWith('--') ? [`-l ${long.slice(2)}`] : []),
        ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
        ...(value === undefined ? [] : [choices.length > 0 ? `-x -a '${choices.join(' ')}'` : '-r -F']),
        `-d ${quoted(about)}`,
      ].join(' '),
    ),
    ...given
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ choices }) =>
          `complete -c mradar -f -n '__fish_seen_subcommand_from ${name}' -a '${choices.join(' ')}'`,
      ),
  ]);
  return `# made by: mradar completion fish\n${lines.join('\n')}\n`;
}

function namesOf({ short, long }: OptionWords): readonly string[] {
  return short === undefined || short === long ? [long] : [short, long];
}
