import { expect, it } from '@jest/globals';
import { Listener } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type TransportName } from './index.js';

it('a page never has more than one connection of a transport, so that four long requests are its most', async () => {
  const gateway = new ScriptedGateway();
  const client = gateway.client();
  const most = new Map<TransportName, number>();
  const count = () => {
    for (const each of TRANSPORTS) most.set(each, Math.max(most.get(each) ?? 0, gateway.of(each).length));
  };
  const widgets = [...TRANSPORTS, ...TRANSPORTS, 'auto' as const, 'auto' as const].map(
    (transport, i) => new Listener(client.feed({ filters: [`a/${i}`, 'a/x'], transport })),
  );
  for (let i = 0; i < 120; i++) {
    // The better ones fail now and then, so that `auto` probes and every feed comes back.
    if (i % 20 === 5) TRANSPORTS.slice(0, 3).forEach((each) => gateway.down.add(each));
    if (i % 20 === 5) TRANSPORTS.forEach((each) => gateway.cut(each));
    if (i % 20 === 15) gateway.down.clear();
    if (i % 7 === 0) widgets[i % widgets.length]!.feed.use(TRANSPORTS[i % 5]!);
    gateway.append('a/x');
    for (let part = 0; part < 10; part++) {
      await gateway.clock.pass(100);
      count();
    }
    gateway.heartbeat();
  }
  client.close();
  await gateway.clock.pass(0);
  expect(Object.fromEntries(most)).toEqual({ websocket: 1, 'http-stream': 1, sse: 1, 'long-poll': 1, poll: 0 });
});
