import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cbor, cborWriter } from '@telewire/cbor';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { type Telewire, type TransportName, TRANSPORTS } from './index.js';

const WAVE = { periodMs: 4, values: [0.005, null, -1.25] };
const BINARY: readonly TransportName[] = ['websocket', 'http-stream', 'long-poll', 'poll'];

let gateway: ScriptedGateway;
let client: Telewire;
/** Each message of the gateway that was written in CBOR. */
let written: number;
const listen = (transport: TransportName) => new Listener(client.feed({ filters: ['a/#'], transport }));

beforeEach(() => {
  written = 0;
  gateway = new ScriptedGateway();
  gateway.binary = {
    ...cborWriter,
    frame: (frame) => {
      written += 1;
      return cborWriter.frame(frame);
    },
  };
  client = gateway.client({ format: cbor });
});

afterEach(() => leavesNothing(client, gateway));

describe.each(TRANSPORTS)('a client that asks for CBOR, on %s', (transport) => {
  it('gets the same readings as from JSON (PROTOCOL R29)', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(2000);
    for (const value of [97.4, WAVE, 'on', null]) gateway.append('a/x', value);
    await gateway.clock.pass(2000);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 4));
    const values = widget.batches.flatMap((batch) => (batch.kind === 'readings' ? batch.readings : []));
    expect(values.map(({ value }) => value)).toEqual([97.4, WAVE, 'on', null]);
    expect(written > 0).toBe(BINARY.includes(transport));
  });

  it('understands a gateway that speaks no CBOR', async () => {
    gateway.binary = undefined;
    const widget = listen(transport);
    await gateway.clock.pass(2000);
    gateway.append('a/x');
    await gateway.clock.pass(2000);
    expect(widget.readings).toEqual(['a/x#1']);
    expect(widget.state.phase).toBe('live');
  });

  it('goes on from its cursor after a message that is not from this protocol', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(2000);
    gateway.append('a/x');
    await gateway.clock.pass(2000);
    const right = gateway.binary;
    gateway.binary = { ...cborWriter, frame: () => Uint8Array.of(0xff) };
    gateway.append('a/x');
    await gateway.clock.pass(100);
    gateway.binary = right;
    gateway.cut(transport);
    await gateway.clock.pass(20_000);
    expect(widget.readings).toEqual(ordinals('a/x', 1, 2));
    expect(widget.state.phase).toBe('live');
  });
});

it('does not take bytes that it has not asked for', async () => {
  const WebSocket = class extends gateway.WebSocket {
    constructor(url: string | URL) {
      super(url, ['telewire.cbor']);
    }
  };
  const plain = gateway.client({ WebSocket });
  const widget = new Listener(plain.feed({ filters: ['a/#'] }));
  await gateway.clock.pass(100);
  expect(widget.state).toMatchObject({ phase: 'connecting', reason: 'what came is not from a Telewire gateway' });
  plain.close();
});
