import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** The TCP sockets that this process accepts, and those that it dials, from when it is made until it is closed. */
export class OpenedSockets {
  readonly accepted: Socket[] = [];
  readonly dialled: Socket[] = [];
  readonly #accept = (message: unknown) => void this.accepted.push((message as { socket: Socket }).socket);
  readonly #dial = (message: unknown) => void this.dialled.push((message as { socket: Socket }).socket);

  constructor() {
    subscribe('net.server.socket', this.#accept);
    subscribe('net.client.socket', this.#dial);
  }

  close(): void {
    unsubscribe('net.server.socket', this.#accept);
    unsubscribe('net.client.socket', this.#dial);
  }
}

/**
 * True when a socket sends at once what is written to it, without Nagle's algorithm (TCP_NODELAY). Node has no call that
 * asks; what it has told the kernel it notes under a symbol of its own, and a server does so without `setNoDelay`.
 */
export function sendsAtOnce(socket: Socket): boolean {
  const noted = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'kSetNoDelay');
  if (noted === undefined) throw new Error('this Node notes elsewhere what was set');
  return (socket as unknown as Record<symbol, unknown>)[noted] === true;
}
