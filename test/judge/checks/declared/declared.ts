import type { DeclaredNode, Deployment } from '../../../../src/model/deployment.ts';
import type { Role } from '../../../../src/model/subject.ts';
import { deployment } from '../../round.ts';

/** A deployment that declares these nodes and nothing else. */
export function declares(
  nodes: Partial<Record<Role, readonly (string | DeclaredNode)[]>>,
  facts: Partial<Deployment> = {},
): Partial<Deployment> {
  const listed = Object.entries(nodes).map(([role, list]) => [
    role,
    list.map(node => (typeof node === 'string' ? { name: node } : node)),
  ]);
  return { ...facts, nodes: { ...deployment().nodes, ...Object.fromEntries(listed) } };
}
