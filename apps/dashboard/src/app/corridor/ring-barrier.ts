import { labelFont, type Drawing, type Sheet } from '../widget/plot.js';
import type { Indication, PhaseView } from './signal-readings.js';

/** A signal controller at one moment. */
export interface RingPicture {
  readonly phases: readonly PhaseView[];
  /** Second of the cycle now. */
  readonly second: number;
  /** What the axis spans: the cycle's length, or a guess until one cycle has been seen whole. */
  readonly lengthS: number;
  readonly lengthKnown: boolean;
  readonly now: number;
}

const LAMPS: Readonly<Record<Indication, readonly [token: string, letter: string]>> = {
  green: ['--lamp-g', 'G'],
  yellow: ['--lamp-y', 'Y'],
  red: ['--lamp-r', 'R'],
};
const MARGIN = 14;
const TOP = 34;
const GAP = 10;
const LAMP_PX = 8;
// The smallest radius that holds a letter of 11 px, and the width from which a lamp keeps to its corner.
const LETTER_PX = 6;
const ROOMY_PX = 32;
// NEMA TS 2: ring 1 runs phases 1 to 4, ring 2 runs 5 to 8; both cross the barrier together.
const RINGS = [
  [1, 2, 3, 4],
  [5, 6, 7, 8],
];
const BEHIND_BARRIER = [3, 7];

/** Where on the cycle a phase has its place: its newest turn, cut where the one before it in the ring still lasts. */
export function placesOf(
  picture: RingPicture,
  ring: readonly number[],
): Map<number, readonly [from: number, to: number]> {
  const places = new Map<number, readonly [number, number]>();
  let reached = 0;
  for (const number of ring) {
    const turn = picture.phases.find(({ phase }) => phase === number)?.turn;
    if (turn === undefined) continue;
    const from = Math.max(reached, turn.from);
    // A turn that is under way gets the place that the one before had.
    const lasts = turn.to ?? Math.max(picture.second, from + (turn.beforeS ?? 0));
    const to = Math.min(picture.lengthS, Math.max(lasts, from));
    places.set(number, [from, to]);
    reached = to;
  }
  return places;
}

/** The rings of a controller along its cycle: what each phase shows, since when, and when it had its last turn. */
export const drawRings =
  (picture: RingPicture): Drawing =>
  (sheet) => {
    const { pen, width, height, theme } = sheet;
    const x = (second: number) => MARGIN + (second / picture.lengthS) * (width - 2 * MARGIN);
    const tall = Math.max(40, Math.min(104, (height - TOP - 30 - GAP) / 2));
    pen.textBaseline = 'middle';
    const drawn = RINGS.flatMap((ring, i) =>
      [...placesOf(picture, ring)].flatMap(([number, place]) => {
        const phase = picture.phases.find((each) => each.phase === number);
        if (phase === undefined) return [];
        const left = x(place[0]) + 1.5;
        const box = {
          x: left,
          y: TOP + i * (tall + GAP),
          width: Math.max(4, x(place[1]) - left - 1.5),
          height: tall,
        };
        return [{ phase, place, box }];
      }),
    );
    for (const { phase, place, box } of drawn) drawGround(sheet, phase, picture, place, box);
    const bottom = TOP + 2 * tall + GAP;
    const barrier = Math.min(
      ...BEHIND_BARRIER.map((number) => picture.phases.find(({ phase }) => phase === number)?.turn?.from ?? Infinity),
    );
    pen.fillStyle = theme.token('--t1');
    pen.fillRect(x(picture.second) - 1, TOP - 10, 2, bottom - TOP + 14);
    pen.font = labelFont(theme, 11);
    if (Number.isFinite(barrier)) {
      pen.fillRect(x(barrier) - 2, TOP - 8, 1.5, bottom - TOP + 16);
      pen.fillRect(x(barrier) + 1, TOP - 8, 1.5, bottom - TOP + 16);
      pen.fillStyle = theme.token('--t3');
      pen.textAlign = 'center';
      if (Math.abs(x(barrier) - x(picture.second)) > 44) pen.fillText('barrier', x(barrier), TOP - 19);
    }
    pen.fillStyle = theme.token('--t3');
    pen.textAlign = 'left';
    if (x(picture.second) > MARGIN + 30) pen.fillText('0', MARGIN, TOP - 19);
    pen.textAlign = 'right';
    if (picture.lengthKnown && x(picture.second) < width - 70)
      pen.fillText(`${Math.round(picture.lengthS)} s`, width - MARGIN, TOP - 19);
    pen.font = labelFont(theme, 12, '--font-figure', 600);
    pen.fillStyle = theme.token('--t1');
    pen.textAlign = 'center';
    const at = Math.min(width - MARGIN - 12, Math.max(MARGIN + 12, x(picture.second)));
    pen.fillText(`${Math.floor(picture.second)} s`, at, TOP - 19);
    // Above the hand of time: a narrow phase has no other place for its lamp.
    for (const { phase, place, box } of drawn) drawMarks(sheet, phase, picture, place, box);
  };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const isActive = ({ shows }: PhaseView): boolean => shows === 'green' || shows === 'yellow';

