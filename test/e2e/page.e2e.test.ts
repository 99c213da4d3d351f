/** The console's page as its reader sees it: real models, real services, real Kafka, real browser. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { loadApplicants, loadModel, toApplication, trafficHalf } from '@understudy/example-mortgage';
import type { Browser, Locator, Page } from 'playwright-core';
import { type MortgagePipeline, startMortgagePipeline, type ToSend } from '../page/mortgage-pipeline.ts';
import { launchBrowser } from '../support/browser.ts';
import { type TestCluster, testCluster } from '../support/cluster.ts';
import { waitFor } from '../support/wait-for.ts';

const timeoutMs = 60_000;
const requests = 500;
const boosted = 'mortgage.boosted.live';
const hostileId = '<img src="/none" onerror="document.title=`taken`">';

interface LaneAnswer {
  readonly since: number;
  readonly windowEnd: number;
  readonly verdict: string;
  readonly ledger: { readonly sampled: number; readonly compared: number };
  readonly agreement: Interval;
  readonly statistics: readonly { readonly name: string; readonly estimate: number | null }[];
  readonly criteria: readonly { readonly reason: string; readonly outcome: string }[];
  readonly segments: readonly {
    readonly segment: { readonly field: string; readonly value: string };
    readonly agreement: Interval;
    readonly compared: number;
    readonly flagged: boolean;
  }[];
}

interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** `88.3% [84.7, 91.4]` */
function written({ estimate, lower, upper }: Interval, digits: number): string {
  const [middle, ...ends] = [estimate, lower, upper].map((share) => (share * 100).toFixed(digits));
  return `${middle}% [${ends.join(', ')}]`;
}

/** Applicants of the half that no model has seen; the last is a self-employed one whom the two models treat differently. */
function applicantsToSend(): readonly ToSend[] {
  const all = trafficHalf(loadApplicants());
  const production = loadModel('production');
  const shadow = loadModel('shadow');
  const last = all.findLast(
    (applicant) =>
      applicant.self_employed === 'yes' &&
      production.predict(toApplication(applicant)).decision !==
        shadow.predict(toApplication(applicant)).decision,
  );
  assert.ok(last);
  const others = all.filter((applicant) => applicant !== last).slice(0, requests - 1);
  return [
    ...others.map((applicant) => ({ id: applicant.applicant_id, applicant })),
    { id: last.applicant_id, applicant: last },
  ];
}

/** What a model says, as the page puts it. */
function says(model: 'production' | 'shadow', { applicant }: ToSend): string {
  const { decision, score } = loadModel(model).predict(toApplication(applicant));
  return `${decision} ${Number(score.toPrecision(3))}`;
}

