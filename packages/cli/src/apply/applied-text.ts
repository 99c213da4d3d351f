import { type ExperimentChange, experimentChanges, type ExperimentPart } from '@understudy/config';
import type { Applied } from '@understudy/streams';

/** What has become of an experiment that was applied, setting by setting, and from when it holds; as lines of text. */
export function appliedText({ before, revision }: Applied): string {
  const { name } = revision.experiment;
  if (before === null)
    return `${name}: revision ${revision.number}, the first; it holds from the beginning\n`;
  const changes = experimentChanges(before.experiment, revision.experiment);
  if (changes.length === 0) return `${name}: nothing differs from revision ${revision.number}\n`;
  const from = new Date(revision.fromMs).toISOString();
  return [
    `${name}: revision ${revision.number}`,
    ...section(`judges requests from ${from} on`, changes, 'judges'),
    ...section('acts from now on, in every shadow-invoker', changes, 'acts'),
    ...section('acts in a gateway when it is started with this config', changes, 'gateway'),
    ...section('acts in a console when it is started with this config', changes, 'console'),
    '',
  ].join('\n');
}

function section(title: string, all: readonly ExperimentChange[], part: ExperimentPart): readonly string[] {
  const changes = all.filter((change) => change.part === part);
  if (changes.length === 0) return [];
  const width = Math.max(...changes.map(({ path }) => path.length));
  const lines = changes.map(
    ({ path, before, after }) => `    ${path.padEnd(width)}  ${before ?? 'none'} -> ${after ?? 'none'}`,
  );
  return [`  ${title}`, ...lines];
}
