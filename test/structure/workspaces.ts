import { dirname } from 'node:path/posix';
import type { Tree } from './tree.ts';

/** The part of a package.json that the rules read. */
export interface Manifest {
  readonly name: string;
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  /** What the user of the package has already, as a plugin's host. */
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package of ours. */
export interface Workspace {
  /** Its folder from the root: `packages/domain`; '' for the root itself. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** The public ways into a package: `.` is its index, `./testing` a second one. */
export function exportsOf({
  exports = {},
}: Manifest): { readonly subpath: string; readonly target: string }[] {
  const entries = typeof exports === 'string' ? { '.': exports } : exports;
  return Object.entries(entries).map(([subpath, target]) => ({ subpath, target }));
}

/** Every package of ours with the root among them, the deepest folders first. */
export function workspacesOf(tree: Tree): Workspace[] {
  return tree.paths
    .filter((path) => path === 'package.json' || path.endsWith('/package.json'))
    .map((path) => ({
      folder: path === 'package.json' ? '' : dirname(path),
      manifest: JSON.parse(tree.text(path)) as Manifest,
    }))
    .sort((a, b) => b.folder.length - a.folder.length);
}

/** The workspace that a path lies in; null where there is not even a root. */
export function workspaceOf(workspaces: readonly Workspace[], path: string): Workspace | null {
  return workspaces.find(({ folder }) => folder === '' || path.startsWith(`${folder}/`)) ?? null;
}
