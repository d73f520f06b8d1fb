/** error: the file is not what the documents define; warning: it is, but hardly what was meant; note: worth a thought. */
export const levels = ['error', 'warning', 'note'] as const;
export type Level = (typeof levels)[number];

/** Where each requirement is written down. */
const sources = {
  'ALW-01': { document: 'D1', section: 'About the HTTP Allow List on Expressway-C' },
  'ALW-04': { document: 'D1', section: 'AFT feature' },
  'ALW-05': { document: 'D1', section: 'Edit the HTTP Allow List' },
  'ALW-06': { document: 'D1', section: 'Edit the HTTP Allow List' },
  'ALW-07': { document: 'D1', section: 'Edit the HTTP Allow List' },
  'ALW-08': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-09': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-10': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-11': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-12': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-13': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-14': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-15': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-16': { document: 'D1', section: 'Allow List Rules File Reference' },
  'ALW-17': { document: 'D1', section: 'Allow List Tests File Reference' },
  'ALW-18': { document: 'D1', section: 'Allow List Tests File Reference' },
  'ALW-19': { document: 'D1', section: 'Allow List Tests File Reference' },
  'ALW-20': { document: 'D1', section: 'Allow List Tests File Reference' },
  'ALW-21': { document: 'D1', section: 'Allow List Tests File Reference' },
  'ALW-26': { document: 'D1', section: 'Edit the HTTP Allow List' },
} as const;

/** A documented requirement on the allow list. */
export type Requirement = keyof typeof sources;

/** All that `mradar allow-list` judges. */
export const judgedRequirements = Object.keys(sources) as readonly Requirement[];

/** One thing said about one place of a file. Lines and columns count from 1, columns in UTF-16 units. */
export type Remark = {
  readonly level: Level;
  readonly line: number;
  readonly column: number;
  /** One sentence: what was found, and what was expected. */
  readonly message: string;
  readonly requirement: Requirement;
};

/** The document and section that a requirement stands in. */
export function sourceOf(requirement: Requirement): { readonly document: string; readonly section: string } {
  return sources[requirement];
}

/** The entry of the knowledge base that tells more, if there is one. */
export function entryOf({ level, requirement }: Remark): string | undefined {
  if (level === 'error') return 'ALLOW-005';
  if (requirement === 'ALW-04') return 'ALLOW-002';
  if (requirement === 'ALW-05') return 'ALLOW-003';
  return requirement === 'ALW-07' && level === 'warning' ? 'ALLOW-004' : undefined;
}

const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\ufffd]/gu;

/** A value of the file for a sentence: in double quotes, cut, without characters that a terminal would act upon. */
export function shown(text: string, longest = 80): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return `"${cut.replace(unsafe, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)}"`;
}
