import { describe, expect, it } from '@jest/globals';
import { Outbox } from './outbox.js';

const takeAll = (outbox: Outbox): string[] => {
  const packs: string[] = [];
  for (let item = outbox.take(); item !== undefined; item = outbox.take()) packs.push(item.pack);
  return packs;
};
const filled = (outbox: Outbox, ...packs: string[]): Outbox => {
  for (const pack of packs) outbox.push(pack);
  return outbox;
};

describe('Outbox', () => {
  it('keeps the newest and drops the oldest when it is full', () => {
    expect(takeAll(filled(new Outbox(3), 'a', 'b', 'c', 'd', 'e'))).toEqual(['c', 'd', 'e']);
  });

  it('sends again, in order, what was not acknowledged when the connection went', () => {
    const outbox = filled(new Outbox(), 'a', 'b', 'c', 'd');
    const a = outbox.take()!;
    outbox.take();
    const c = outbox.take()!;
    outbox.acknowledge(c);
    outbox.acknowledge(a);
    expect(outbox.inFlight).toBe(1);
    outbox.rewind();
    expect(outbox.inFlight).toBe(0);
    expect(takeAll(outbox)).toEqual(['b', 'd']);
  });

  it('does not drop what is on the wire, and comes out empty when all is acknowledged', () => {
    const outbox = filled(new Outbox(2), 'a');
    const a = outbox.take()!;
    filled(outbox, 'b', 'c');
    expect(outbox.size).toBe(2);
    outbox.acknowledge(a);
    const c = outbox.take()!;
    expect(c.pack).toBe('c');
    outbox.acknowledge(c);
    expect(outbox.size).toBe(0);
  });
});