function drawGround(
  { pen, theme }: Sheet,
  phase: PhaseView,
  { second }: RingPicture,
  [from, to]: readonly [from: number, to: number],
  { x, y, width, height }: Box,
): void {
  const active = isActive(phase);
  pen.fillStyle = theme.token('--glass');
  pen.fillRect(x, y, width, height);
  if (active && second >= from) {
    pen.fillStyle = theme.token('--s3');
    pen.fillRect(x, y, Math.min(1, (second - from) / Math.max(1, to - from)) * width, height);
  }
  pen.strokeStyle = theme.token(active ? '--t1' : '--line-2');
  pen.lineWidth = active ? 1.5 : 1;
  pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
}

// A lamp is as large as its phase is wide; where it cannot hold its letter, the letter stands below it.
function drawLamp({ pen, theme }: Sheet, phase: PhaseView, { x, y, width }: Box): void {
  const active = isActive(phase);
  const [token, letter] = LAMPS[phase.shows ?? 'red'];
  const radius = Math.min(LAMP_PX, Math.max(2, width / 2 - 3));
  const middle = width > ROOMY_PX ? x + 16 : x + width / 2;
  pen.fillStyle = theme.token(active ? token : '--glass');
  pen.strokeStyle = theme.token(token);
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(middle, y + 18, radius, 0, Math.PI * 2);
  pen.fill();
  pen.stroke();
  pen.font = labelFont(theme, 11, '--font-figure', 600);
  pen.textAlign = 'center';
  const inside = radius >= LETTER_PX;
  pen.fillStyle = theme.token(active && inside ? '--s0' : '--t1');
  if (inside || width > 9) pen.fillText(letter, middle, inside ? y + 19 : y + 34);
}

function drawMarks(
  sheet: Sheet,
  view: PhaseView,
  { second, now }: RingPicture,
  [from, to]: readonly [from: number, to: number],
  box: Box,
): void {
  const { pen, theme } = sheet;
  const { x, y, width, height } = box;
  const { phase, since } = view;
  const active = isActive(view);
  drawLamp(sheet, view, box);
  pen.textAlign = width > 44 ? 'left' : 'center';
  pen.font = labelFont(theme, 18, '--font-figure', 600);
  pen.fillStyle = theme.token(active ? '--t1' : '--t2');
  if (width > 44) pen.fillText(String(phase), x + 30, y + 19);
  else if (width > 10 && height > 50) {
    const middle = width > ROOMY_PX ? x + 16 : x + width / 2;
    const down = y + Math.min(48, height - 13);
    // A rim that keeps the hand of time out of the figure.
    pen.strokeStyle = theme.token('--glass');
    pen.lineWidth = 4;
    pen.strokeText(String(phase), middle, down);
    pen.fillText(String(phase), middle, down);
  }
  if (!active) return;
  pen.font = labelFont(theme, 22, '--font-figure', 600);
  pen.fillStyle = theme.token('--t1');
  if (width <= 40 || (width <= 56 && height <= 80)) return;
  // On the side that the hand is not on.
  const right = (second - from) / Math.max(1, to - from) < 0.5;
  pen.textAlign = right ? 'right' : 'left';
  pen.fillText(`${Math.max(0, Math.floor((now - since) / 1000))} s`, right ? x + width - 8 : x + 8, y + height - 16);
}
