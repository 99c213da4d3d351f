/** The page: one card for each lane, kept as new as the server's events. */
import type { LaneView } from '../src/views.ts';
import { followLanes } from './api.ts';
import { el } from './dom.ts';
import { createLaneCard, type LaneCard } from './lane-card.ts';
import { overview } from './overview.ts';
import { replaysSection } from './replays.ts';
import { startTheme } from './theme-button.ts';
import { summarySentence } from './words.ts';

function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}

const themeButton = byId('theme');
if (themeButton instanceof HTMLButtonElement) startTheme(themeButton);

const main = byId('lanes');
const summary = byId('summary');
const connection = byId('connection');
const drawOverview = overview(byId('overview'));
const drawReplays = replaysSection(byId('replays'));
const empty = el(
  'p',
  { class: 'empty' },
  'No lane has closed a window yet. A lane appears when its first window closes: send some requests through the ' +
    'gateway, and make sure that shadow-invoker and comparator run.',
);

const cards = new Map<string, LaneCard>();
const views = new Map<string, LaneView>();

function show(view: LaneView): void {
  views.set(view.lane, view);
  const known = cards.get(view.lane);
  const card = known ?? createLaneCard(view.lane);
  cards.set(view.lane, card);
  if (known === undefined) place(view.lane, card.node);
  card.update(view);
}

/** In the order of the names, which doesn't change under the reader's eyes. */
function place(lane: string, node: HTMLElement): void {
  const following = [...cards.keys()].toSorted().find((name) => name > lane);
  main.insertBefore(node, following === undefined ? null : (cards.get(following)?.node ?? null));
}

function remove(lane: string): void {
  cards.get(lane)?.node.remove();
  cards.delete(lane);
  views.delete(lane);
}

function sayAll(): void {
  const all = [...views.values()].toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
  const said = summarySentence(all);
  if (summary.textContent !== said) summary.textContent = said;
  document.title = `${said} – Understudy`;
  drawOverview(all);
  if (all.length > 0) empty.remove();
  else main.append(empty);
}

let isLinkFollowed = false;

/** A link to a lane, as alerts have it, waits for the lanes: before they are drawn, nothing is where it will be. */
async function followLink(): Promise<void> {
  if (isLinkFollowed || cards.size === 0) return;
  isLinkFollowed = true;
  await Promise.all([...cards.values()].map(({ drawn }) => drawn));
  document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: 'instant' });
}

followLanes({
  onLanes: (lanes) => {
    const names = new Set(lanes.map(({ lane }) => lane));
    for (const lane of cards.keys()) if (!names.has(lane)) remove(lane);
    for (const view of lanes) show(view);
    sayAll();
    void followLink();
  },
  onLane: (view) => {
    show(view);
    sayAll();
  },
  onGone: (lane) => {
    remove(lane);
    sayAll();
  },
  onRuns: drawReplays,
  onConnected: (isConnected) => {
    connection.textContent = isConnected ? 'live' : 'connection lost, trying again';
    connection.classList.toggle('lost', !isConnected);
  },
});

setInterval(() => {
  for (const card of cards.values()) card.tick(Date.now());
}, 1_000);
