import type { Leaf, Scalar } from '../init/json-leaves.ts';
import type { FeatureValues } from './training-file.ts';

/**
 * The requests' values of each training column, by its name: of the leaf whose JSON Pointer or dotted path it is, else of those
 * whose key it is. A column that no request has has none.
 */
export function matchFeatures(
  training: FeatureValues,
  requests: readonly (readonly Leaf[])[],
): FeatureValues {
  const values = new Map<string, Scalar[]>([...training.keys()].map((column) => [column, []]));
  for (const leaves of requests) {
    const byPath = new Map(leaves.map((leaf) => [leaf.pointer, leaf.value]));
    const byName = new Map(leaves.map((leaf) => [leaf.name, leaf.value]));
    for (const [column, of] of values) {
      const found = byPath.get(column) ?? byPath.get(`/${column.replaceAll('.', '/')}`) ?? byName.get(column);
      if (found !== undefined) of.push(found);
    }
  }
  return values;
}
