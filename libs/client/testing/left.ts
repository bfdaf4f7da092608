import { expect } from '@jest/globals';
import type { Telewire } from '../src/index.js';
import type { ScriptedGateway } from './scripted-gateway.js';

/** Closes a client, which then has no timer and no line left. */
export async function leavesNothing(client: Telewire, gateway: ScriptedGateway): Promise<void> {
  client.close();
  await gateway.clock.pass(0);
  expect(gateway.clock.pending).toBe(0);
  expect(gateway.lines.size).toBe(0);
}
