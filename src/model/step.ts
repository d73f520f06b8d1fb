import type { Subject } from './subject.ts';

/** What a DNS step asked, as `view:question`. Other probes need no topic: their subject has one purpose. */
export const questions = [
  'srv/collab-edge',
  'srv/collab-edge-tcp',
  'srv/collab-edge-underscore',
  'srv/collab-edge-bare-tls',
  'srv/cisco-uds',
  'srv/cisco-uds-underscore',
  'srv/cuplogin',
  'srv/sips',
  'address/a',
  'address/aaaa',
  'address/bare-a',
  'reverse/ptr',
  'control/a',
] as const;
export type Question = (typeof questions)[number];
export type Topic = `${'public' | 'internal'}:${Question}`;

/**
 * One probe to run on one subject. Planned by a pure function of the configuration and the latest DNS answers, so two
 * plans can be compared by `id`: same id, same work.
 */
export type Step<ProbeId extends string = string, Options = unknown> = {
  readonly id: string;
  readonly probe: ProbeId;
  readonly subject: Subject;
  readonly topic?: Topic;
  /** One clause for `mradar plan`: why this is looked at. */
  readonly why: string;
  readonly options: Options;
  /** Milliseconds for one stage of the conversation; the whole step may take a few of them. */
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** The address that is spoken to: concurrency is capped per host. */
  readonly host: string;
  /** Set when the answer counts against an intrusion-protection limit of the target (401, 404): one unit of its budget. */
  readonly budget?: string;
  /** Set when a secret is tried: never two at the same time, and none any more once one of them was refused. */
  readonly credential?: string;
  /** The step whose answer put this one into the plan. */
  readonly after?: string;
  /** Set when something upstream already failed, so that the step cannot run: the id of that step, and why. */
  readonly blocked?: { readonly by: string; readonly why: string };
};
