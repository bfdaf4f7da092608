const PRINTED: Readonly<Record<string, string>> = {
  Cel: '°C',
  'mm[Hg]': 'mmHg',
  '{veh}/h': 'veh/h',
  '1': '',
};

/** A UCUM unit as it is printed: `mm[Hg]` as `mmHg`; nothing for what has no dimension. */
export const unitText = (ucum: string): string => PRINTED[ucum] ?? ucum;
