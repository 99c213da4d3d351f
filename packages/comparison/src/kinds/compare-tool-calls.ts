import { type Comparison, notComparable } from '../comparison.ts';
import { canonicalKey } from '../json/canonical-key.ts';
import { parseText } from '../json/embedded-json.ts';
import { extractValue } from '../json/json-pointer.ts';
import { locate } from '../json/location.ts';
import { problemOf, type Reading } from '../reading.ts';
import { compareJson } from './compare-json.ts';
import type { ToolCallsPlan } from './tool-calls-plan.ts';

/**
 * Calls are compared as JSON documents, so the score is the share of equal leaves: with an order as a list of names and
 * arguments; else as an object that has, by the tool's name, the arguments of its calls, in an order of their own.
 */
export function compareToolCalls(plan: ToolCallsPlan, production: unknown, shadow: unknown): Comparison {
  const ours = readCalls(plan, production);
  const theirs = readCalls(plan, shadow);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  if (plan.ordered) return compareJson(plan, ours.value, theirs.value);
  return compareJson(plan, byName(ours.value), byName(theirs.value));
}

interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
}

function readCalls(plan: ToolCallsPlan, body: unknown): Reading<readonly ToolCall[]> {
  const located = locate(body, plan.calls);
  if (!located.ok && located.found === 'ambiguous') return { ok: false, reason: 'calls-ambiguous' };
  const list = located.ok ? located.value : null;
  if (list === null) return { ok: true, value: [] };
  if (!Array.isArray(list)) return { ok: false, reason: 'calls-wrong-type' };
  const calls: ToolCall[] = [];
  for (const call of list) {
    const name = extractValue(call, plan.name);
    if (typeof name !== 'string') return { ok: false, reason: 'calls-without-name' };
    const given = extractValue(call, plan.arguments) ?? {};
    const args = typeof given === 'string' ? parseText(given) : given;
    if (args === undefined) return { ok: false, reason: 'arguments-not-json' };
    calls.push({ name, arguments: args });
  }
  return { ok: true, value: calls };
}

/** Calls of one tool are sorted by their arguments as text: the same calls stand in the same order. */
function byName(calls: readonly ToolCall[]): Readonly<Record<string, readonly unknown[]>> {
  const groups = Map.groupBy(calls, ({ name }) => name);
  return Object.fromEntries(
    [...groups].map(([name, group]) => [
      name,
      group
        .map(({ arguments: args }) => ({ args, key: canonicalKey(args, null) ?? '' }))
        .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
        .map(({ args }) => args),
    ]),
  );
}