suite('the page', () => {
  let cluster: TestCluster;
  let pipeline: MortgagePipeline;
  let browser: Browser;
  let page: Page;
  const sent = applicantsToSend();
  const differing = sent.at(-1) ?? assert.fail('nobody differs');
  const complaints: string[] = [];
  const asked = new Set<string>();

  before(async () => {
    browser = await launchBrowser();
    cluster = await testCluster();
    pipeline = await startMortgagePipeline(cluster);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await page.goto(pipeline.consoleAddress);
  });
  after(async () => {
    await browser?.close();
    await pipeline?.close();
    await cluster?.stop();
  });

  function card(lane: string): Locator {
    return page.locator(`[id="${lane}"]`);
  }

  async function sees(what: string, locator: () => Locator): Promise<void> {
    await waitFor(async () => (await locator().count()) > 0, { what, timeoutMs });
  }

  async function api(lane: string): Promise<LaneAnswer> {
    const response = await fetch(`${pipeline.consoleAddress}/api/lanes/${lane}`);
    return (await response.json()) as LaneAnswer;
  }

  /** The card says that so many requests were sampled. */
  async function hasSampled(lane: string, count: number): Promise<void> {
    const sum = `${count.toLocaleString('en-US')} sampled =`;
    await sees(`${lane} to show "${sum}"`, () => card(lane).getByText(sum));
  }

  test('says so while no lane has closed a window', async () => {
    await sees('the empty page', () => page.getByText('No lane has closed a window yet.'));
    await sees('the connection', () => page.getByText('live', { exact: true }));
  });

  test('fills itself: each lane with its verdict and intervals as the API has them', async () => {
    await page.evaluate("document.body.setAttribute('data-never-reloaded', '')");
    await pipeline.send(sent.slice(0, -1));
    await pipeline.send([differing]); // the newest
    for (const lane of [boosted, 'mortgage.repaired.live']) {
      await hasSampled(lane, requests);
      const { verdict, agreement, criteria, ledger, segments } = await api(lane);
      assert.equal(ledger.sampled, requests);
      const text = (await card(lane).innerText()).replaceAll(/\s+/g, ' ');
      const evaluated = criteria.find(({ outcome }) => outcome !== 'not_evaluated');
      const sum = `${requests} sampled = ${ledger.compared} compared`;
      for (const said of [
        verdict,
        `${written(agreement, 1)} of answers agree`,
        evaluated?.reason ?? '',
        sum,
      ]) {
        assert.ok(text.includes(said), `"${said}" in: ${text}`);
      }
      const rows = await card(lane).locator('.segments li').allInnerTexts();
      assert.deepEqual(
        rows.map((row) => row.split('\n').slice(0, 2)),
        segments.map(({ segment, agreement: of, compared }) => [
          `${segment.field} = ${segment.value}`,
          `${written(of, 0)} of ${compared}`,
        ]),
      );
    }
    await sees('the overview', () => page.locator('#summary').getByText(/^2 lanes: 1 fails, /));
    const nothing = 'nothing waits for the next window'; // the ticks that closed the last one don't
    await sees('that nothing waits', () => card(boosted).getByText(nothing));
  });

  test('names the segment that the fault is in, first and flagged', async () => {
    const first = card(boosted).locator('.segments li').first();
    assert.match(await first.innerText(), /^self_employed = yes\n.*\nbelow its margin of 90%$/);
    assert.equal(await card(boosted).locator('.segments li.flagged').count(), 1);
  });

  test('shows a real pair that differs, in words, and opens it', async () => {
    const example = card(boosted).locator('.examples li').first();
    const sentence = `${differing.id}: production ${says('production', differing)}, shadow ${says('shadow', differing)}`;
    await waitFor(async () => (await example.innerText()).includes(sentence), {
      what: `"${sentence}"`,
      timeoutMs,
    });
    assert.match(await example.innerText(), /^self_employed = yes\n/);
    assert.match(
      await example.innerText(),
      new RegExp(`debt_to_income ${differing.applicant.debt_to_income}`),
    );
    await example.getByText('Request and both answers').click();
    assert.match(await example.locator('pre').nth(1).innerText(), /"decision": "(approved|denied)"/);
    await example.getByText('Request and both answers').click();
  });

  test('draws agreement and latency, each with the same as a sentence', async () => {
    const agreement = card(boosted).locator('.frame').first();
    const { agreement: now } = await api(boosted);
    const label = (await agreement.getAttribute('aria-label')) ?? '';
    assert.match(label, /^Agreement over \d+ windows, now /);
    assert.ok(label.includes(written(now, 1)), label);
    const { width, height } = (await agreement.locator('path.band').boundingBox()) ?? assert.fail('no band');
    assert.ok(width > 300 && height > 10, `${width} × ${height}`);
    assert.equal(await card(boosted).locator('path.production, path.shadow').count(), 2);
  });

  test('unfolds the statistics of the pairs', async () => {
    const section = card(boosted).locator('.statistics');
    assert.equal(await section.locator('table').isVisible(), false);
    await section.getByText('Statistics of the pairs').click();
    const { statistics } = await api(boosted);
    const kappa = statistics.find(({ name }) => name === 'cohensKappa')?.estimate;
    const row = await section.getByRole('row', { name: 'Cohen’s kappa' }).innerText();
    assert.ok(row.includes(String(Number(kappa?.toPrecision(3)))), row);
    assert.equal(await section.locator('tbody tr').count(), statistics.length);
  });

  test('shows what a caller sent as text, whatever it is', async () => {
    await card(boosted).locator('.examples h3').click(); // nothing is being read
    await pipeline.send([{ id: hostileId, applicant: differing.applicant }]);
    await sees('the hostile id', () => card(boosted).locator('.examples').getByText(hostileId).first());
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.match(await page.title(), /^2 lanes: /);
    await hasSampled(boosted, requests + 1);
  });

  test('an alert appears when it fires, and ends when it ends', async () => {
    const alert = {
      identity: 'one',
      lane: boosted,
      rule: 'divergence',
      windowStart: Date.now(),
      reason: '12% of 300 answers differ, above 5%',
      evidence: '{}',
      link: null,
    };
    await pipeline.alert({ ...alert, state: 'firing' });
    await sees('the alert', () => card(boosted).locator('.alerts .firing').getByText(alert.reason));
    assert.match((await page.locator('#summary').textContent()) ?? '', /, \d+ alerts? firing$/);
    await pipeline.alert({ ...alert, state: 'resolved' });
    await sees('its end', () => card(boosted).locator('.alerts .resolved').getByText(alert.reason));
    assert.equal(await card(boosted).locator('.alerts .firing').getByText(alert.reason).count(), 0);
    assert.equal(await page.locator('body[data-never-reloaded]').count(), 1);
  });

  test('is dark where the system is, and light or dark by the button, also next time', async () => {
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    assert.notEqual(dark, light);
    await page.getByRole('button', { name: 'Use light colours' }).click();
    assert.equal(await ground(), light);
    await page.reload();
    await sees('the lane', () => card(boosted));
    assert.equal(await ground(), light);
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    assert.equal(await ground(), dark);
  });

  test('a link to a lane, as alerts have it, leads there', async () => {
    await page.goto(`${pipeline.consoleAddress}/?linked#mortgage.repaired.live`);
    await sees('the lane', () => card('mortgage.repaired.live'));
    const top = async (): Promise<number> =>
      (await card('mortgage.repaired.live').boundingBox())?.y ?? Infinity;
    await waitFor(async () => (await top()) < 200, { what: 'the lane to come into view', timeoutMs });
  });

  test('a replay has a row of its own, and a card that shows what the live lane’s does', async () => {
    const { since, windowEnd } = await api(boosted);
    await pipeline.replay('again', { start: since, end: windowEnd });
    const row = page.locator('#replays li');
    await sees('the row', () => row);
    const again = 'mortgage.boosted.again';
    await hasSampled(again, requests + 1);
    await sees('its end', () => row.getByText('100%, ended'));
    assert.match(
      await row.innerText(),
      /fail\nagain\nmortgage, boosted\n.* to .*\n[^]*understudy replay compare/,
    );
    assert.deepEqual((await api(again)).ledger, (await api(boosted)).ledger);
    await sees('a pair that differs', () => card(again).locator('.examples li'));
    assert.match(await card(again).locator('.examples li').first().innerText(), /^self_employed = yes\n/);
    await row.getByRole('link', { name: 'again' }).click();
    assert.equal(new URL(page.url()).hash, `#${again}`);
  });

  test('fits on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await sees('an example', () => card(boosted).locator('.examples li'));
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('complains of nothing, and asks nobody but its console', () => {
    assert.deepEqual(complaints, []);
    assert.deepEqual([...asked], [pipeline.consoleAddress]);
  });

  test('says that it lost its console, and goes on when there is one again', async () => {
    await pipeline.stopConsole();
    await sees('the loss', () => page.getByText('connection lost, trying again'));
    await pipeline.startConsole();
    await sees('the connection', () => page.getByText('live', { exact: true }));
    await pipeline.send([{ id: 'after', applicant: differing.applicant }]);
    await hasSampled(boosted, requests + 2);
  });
});
