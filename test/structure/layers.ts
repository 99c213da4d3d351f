import { dirname, join } from 'node:path/posix';
import { isCode, isTestCode } from './files.ts';
import { type Import, importsOf, packageOf } from './imports.ts';
import type { Tree } from './tree.ts';
import type { Violation } from './violation.ts';
import { exportsOf, type Workspace, workspaceOf, workspacesOf } from './workspaces.ts';

/** Which rooms a room's code may import, and why no others. Rooms are folders; a last part `*` is any name. */
export interface Direction {
  readonly room: string;
  readonly mayImport: readonly string[];
  readonly reason: string;
}

/** Code imports only the rooms that its direction names; tests may import all. */
export function againstDirection(tree: Tree, directions: readonly Direction[]): Violation[] {
  const workspaces = workspacesOf(tree);
  const withoutDirection = workspaces
    .filter(({ folder }) => folder !== '' && directionOf(directions, folder) === undefined)
    .map(({ folder }) => ({
      file: `${folder}/package.json`,
      line: 1,
      found: `the room ${folder} has no direction`,
    }));
  const wrong = eachImport(
    tree,
    (path) => !isTestCode(path),
    (path, { specifier, line }) => {
      const from = workspaceOf(workspaces, path)?.folder ?? '';
      const to = workspaces.find(({ manifest }) => manifest.name === packageOf(specifier))?.folder;
      if (to === undefined || to === from) return null;
      const direction = directionOf(directions, from);
      if (direction?.mayImport.includes(to) === true) return null;
      const may =
        direction === undefined || direction.mayImport.length === 0
          ? 'nothing of ours'
          : direction.mayImport.join(', ');
      const why = direction === undefined ? '' : `: ${direction.reason}`;
      return { file: path, line, found: `imports ${to}, may import ${may}${why}` };
    },
  );
  return [...withoutDirection, ...wrong];
}

function directionOf(directions: readonly Direction[], folder: string): Direction | undefined {
  return directions.find(({ room }) => room === folder || room === `${dirname(folder)}/*`);
}

/** Every package that is imported is in the importer's own package.json; what only tests use may be in the root's. */
export function undeclared(tree: Tree): Violation[] {
  const workspaces = workspacesOf(tree);
  const ours = new Set(workspaces.map(({ manifest }) => manifest.name));
  const root = workspaces.find(({ folder }) => folder === '');
  return eachImport(tree, isCode, (path, { specifier, line }) => {
    const name = packageOf(specifier);
    const own = workspaceOf(workspaces, path);
    if (name === null || own === null) return null;
    const { dependencies, peerDependencies } = own.manifest;
    const declared = new Set(Object.keys({ ...dependencies, ...peerDependencies }));
    if (isTestCode(path)) {
      for (const tool of testDependencies(own, root)) declared.add(tool);
      if (own === root) for (const workspace of ours) declared.add(workspace);
    }
    if (declared.has(name)) return null;
    return { file: path, line, found: `imports ${name}, which ${join(own.folder, 'package.json')} lacks` };
  });
}

function testDependencies(own: Workspace, root: Workspace | undefined): string[] {
  return [
    ...Object.keys(own.manifest.devDependencies ?? {}),
    ...Object.keys(root?.manifest.devDependencies ?? {}),
  ];
}

/** Packages that a single room may import; the tests at the root may too. */
export function importedElsewhere(tree: Tree, names: readonly string[], room: string): Violation[] {
  const elsewhere = (path: string): boolean => !path.startsWith(`${room}/`) && !path.startsWith('test/');
  return eachImport(tree, elsewhere, (path, { specifier, line }) =>
    names.includes(packageOf(specifier) ?? '') ? { file: path, line, found: `imports ${specifier}` } : null,
  );
}

/**
 * A package of ours is imported by what its `exports` names; relative imports stay in the room. Two exceptions: tests use
 * test/support, and bin/, which begins before anything is installed, reaches plain JavaScript by its path.
 */
export function pastIndex(tree: Tree): Violation[] {
  const workspaces = workspacesOf(tree);
  const ours = new Set(workspaces.map(({ manifest }) => manifest.name));
  const exported = new Set(
    workspaces.flatMap(({ manifest }) =>
      exportsOf(manifest).map(({ subpath }) => join(manifest.name, subpath)),
    ),
  );
  return eachImport(tree, isCode, (path, { specifier, line }) => {
    const violation = { file: path, line, found: `imports ${specifier}` };
    if (!specifier.startsWith('.')) {
      return ours.has(packageOf(specifier) ?? '') && !exported.has(specifier) ? violation : null;
    }
    const target = join(dirname(path), specifier);
    if (isTestCode(path) && target.startsWith('test/support/')) return null;
    if (path.startsWith('bin/') && target.endsWith('.js')) return null;
    return workspaceOf(workspaces, target) === workspaceOf(workspaces, path) ? null : violation;
  });
}

/** The violations among the imports of the code files that `covers`. */
function eachImport(
  tree: Tree,
  covers: (path: string) => boolean,
  check: (path: string, found: Import) => Violation | null,
): Violation[] {
  return tree.paths
    .filter((path) => isCode(path) && covers(path))
    .flatMap((path) => importsOf(tree.text(path)).map((found) => check(path, found)))
    .filter((violation) => violation !== null);
}
