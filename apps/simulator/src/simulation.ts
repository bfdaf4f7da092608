import type { DeviceInfo } from '@telewire/telemetry';
import { Broker, type BrokerAddress } from './broker.js';
import { createFleet, type FleetPlan } from './fleet.js';
import { Publisher } from './publisher.js';
import { Scheduler } from './scheduler.js';
import { Standing } from './standing.js';
import { timeOfWeek } from './traffic/demand.js';

/** The fleet, played: every device with its connection, and one loop that lets them speak. */
export class Simulation {
  readonly #publishers: ReadonlyMap<string, Publisher>;
  readonly #scheduler: Scheduler;
  readonly #broker: Broker;
  #stopped = false;

  /**
   * @param originAt epoch milliseconds of elapsed zero
   * @param say takes a line for the operator when the broker is lost or back
   */
  constructor(plan: FleetPlan, address: BrokerAddress, originAt: number, say: (line: string) => void) {
    this.#broker = new Broker(address, say);
    const fleet = createFleet(plan, (timeS) => timeOfWeek(originAt + timeS * 1000));
    const standings = new Map(fleet.map(({ info }) => [info.device, new Standing(info)]));
    const publisherOf = (info: DeviceInfo) =>
      new Publisher(info, clientIdOf(plan.seed, info.device), this.#broker, () => standings.get(info.device)?.pack());
    this.#publishers = new Map(fleet.map(({ info }) => [info.device, publisherOf(info)]));
    this.#scheduler = new Scheduler(fleet, originAt, (device, pack, said, zeroAt) => {
      standings.get(device)?.note(said, zeroAt);
      this.#publishers.get(device)?.send(pack);
    });
  }

  /** How many devices there are. */
  get devices(): number {
    return this.#publishers.size;
  }

  /** Whether the broker is there. */
  get connected(): boolean {
    return this.#broker.connected;
  }

  /** Starts to play and to connect; what is said before a connection stands is kept. */
  start(): void {
    this.#scheduler.start();
    const [scout, ...others] = this.#publishers.values();
    // The first finds out which MQTT version the broker speaks, so that it need not refuse every one of them.
    void scout?.start().then(() => {
      if (!this.#stopped) for (const publisher of others) void publisher.start();
    });
  }

  /** Every device says `offline` and disconnects. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#scheduler.stop();
    await Promise.all([...this.#publishers.values()].map((publisher) => publisher.stop()));
  }
}

/** MQTT client id of a device; the same after a restart, so that the broker drops what is left of the last run. */
export const clientIdOf = (seed: number, device: string): string =>
  `telewire-sim-${seed}-${device.replaceAll('/', '-')}`;
