import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { describe } from '@jest/globals';
import { type Carried, connectionsIn } from './pcap.js';

const LOOPBACK = process.platform === 'darwin' ? 'lo0' : 'lo';
// Enough of each packet for its headers and the line of a request.
const SNAP_BYTES = '512';

/** Why nothing can be captured here: tcpdump is missing, or may not listen; `undefined` where it can. */
function hindrance(): string | undefined {
  const { error, status, stderr } = spawnSync('tcpdump', ['-i', LOOPBACK, '-L'], { encoding: 'utf8' });
  if (error) return 'tcpdump is not installed';
  return status === 0 ? undefined : (stderr.trim().split('\n').pop() ?? 'tcpdump may not listen');
}

/**
 * A `describe` whose cases capture packets on loopback: where that cannot be they are skipped, and their names say so.
 * REQUIRE_CAPTURE=1 makes it a failure.
 */
export function describeWithCapture(name: string, cases: () => void): void {
  const why = hindrance();
  if (why === undefined || process.env['REQUIRE_CAPTURE'] === '1') describe(name, cases);
  else describe.skip(`${name} [no packets can be captured: ${why}]`, cases);
}

/** What goes over loopback to and from a port, as tcpdump sees it. */
export class PacketCapture {
  readonly #pieces: Buffer[] = [];

  private constructor(
    private readonly port: number,
    private readonly tcpdump: ChildProcessByStdio<null, Readable, Readable>,
  ) {
    tcpdump.stdout.on('data', (piece: Buffer) => this.#pieces.push(piece));
  }

  /** Begins; from here on no packet is missed. */
  static async start(port: number): Promise<PacketCapture> {
    // Each packet at once, and room for those that come meanwhile.
    const how = ['-i', LOOPBACK, '-w', '-', '-U', '--immediate-mode', '-B', '16384', '-s', SNAP_BYTES];
    const tcpdump = spawn('tcpdump', [...how, `tcp port ${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    const capture = new PacketCapture(port, tcpdump);
    let said = '';
    for await (const piece of tcpdump.stderr.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      said += piece.toString();
      if (said.includes('listening on')) return capture;
    }
    throw new Error(`tcpdump: ${said}`);
  }

  /** The connections so far. */
  connections(): Carried[] {
    return connectionsIn(Buffer.concat(this.#pieces), this.port);
  }

  async stop(): Promise<void> {
    const ended = once(this.tcpdump, 'close');
    this.tcpdump.stderr.resume();
    this.tcpdump.kill();
    await ended;
  }
}
