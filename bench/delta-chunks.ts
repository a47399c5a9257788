import { chunkInventory } from '../src/store/component-chunks.ts';
import { Fleet } from './delta-fleet.ts';

const ASSETS = 5_000;
const COMPONENTS = [100, 1_000];
const SIZES = [4, 8, 16, 32, 64];
/** A row of PostgreSQL with its hash, and the index entries of that. */
const ROW_BYTES = 120;
const INT_BYTES = 4;
/** A key of a GIN index with its posting, compressed. */
const POSTING_BYTES = 3;

/** How much room chunks of different average sizes take: integers in arrays, rows, postings. */
export function compareChunkSizes(): void {
  for (const components of COMPONENTS) {
    console.log(`${ASSETS} assets with ${components} components`);
    const fleet = new Fleet(components);
    for (const size of SIZES) {
      const chunks = new Map<string, number>();
      const inventories = new Map<string, number>();
      for (let number = 0; number < ASSETS; number += 1) {
        const inventory = chunkInventory(fleet.componentsOf(number), size);
        inventories.set(inventory.hash, inventory.chunks.length);
        for (const chunk of inventory.chunks) chunks.set(chunk.hash, chunk.components.length);
      }
      const ints = sum(chunks.values()) + sum(inventories.values());
      const rows = chunks.size + inventories.size;
      const bytes = ints * (INT_BYTES + POSTING_BYTES) + rows * ROW_BYTES;
      console.log(
        `  chunks of ${String(size).padEnd(3)} ${chunks.size} chunks, ${ints} integers, about ${(bytes / 1e6).toFixed(1)} MB`,
      );
    }
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
