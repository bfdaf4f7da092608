import { capacityLeft, detour, type IncidentSite } from './incidents.js';

/** Lanes of the road. */
export const LANES = 3;
/** Triangular fundamental diagram of one lane (Newell, Daganzo): free speed, wave speed in km/h, jam density in veh/km. */
export const FREE_KMH = 110;
export const WAVE_KMH = 18;
export const JAM_DENSITY = 140;
/** Density at capacity of one lane in veh/km, and the capacity itself in veh/h: about 2,170. */
export const CRITICAL_DENSITY = (WAVE_KMH * JAM_DENSITY) / (FREE_KMH + WAVE_KMH);
export const CAPACITY = FREE_KMH * CRITICAL_DENSITY;

const STEP_S = 5;
/** A cell is what a free vehicle drives in one step (Courant condition of the model). */
const CELL_KM = (FREE_KMH * STEP_S) / 3600;
// Behind the slip road people weave; and a queue discharges less than free traffic carries (capacity drop, 5 to 30 %
// after Treiber and Helbing 2002).
const WEAVING = 0.92;
const CAPACITY_DROP = 0.9;
/** Share of the main road's demand that joins at the slip road. */
const SLIP_SHARE = 0.25;
// Twice the longest queue of an hour; what waits outside the corridor need not be remembered beyond that.
const MOST_WAITING = 5_000;
/** How long the model runs before elapsed zero, so that the fleet starts with a road that has a past. */
export const WARM_UP_S = 2 * 3600;

/** Traffic at a place, all lanes together. */
export interface RoadState {
  /** veh/h */
  readonly flow: number;
  /** veh/km */
  readonly density: number;
  /** km/h */
  readonly speed: number;
}

/** What a corridor is made of. */
export interface CorridorPlan {
  readonly fromKm: number;
  readonly toKm: number;
  /** Where the slip road joins, if within the corridor. */
  readonly slipKm: number;
  readonly incidents: readonly IncidentSite[];
  /** veh/h that want to enter at an elapsed second. */
  readonly demand: (timeS: number) => number;
}

/**
 * Cell Transmission Model (Daganzo, Transportation Research B 28(4), 1994) in steps of 5 s: what flows from cell to cell is
 * the least of what is there, what the place carries and what the next cell has room for.
 */
export class Corridor {
  readonly #plan: CorridorPlan;
  /** Vehicles in each cell. */
  readonly #vehicles: Float64Array;
  /** Vehicles that were in each cell when the last step began, and those that left it: density and flow that fit. */
  readonly #before: Float64Array;
  readonly #out: Float64Array;
  readonly #slipCell: number;
  #waiting = 0;
  #timeS = -WARM_UP_S;

  constructor(plan: CorridorPlan) {
    this.#plan = plan;
    const cells = Math.ceil((plan.toKm - plan.fromKm) / CELL_KM);
    const free = (plan.demand(this.#timeS) / FREE_KMH) * CELL_KM;
    this.#vehicles = new Float64Array(cells).fill(Math.min(free, LANES * CRITICAL_DENSITY * CELL_KM));
    this.#before = new Float64Array(this.#vehicles);
    this.#out = new Float64Array(cells);
    this.#slipCell = this.#cellAt(plan.slipKm);
  }

  /** Runs the model up to an elapsed time. */
  advanceTo(timeS: number): void {
    while (this.#timeS + STEP_S <= timeS) this.#step();
  }

  /** Traffic at a place at the time the model has reached; the nearest end for a place outside. */
  at(km: number): RoadState {
    const cell = Math.min(this.#vehicles.length - 1, Math.max(0, this.#cellAt(km)));
    const density = this.#before[cell]! / CELL_KM;
    const flow = (this.#out[cell]! * 3600) / STEP_S;
    return { flow, density, speed: density > 0 ? flow / density : FREE_KMH };
  }

  #step(): void {
    const vehicles = this.#vehicles;
    this.#before.set(vehicles);
    const out = this.#out;
    const last = vehicles.length - 1;
    const least = this.#plan.incidents.length > 0 ? detour(this.#timeS) * CAPACITY * LANES : 0;
    const demand = Math.max(least, this.#plan.demand(this.#timeS));
    const most = (CAPACITY * LANES * STEP_S) / 3600;
    const limits = this.#limits(demand / (CAPACITY * LANES), most);
    const slip = Math.min((demand * SLIP_SHARE * STEP_S) / 3600, 0.3 * this.#room(this.#slipCell, most));

    for (let i = 0; i <= last; i++) {
      let room = i === last ? most : this.#room(i + 1, most);
      if (i + 1 === this.#slipCell) room -= slip;
      out[i] = Math.max(0, Math.min(vehicles[i]!, limits.get(i) ?? most, room));
    }
    const wanting = this.#waiting + (demand * STEP_S) / 3600;
    const entering = Math.min(wanting, this.#room(0, most));
    this.#waiting = Math.min(MOST_WAITING, wanting - entering);
    for (let i = 0; i <= last; i++) vehicles[i]! += (i === 0 ? entering : out[i - 1]!) - out[i]!;
    if (this.#slipCell > 0 && this.#slipCell <= last) vehicles[this.#slipCell]! += slip;
    this.#timeS += STEP_S;
  }

  /** Vehicles that a cell can take in one step. */
  #room(cell: number, most: number): number {
    const spare = LANES * JAM_DENSITY * CELL_KM - (this.#vehicles[cell] ?? 0);
    return Math.max(0, Math.min(most, (WAVE_KMH / FREE_KMH) * spare));
  }

  /** What leaves a cell at most, where that is less than elsewhere. */
  #limits(load: number, most: number): Map<number, number> {
    const limits = new Map<number, number>();
    const limit = (cell: number, share: number): void => {
      limits.set(cell, Math.min(limits.get(cell) ?? most, most * share));
    };
    const congested = (this.#vehicles[this.#slipCell] ?? 0) > 1.2 * LANES * CRITICAL_DENSITY * CELL_KM;
    limit(this.#slipCell, congested ? WEAVING * CAPACITY_DROP : WEAVING);
    for (const site of this.#plan.incidents) {
      const joined = site.km > this.#plan.slipKm ? 1 + SLIP_SHARE : 1;
      limit(this.#cellAt(site.km), capacityLeft(site, this.#timeS, load * joined));
    }
    return limits;
  }

  #cellAt(km: number): number {
    return Math.floor((km - this.#plan.fromKm) / CELL_KM);
  }
}
