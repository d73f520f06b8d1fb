import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { type Deployment, startDeployment, type Vantage } from './deployment.ts';
import { type Fault, faults, type Told } from './deployment-faults.ts';
import { healthySite } from './deployment-site.ts';
import { causes, troubleshoot } from './mradar.ts';
import { whyNoNamespaces } from './namespaces.ts';
import { patience } from './tools.ts';

vi.setConfig(patience);

const why = await whyNoNamespaces();
if (why !== undefined) console.warn(`test/lab/deployment.test.ts is skipped: ${why}`);

describe.skipIf(why !== undefined)('a deployment of real servers', () => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment?.stop());

  const fileOf = (vantage: Vantage) => join(deployment.folder, `${vantage}.json`);
  /** Once more when this machine was too busy to look, which says nothing about the deployment. */
  async function lookFrom(vantage: Vantage, again = 2): Promise<Look> {
    const words = ['--config', deployment.configuration[vantage], '--save', fileOf(vantage)];
    const look = await troubleshoot(words, deployment.network.at[vantage]);
    const isBusy = look.report.diagnosis.causes.some(({ code }) => code === 'PROBER_OVERLOADED');
    return isBusy && again > 0 ? lookFrom(vantage, again - 1) : look;
  }

  describe('without a fault', () => {
    test.each<Vantage>(['outside', 'dmz', 'inside'])(
      'is healthy seen from %s, with nothing unknown that could be known',
      async vantage => {
        const look = await lookFrom(vantage);
        expect(told(look)).toEqual([0]);
        expect(unknown(look.report)).toEqual([]);
      },
    );
  });

  describe('with a fault', () => {
    afterAll(() => deployment.bring(healthySite()));

    test.each(faults)('$name: $done', async ({ change, entry, seen, together }) => {
      const site = healthySite();
      change(site);
      await deployment.bring(site);
      const vantages = Object.keys(seen) as Vantage[];
      const looks = await Promise.all(vantages.map(vantage => lookFrom(vantage)));
      expect(Object.fromEntries(looks.map((look, i) => [vantages[i], told(look)]))).toEqual(seen);
      const reports = looks.map(({ report }) => report);
      if (together !== undefined) {
        const look = await troubleshoot(vantages.flatMap(vantage => ['--from', fileOf(vantage)]));
        expect(told(look)).toEqual(together);
        reports.unshift(look.report);
      }
      expect(reports.map(firstEntry).find(id => id !== undefined)).toBe(entry);
    });
  });

  describe('healed', () => {
    test.each<Vantage>(['outside', 'dmz', 'inside'])('is healthy again seen from %s', async vantage => {
      expect(told(await lookFrom(vantage))).toEqual([0]);
    });

    test('nothing was sent to anybody else', async () => {
      expect(await deployment.network.strays()).toBe(0);
    });
  });
});

type Look = { readonly status: number; readonly report: Report };

/** Exit status and causes above info. */
function told({ status, report }: Look): Told {
  return [status as Told[0], ...causes(report)];
}

function firstEntry({ diagnosis }: Report): string | undefined {
  return diagnosis.causes[0]?.entry?.id;
}

/** What could not be judged, but for media ports: silence on UDP says nothing. */
function unknown({ judgements }: Report): readonly string[] {
  return judgements.flatMap(({ check, subject, verdict }) =>
    verdict === 'unknown' && check !== 'port/media' ? [`${check} ${subject}`] : [],
  );
}

test('every fault has a name of its own', () => {
  const names = faults.map(({ name }: Fault) => name);
  expect(new Set(names).size).toBe(names.length);
});
