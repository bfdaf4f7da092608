import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../../testing/left.js';
import { Listener, ordinals } from '../../testing/listener.js';
import { ScriptedGateway } from '../../testing/scripted-gateway.js';
import type { Telewire } from '../index.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = () => new Listener(client.feed({ filters: ['a/#'], transport: 'websocket' }));
const acknowledged = () => gateway.said.flatMap((said) => (said.type === 'acknowledge' ? [said.cursors] : []));

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

/** A feed on a socket on which much has come, and has been acknowledged. */
async function warmUp(): Promise<void> {
  listen();
  await gateway.clock.pass(200);
  gateway.append('a/x', 'x'.repeat(20_000));
  await gateway.clock.pass(200);
  gateway.said.length = 0;
}

describe('a WebSocket', () => {
  it('acknowledges what has come, many frames at a time (PROTOCOL R26)', async () => {
    await warmUp();
    for (let i = 0; i < 20; i++) {
      gateway.append('a/x');
      await gateway.clock.pass(10);
    }
    await gateway.clock.pass(100);
    expect(acknowledged()).toHaveLength(3);
    expect(acknowledged().at(-1)).toEqual({ 1: gateway.head });
  });

  it('says at the start that it will, and does so for each frame at first, as the window grows by that', async () => {
    listen();
    await gateway.clock.pass(0);
    expect(acknowledged()[0]).toEqual({});
    await gateway.clock.pass(200);
    gateway.said.length = 0;
    gateway.burst(() => gateway.append('a/x', 'x'.repeat(1000)));
    gateway.burst(() => gateway.append('a/x', 'x'.repeat(1500)));
    await gateway.clock.pass(0);
    expect(acknowledged()).toHaveLength(2);
  });

  it('acknowledges at once when much has come', async () => {
    await warmUp();
    for (let i = 0; i < 6; i++) gateway.append('a/x', 'x'.repeat(6000));
    await gateway.clock.pass(0);
    expect(acknowledged()).toHaveLength(2);
    await gateway.clock.pass(100);
    expect(acknowledged()).toHaveLength(3);
  });

  it('says nothing while nothing comes', async () => {
    listen();
    await gateway.clock.pass(200);
    gateway.said.length = 0;
    await gateway.pass(30_000);
    expect(gateway.said).toEqual([]);
  });

  it('acknowledges each subscription of its own', async () => {
    listen();
    listen();
    await gateway.clock.pass(200);
    gateway.append('a/x');
    await gateway.clock.pass(200);
    expect(Object.assign({}, ...acknowledged())).toEqual({ 1: gateway.head, 2: gateway.head });
  });

  it('changes a contract in band, under the id that the subscription has (PROTOCOL R25)', async () => {
    const widget = listen();
    await gateway.clock.pass(100);
    gateway.said.length = 0;
    widget.feed.change({ policy: 'latest', maxHz: 2 });
    await gateway.clock.pass(10);
    expect(gateway.said).toMatchObject([{ type: 'change', id: '1', filters: ['a/#'], policy: 'latest', maxHz: 2 }]);
    expect(gateway.sockets).toBe(1);
    gateway.burst(() => [1, 2, 3].forEach(() => gateway.append('a/x')));
    await gateway.clock.pass(10);
    expect(widget.readings).toEqual(['a/x#3']);
  });

  it('tells of one change at a time, and of those that came meanwhile only the last', async () => {
    const widget = listen();
    for (const maxHz of [1, 2, 3, 4]) widget.feed.change({ maxHz });
    await gateway.clock.pass(0);
    for (const maxHz of [5, 6, 7]) widget.feed.change({ maxHz });
    await gateway.clock.pass(100);
    const paces = gateway.said.flatMap((said) => ('maxHz' in said ? [[said.type, said.maxHz]] : []));
    expect(paces).toEqual([
      ['subscribe', 4],
      ['change', 5],
      ['change', 7],
    ]);
  });

  it('leaves a subscription whose change is refused, as the gateway would go on with the old contract', async () => {
    const widget = listen();
    await gateway.clock.pass(100);
    gateway.refuse = ({ policy }) => (policy === 'latest' ? 4422 : 0);
    widget.feed.change({ policy: 'latest' });
    await gateway.clock.pass(10);
    expect(widget.state).toMatchObject({ phase: 'refused', reason: 'refused with 4422' });
    expect(gateway.said.at(-1)).toEqual({ type: 'unsubscribe', id: '1' });
    gateway.append('a/x');
    widget.feed.change({ policy: 'every' });
    await gateway.clock.pass(10);
    expect(widget.state.phase).toBe('live');
    expect(widget.readings).toEqual(ordinals('a/x', 1, 1));
  });
});
