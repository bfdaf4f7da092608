import { Random } from '../random.js';

/** What a signal head shows. */
export const INDICATIONS = ['green', 'yellow', 'red'] as const;
/** What a signal head shows. */
export type Indication = (typeof INDICATIONS)[number];

/** A change of one phase within a cycle. */
export interface Change {
  /** Seconds since the cycle began. */
  readonly atS: number;
  /** NEMA phase, 1 to 8: even ones go straight on, odd ones turn left. */
  readonly phase: number;
  readonly indication: Indication;
}

// Real values of a coordinated junction (Oregon DOT): yellow 5 s and all red 2 s for through phases; turns are shorter.
const ALL_RED_S = 2;
const yellowS = (phase: number): number => (phase % 2 === 0 ? 5 : 4);

/** How long the phases of a junction last, in seconds including yellow and all red. */
export interface Splits {
  /** The main road's side of the barrier: phases 1 + 2 and 5 + 6. */
  readonly main: number;
  /** The side road's: phases 3 + 4 and 7 + 8. */
  readonly side: number;
}

/**
 * The changes of cycle `index` of a dual-ring controller: ring 1 runs phases 1 2 | 3 4, ring 2 phases 5 6 | 7 8, and both
 * cross the barrier together (NEMA TS 2). Within a side of the barrier the left turn gets what its traffic asks for, by
 * chance of the seed, and the through phase the rest; so the cycle has a fixed length.
 */
export function changesOf(name: string, seed: number, splits: Splits, index: number): Change[] {
  const random = new Random(seed, `${name}/cycle-${index}`);
  const sides = [
    { beginsS: 0, lengthS: splits.main, turns: [1, 5] },
    { beginsS: splits.main, lengthS: splits.side, turns: [3, 7] },
  ];
  const changes = sides.flatMap(({ beginsS, lengthS, turns }) =>
    turns.flatMap((turn) => {
      const turnS = Math.round(random.uniform(0.24, 0.36) * lengthS);
      return [...showing(turn, beginsS, turnS), ...showing(turn + 1, beginsS + turnS, lengthS - turnS)];
    }),
  );
  return changes.sort((a, b) => a.atS - b.atS);
}

function showing(phase: number, beginsS: number, lengthS: number): Change[] {
  const redS = beginsS + lengthS - ALL_RED_S;
  return [
    { atS: beginsS, phase, indication: 'green' },
    { atS: redS - yellowS(phase), phase, indication: 'yellow' },
    { atS: redS, phase, indication: 'red' },
  ];
}
