import type { LabWeather } from '@telewire/protocol';

/** What a weather does, what is left out being calm: `300 ms delay each way, cut every 5 s`; `calm` where it does nothing. */
export function weatherWords(weather: Partial<LabWeather>): string {
  const { delayMs = 0, jitterMs = 0, kilobitsPerSecond = 0, buffers, silent, cutEveryS = 0 } = weather;
  const said = [
    delayMs > 0 && `${delayMs} ms delay each way`,
    jitterMs > 0 && `up to ${jitterMs} ms jitter`,
    kilobitsPerSecond > 0 && `${kilobitsPerSecond} kbit/s`,
    buffers && 'a proxy that buffers',
    silent && 'silence after the handshake',
    cutEveryS > 0 && `cut every ${cutEveryS} s`,
  ].filter((each) => typeof each === 'string');
  return said.length === 0 ? 'calm' : said.join(', ');
}
