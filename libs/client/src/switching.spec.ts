import { afterEach, describe, expect, it } from '@jest/globals';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type Telewire, type TransportChoice } from './index.js';

let client: Telewire;
const CHOICES: readonly TransportChoice[] = [...TRANSPORTS, 'auto'];

/** Park–Miller: the same run for the same seed. */
const randomFrom = (seed: number) => () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;

afterEach(() => client.close());

describe('any sequence of transports, contracts and cuts', () => {
  it.each(Array.from({ length: 12 }, (_, i) => 1000 + i))(
    'brings every reading once and in order (seed %d)',
    async (seed) => {
      const random = randomFrom(seed);
      const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const gateway = new ScriptedGateway();
      client = gateway.client({ random });
      const widget = new Listener(client.feed({ filters: ['a/#'], transport: oneOf(CHOICES) }));
      const other = new Listener(client.feed({ filters: ['+/x'], transport: 'auto' }));
      await gateway.clock.pass(1000);
      let n = 0;
      const acts: (() => unknown)[] = [
        () => widget.feed.use(oneOf(CHOICES)),
        () => widget.feed.use(oneOf(CHOICES)),
        () => widget.feed.change({ maxHz: oneOf([5, 20, 60]) }),
        () => gateway.cut(oneOf(TRANSPORTS)),
        () => gateway.cut(oneOf(TRANSPORTS)),
        () => gateway.down.add(oneOf(TRANSPORTS)),
        () => gateway.silent.add(oneOf(TRANSPORTS)),
        () => (gateway.down.clear(), gateway.silent.clear()),
        () => (gateway.cutAfter = oneOf(['hello', 'subscribed', 'readings', 'heartbeat'] as const)),
        () => gateway.pass(oneOf([0, 20, 300, 4000, 20_000])),
      ];
      for (let i = 0; i < 300; i++) {
        for (let rows = Math.floor(random() * 3); rows > 0; rows--, n++) gateway.append('a/x');
        await oneOf(acts)();
        await gateway.clock.pass(oneOf([0, 0, 1, 10, 60]));
      }
      gateway.down.clear();
      gateway.silent.clear();
      gateway.cutAfter = undefined;
      await gateway.pass(120_000);
      for (const { readings, gaps, state, feed } of [widget, other]) {
        expect(state.phase).toBe('live');
        expect(readings).toEqual(ordinals('a/x', 1, n));
        expect(gaps).toEqual([]);
        expect(feed.ledger().get('a/x')).toEqual({ matched: n, delivered: n, withheld: 0, lost: 0 });
      }
    },
  );
});
