/** How many values of each of two samples are equal to one value. */
export interface Block {
  readonly value: number;
  readonly first: number;
  readonly second: number;
}

/** The values of two sorted samples, each once, rising, with how often each sample has it. */
export function pooledBlocks(first: Float64Array, second: Float64Array): readonly Block[] {
  const blocks: Block[] = [];
  let [i, j] = [0, 0];
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Infinity, second[j] ?? Infinity);
    const [fromI, fromJ] = [i, j];
    while (i < first.length && first[i] === value) i++;
    while (j < second.length && second[j] === value) j++;
    blocks.push({ value, first: i - fromI, second: j - fromJ });
  }
  return blocks;
}
