/** A detector station's place on the road. */
export interface Place {
  readonly km: number;
  /** `S06` */
  readonly label: string;
  /** `Auwald`; further stations have a kilometre post instead. */
  readonly name: string;
}

const NAMED: readonly (readonly [km: number, name: string])[] = [
  [5.1, 'Hafen'],
  [6.8, 'Messe'],
  [8.2, 'Lindenhof'],
  [9.9, 'Kanal'],
  [11.4, 'Weiher'],
  [12.9, 'Auwald'],
  [14.6, 'Nordkreuz'],
  [16.0, 'Steig'],
  [17.4, 'Ziegelei'],
  [19.2, 'Heide'],
  [21.0, 'Moor'],
  [22.7, 'Tannen'],
];
const SPACING_KM = 1.6;

/** The road that the stations stand at. */
export const ROAD = 'A9 northbound';

/** Where the slip road of the Nordkreuz interchange joins, just before its station. */
export const SLIP_KM = 14.4;

/** The places of the first `count` stations: twelve named ones, then one every 1.6 km. */
export function placesOf(count: number): Place[] {
  return Array.from({ length: count }, (_, index) => {
    const label = `S${String(index + 1).padStart(2, '0')}`;
    const [lastKm] = NAMED.at(-1)!;
    const km = Math.round(10 * (lastKm + (index - NAMED.length + 1) * SPACING_KM)) / 10;
    const [namedKm, name] = NAMED[index] ?? [km, `km ${km.toFixed(1)}`];
    return { km: namedKm, label, name };
  });
}
