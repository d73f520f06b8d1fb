import type { Fields } from './fields.ts';

const anyPolicy = '2.5.29.32.0';

/**
 * Whether the certificate policies of a path allow it, for somebody who takes any policy: false when a certificate demands an
 * explicit policy and none is valid for all of the path. `path` goes from the one below the trust anchor to the leaf. RFC 5280
 * section 6.1, with sets in place of the tree (RFC 9618), so that the work stays linear.
 */
export function policiesHold(path: readonly Fields[]): boolean {
  let valid = new Map<string, ReadonlySet<string>>([[anyPolicy, new Set([anyPolicy])]]);
  let explicit = path.length + 1;
  let inhibitAny = path.length + 1;
  let mapping = path.length + 1;
  for (const [i, fields] of path.entries()) {
    const last = i === path.length - 1;
    const selfIssued = fields.subjectKey === fields.issuerKey;
    valid = fields.policies
      ? nextPolicies(valid, fields.policies, inhibitAny > 0 || (!last && selfIssued))
      : new Map();
    if (explicit === 0 && valid.size === 0) return false;
    if (last) {
      if (explicit > 0) explicit--;
      if (fields.requireExplicitPolicy === 0) explicit = 0;
      return explicit > 0 || valid.size > 0;
    }
    if (fields.policyMappings.some(pair => pair.includes(anyPolicy))) return false;
    valid = mapPolicies(valid, fields.policyMappings, mapping > 0);
    if (!selfIssued) {
      explicit = Math.max(0, explicit - 1);
      mapping = Math.max(0, mapping - 1);
      inhibitAny = Math.max(0, inhibitAny - 1);
    }
    explicit = Math.min(explicit, fields.requireExplicitPolicy ?? explicit);
    mapping = Math.min(mapping, fields.inhibitPolicyMapping ?? mapping);
    inhibitAny = Math.min(inhibitAny, fields.inhibitAnyPolicy ?? inhibitAny);
  }
  return true;
}

/** Valid policies of the next certificate, each with the policies that it expects below. */
function nextPolicies(
  valid: ReadonlyMap<string, ReadonlySet<string>>,
  policies: readonly string[],
  allowAny: boolean,
): Map<string, ReadonlySet<string>> {
  const expected = new Set([...valid.values()].flatMap(set => [...set]));
  const next = new Map<string, ReadonlySet<string>>();
  for (const policy of policies)
    if (policy !== anyPolicy && (expected.has(policy) || valid.has(anyPolicy)))
      next.set(policy, new Set([policy]));
  if (allowAny && policies.includes(anyPolicy))
    for (const policy of expected) if (!next.has(policy)) next.set(policy, new Set([policy]));
  return next;
}

function mapPolicies(
  valid: Map<string, ReadonlySet<string>>,
  mappings: Fields['policyMappings'],
  allowed: boolean,
): Map<string, ReadonlySet<string>> {
  const mapped = new Map(valid);
  for (const [from, pairs] of Map.groupBy(mappings, ([issuer]) => issuer)) {
    if (!allowed) mapped.delete(from);
    else if (valid.has(from) || valid.has(anyPolicy)) mapped.set(from, new Set(pairs.map(([, to]) => to)));
  }
  return mapped;
}
