import type { LabMessage } from '@telewire/protocol';

/** A message on the wire for specs: a frame of a WebSocket, but for what is said otherwise. */
export const message = (said: Partial<LabMessage> = {}): LabMessage => ({
  at: 1_000,
  lane: 'websocket',
  connection: 1,
  direction: 'down',
  kind: 'frame',
  header: 2,
  body: 0,
  title: 'text',
  fields: [],
  bytes: '',
  text: '',
  ...said,
});
