import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** The first of so many ports side by side that are free now, for what is told its ports by a setting. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const servers = [await listen(0)];
    const { port } = servers[0]!.address() as AddressInfo;
    try {
      while (servers.length < count) servers.push(await listen(port + servers.length));
      return port;
    } catch {
      // A neighbour is taken, or there is none: elsewhere there is room.
    } finally {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
