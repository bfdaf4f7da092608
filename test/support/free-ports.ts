import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

// Below the ports that Linux gives to whoever asks for any (32768 on): nobody gets one of these in passing.
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** The first of so many ports in a row on which nothing listens. They are free, not reserved. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    const servers: Server[] = [];
    try {
      for (let port = first; port < first + count; port++) {
        const server = createServer().listen(port, '127.0.0.1');
        servers.push(server);
        await once(server, 'listening');
      }
      return first;
    } catch {
      // One of them is taken: elsewhere.
    } finally {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  }
}
