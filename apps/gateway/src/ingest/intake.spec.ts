import { beforeEach, describe, expect, it } from '@jest/globals';
import { Intake, MAX_BYTES_UNDER_WAY, MAX_UNDER_WAY } from './intake.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('an intake', () => {
  let taken: { topic: string; keep: () => void; refuse: (error: Error) => void }[];
  let acknowledged: number[][];
  let cuts: string[];
  let readOn: number;
  let intake: Intake;

  beforeEach(() => {
    taken = [];
    acknowledged = [];
    cuts = [];
    readOn = 0;
    intake = new Intake(({ topic }) => new Promise((keep, refuse) => taken.push({ topic, keep, refuse })), {
      acknowledge: (ids) => acknowledged.push([...ids]),
      cut: ({ message }) => cuts.push(message),
    });
  });

  const arrive = (id: number | undefined, bytes = 1) =>
    intake.take({ id, topic: `t${id}`, payload: Buffer.alloc(bytes) }, () => readOn++);

  it('takes the next message before the one before it is kept', () => {
    arrive(1);
    arrive(2);
    expect(taken.map(({ topic }) => topic)).toEqual(['t1', 't2']);
    expect(readOn).toBe(2);
    expect(acknowledged).toEqual([]);
  });

  it('acknowledges at once all that one commit has kept', async () => {
    [1, 2, 3].forEach((id) => arrive(id));
    taken.forEach(({ keep }) => keep());
    await settled();
    expect(acknowledged).toEqual([[1, 2, 3]]);
  });

  it('acknowledges in the order of arrival, whatever is kept first', async () => {
    [1, 2, 3].forEach((id) => arrive(id));
    taken[1]!.keep();
    await settled();
    expect(acknowledged).toEqual([]);
    taken[0]!.keep();
    await settled();
    expect(acknowledged).toEqual([[1, 2]]);
  });

  it('acknowledges nothing that came without an identifier', async () => {
    arrive(undefined);
    arrive(7);
    taken.forEach(({ keep }) => keep());
    await settled();
    expect(acknowledged).toEqual([[7]]);
  });

  it.each([
    ['messages, one more than the broker is told', 1, MAX_UNDER_WAY + 1],
    ['bytes', MAX_BYTES_UNDER_WAY / 4, 4],
  ])('reads no further at its bound of %s, and goes on once some are kept', async (_what, bytes, most) => {
    for (let id = 1; id <= most; id++) arrive(id, bytes);
    expect(readOn).toBe(most - 1);
    taken[0]!.keep();
    await settled();
    expect(readOn).toBe(most);
  });

  it('ends the connection at a message that is refused, and acknowledges neither that nor what came after', async () => {
    [1, 2, 3].forEach((id) => arrive(id));
    taken[0]!.keep();
    taken[1]!.refuse(new Error('no room'));
    taken[2]!.keep();
    await settled();
    arrive(4);
    expect(acknowledged).toEqual([[1]]);
    expect(cuts).toEqual(['no room']);
    expect(taken).toHaveLength(3);
  });

  it('that was closed acknowledges nothing, and says when all that was under way is settled', async () => {
    [1, 2].forEach((id) => arrive(id));
    let closed = false;
    const closing = intake.close().then(() => (closed = true));
    taken[0]!.keep();
    await settled();
    expect(closed).toBe(false);
    taken[1]!.refuse(new Error('no room'));
    await closing;
    expect([acknowledged, cuts]).toEqual([[], []]);
  });
});
