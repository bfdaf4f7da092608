import { STATUS_METRIC, SYSTEM_DEVICE } from '@telewire/protocol';
import type { ReceivedReading } from '../journal/journal.js';
import type { Registry } from '../registry/registry.js';
import type { Message } from './broker.js';
import { fits } from './kind.js';
import type { Mapping } from './mapping.js';
import { textOf } from './payload.js';
import type { Refusals } from './refusals.js';
import type { Appends } from './repetitions.js';

/** Turns messages of other formats into readings, by the rules of a mapping file. */
export class MappedIngest {
  constructor(
    private readonly mapping: Mapping,
    private readonly journal: Appends,
    private readonly registry: Registry,
    private readonly refusals: Refusals,
  ) {}

  /**
   * Takes one message; one whose topic no rule names is none of our business. Resolves once what it holds is in the journal.
   * @param now epoch milliseconds of receipt
   */
  async take(message: Message, now: number): Promise<void> {
    const { topic } = message;
    if (!this.mapping.concerns(topic)) return;
    const text = textOf(message, this.refusals);
    // An empty payload deletes what was retained; it says nothing of a value.
    if (text === undefined || text === '') return;
    const readings: ReceivedReading[] = [];
    for (const mapped of this.mapping.apply(topic, text, now)) {
      if ('refused' in mapped) this.refusals.add(mapped.refused, topic, mapped.detail);
      else if (isReserved(mapped.device, mapped.info.series)) {
        this.refusals.add('reserved-name', topic, `${mapped.info.series} is made by the gateway`);
      } else if (!this.registry.infoOf(mapped.info.series) && !this.registry.hasRoom(mapped.device)) {
        this.refusals.add('too-many-series', topic, mapped.info.series);
      } else {
        const { info, device, at, timed, value, id } = mapped;
        this.registry.describe(device, info);
        const kind = this.registry.infoOf(info.series)?.kind ?? info.kind;
        if (!fits(kind, value)) {
          this.refusals.add('wrong-kind', topic, `${info.series} is of kind ${kind}`);
          continue;
        }
        const quality = value === null ? 'bad' : 'good';
        readings.push({
          series: info.series,
          at,
          receivedAt: now,
          value,
          quality,
          identified: timed && kind !== 'text',
          ...(id === undefined ? {} : { id }),
        });
      }
    }
    await this.journal.append(readings);
  }
}

const isReserved = (device: string, series: string): boolean =>
  device === SYSTEM_DEVICE || device.startsWith(`${SYSTEM_DEVICE}/`) || series === `${device}/${STATUS_METRIC}`;
