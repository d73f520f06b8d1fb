import type { Cause } from '../../model/finding.ts';
import type { Role } from '../../model/subject.ts';
import type { FoundCertificate, FoundSetting } from './collected.ts';

/** What lay together: one archive, or the files that were given one by one. */
export type Archive = {
  /** The path of the archive; empty for files given one by one. */
  readonly place: string;
  readonly files: readonly string[];
  readonly certificates: readonly FoundCertificate[];
  readonly settings: readonly FoundSetting[];
  readonly versions: readonly string[];
};

/** A server whose certificate or configuration was judged. */
export type JudgedNode = {
  readonly host: string;
  readonly role: Role;
  readonly version?: string;
  readonly place: string;
};

/** What the documents say of the certificates and settings in archives; plain JSON. */
export type JudgedArchives = {
  readonly nodes: readonly JudgedNode[];
  readonly domains: readonly string[];
  readonly causes: readonly Cause[];
  readonly passed: readonly { readonly check: string; readonly host: string; readonly holds: string }[];
  readonly unknown: readonly { readonly check: string; readonly host: string; readonly because: string }[];
  readonly notes: readonly { readonly place: string; readonly message: string }[];
};

/** Says what certificates and settings are worth; it knows the checks, which reading files does not. */
export type JudgeArchives = (archives: readonly Archive[]) => JudgedArchives;

/** Which archive a file came from. */
export function placeOf(file: string, paths: readonly string[]): string {
  const archives = paths.flatMap(path => [path, path.replace(/[.]t?gz$/i, '')]);
  return archives.find(path => path !== '-' && file.startsWith(`${path}/`)) ?? '';
}

/** The name of the host that wrote an archive, as the names of its files tell. */
export function hostInNames(files: readonly string[]): string | undefined {
  const names = files.map(file => file.replace(/^.*[/\\]/, ''));
  return names
    .map(name => /^(?:loggingsnapshot|xconf_dump|xstat_dump)_([\w.-]+?)_\d{4}/.exec(name)?.[1])
    .find(host => host !== undefined);
}
