import { join } from 'node:path/posix';
import type { Tree } from './tree.ts';
import { lineAt, type Violation } from './violation.ts';
import { exportsOf, type Manifest, workspacesOf } from './workspaces.ts';

/** Dependencies whose version is a range, a tag or an address. */
export function inexactVersions(tree: Tree): Violation[] {
  return workspacesOf(tree).flatMap(({ folder, manifest }) => {
    const file = join(folder, 'package.json');
    return dependenciesOf(manifest)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
      .map(([name, version]) => ({
        file,
        line: lineAt(tree.text(file), tree.text(file).indexOf(`"${name}":`)),
        found: `${name} ${version}`,
      }));
  });
}

function dependenciesOf(manifest: Manifest): [string, string][] {
  const { dependencies, peerDependencies, devDependencies, optionalDependencies } = manifest;
  return [dependencies, peerDependencies, devDependencies, optionalDependencies].flatMap((group) =>
    Object.entries(group ?? {}),
  );
}

/** Workspaces without a way in: neither index, main nor server, or an `exports` that leads to no file. */
export function withoutEntry(tree: Tree): Violation[] {
  return workspacesOf(tree)
    .filter(({ folder }) => folder !== '')
    .flatMap(({ folder, manifest }) => {
      const file = `${folder}/package.json`;
      const line = lineAt(tree.text(file), tree.text(file).indexOf('"exports"'));
      const missing = exportsOf(manifest)
        .map(({ target }) => join(folder, target))
        .filter((target) => !tree.paths.includes(target));
      if (missing.length > 0) return missing.map((target) => ({ file, line, found: `no file ${target}` }));
      const entries = ['index', 'main', 'server'].map((name) => `${folder}/src/${name}.ts`);
      if (entries.some((entry) => tree.paths.includes(entry))) return [];
      return [{ file, line: 1, found: `none of ${entries.join(', ')}` }];
    });
}
