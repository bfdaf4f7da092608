import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy in front of a gateway whose connections can be cut. */
export interface CuttingProxy {
  readonly port: number;
  /** Where connections are led from now on. */
  target(port: number): void;
  /** Cuts every connection without a word. Returns how many there were. */
  cut(): number;
  close(): Promise<void>;
}

/** Starts a proxy on a port of its own. */
export async function cuttingProxy(): Promise<CuttingProxy> {
  let targetPort = 0;
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      // A cut shows as an error on one side; both are gone then.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        for (const each of pair) each.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    const count = pairs.size;
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    return count;
  };
  return {
    port: (server.address() as AddressInfo).port,
    target: (port) => (targetPort = port),
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
