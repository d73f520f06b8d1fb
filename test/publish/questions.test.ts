import { describe, expect, test } from 'vitest';
import type { Cause, OperatorQuestion } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { toMarkdown } from '../../src/publish/markdown.ts';
import { createMetrics } from '../../src/publish/metrics.ts';
import { toText } from '../../src/publish/text.ts';
import { questionsOf } from '../../src/publish/words.ts';
import { createStore } from '../../src/store/store.ts';
import { cause, finding, report } from './report.ts';

const question = (where: string): OperatorQuestion => ({ where, expect: 'On' });

function asking(code: string, questions: readonly OperatorQuestion[], change: Partial<Cause> = {}): Cause {
  const whole = cause([finding('example', { code })], [], change);
  return { ...whole, entry: { ...whole.entry!, questions } };
}

function withCauses(...causes: readonly Cause[]): Report {
  return report({ diagnosis: { status: 'critical', headline: 'Sign-in fails', causes } });
}
const bare = { colour: false, width: 100, timings: false, verbose: false };

describe('questions', () => {
  test('of the worst cause come first, each once, five at most', () => {
    const told = withCauses(
      asking('A', [question('a'), question('b')]),
      asking('B', ['b', 'c', 'd', 'e', 'f'].map(question)),
    );
    expect(questionsOf(told).map(({ where }) => where)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('are not asked for what is silenced or needs nobody to act', () => {
    const told = withCauses(
      asking('A', [question('a')], { silenced: { reason: 'known', until: '2026-12-01T00:00:00.000Z' } }),
      asking('B', [question('b')], { severity: 'info' }),
    );
    expect(questionsOf(told)).toEqual([]);
  });

  test('stand behind the causes, in text and in Markdown', () => {
    const told = withCauses(asking('A', [question('System > Time on both Expressways')]));
    expect(toText(told, bare)).toContain('1 System > Time on both Expressways - has to be: On');
    expect(toText(told, bare).indexOf('Only a person')).toBeGreaterThan(toText(told, bare).indexOf('more'));
    expect(toMarkdown(told)).toContain('## Only a person can tell\n\n1. System &gt; Time on both');
  });
});

test('what is silenced is in no metric that alarms', async () => {
  const silenced = { reason: 'known', until: '2026-12-01T00:00:00.000Z' };
  const store = createStore();
  store.put(
    withCauses(
      cause([finding('example')], [], { silenced }),
      cause([finding('example', { code: 'OTHER_CODE' })]),
    ),
  );
  const text = (await createMetrics({ store, version: '1.2.3' }).exposition('')).pieces.join('');
  expect(text).toContain('OTHER_CODE');
  expect(text).not.toContain('CERT_CHAIN_INCOMPLETE');
});

test('what is silenced says why and until when', () => {
  const silenced = { reason: 'the new one is *ordered*', until: '2026-12-01T00:00:00.000Z' };
  const told = withCauses(cause([finding('example')], [], { silenced }));
  expect(toText(told, bare)).toContain('silenced  until 2026-12-01 00:00 UTC: the new one is *ordered*');
  expect(toMarkdown(told)).toContain('Silenced until 2026-12-01 00:00 UTC: the new one is \\*ordered\\*.');
});
