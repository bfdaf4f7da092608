import type { Random } from '../random.js';
import { CAPACITY, CRITICAL_DENSITY, LANES, type RoadState } from './corridor.js';

/** What a lane's detector reports of one interval. */
export interface LaneReport {
  /** veh/h */
  readonly flow: number;
  /** Percent of the time that the loop was covered. */
  readonly occupancy: number;
  /** km/h; left out when no vehicle passed. */
  readonly speed?: number;
}

/** True state of one lane: flow in veh/h, speed in km/h. */
export interface LaneState {
  readonly flow: number;
  readonly speed: number;
}

// From the slow lane to the fast one: lorries keep right, and the fast lane fills up as traffic grows.
const LIGHT = [0.5, 0.4, 0.1];
const DENSE = [0.29, 0.35, 0.36];
const PACE = [0.84, 0.99, 1.13];
/** Length over which a vehicle covers the loop, in m: vehicle and loop (2 m); lane 1 has the lorries. */
export const EFFECTIVE_LENGTH_M = [9, 6.8, 6.5];

/** How the traffic of the road is spread over lane `lane` (0 is the slow one). In a queue all lanes are alike. */
export function laneState(road: RoadState, lane: number): LaneState {
  const load = Math.min(1, road.flow / (LANES * CAPACITY));
  const queued = queuedShare(road);
  const dense = Math.max(Math.min(1, load * 1.3), queued);
  const share = LIGHT[lane]! + dense * (DENSE[lane]! - LIGHT[lane]!);
  const pace = PACE[lane]! + queued * (1 - PACE[lane]!);
  // The triangular diagram knows only one free speed; detectors show it 8 to 10 % lower near capacity (MnDOT).
  return { flow: share * road.flow, speed: road.speed * pace * (1 - 0.09 * load * (1 - queued)) };
}

/** 0 in free traffic, 1 in a queue. */
const queuedShare = (road: RoadState): number => clamp((road.density / LANES / CRITICAL_DENSITY - 1) / 0.5, 0, 1);

/**
 * How many vehicles pass on a lane in `seconds`. A Poisson count, but vehicles keep a distance: as of a counter with dead time τ,
 * variance = mean (1 − q τ)² (Müller, Nuclear Instruments and Methods 112, 1973), here with τ = 1.1 s.
 */
export function countVehicles(road: RoadState, lane: number, seconds: number, random: Random): number {
  const { flow } = laneState(road, lane);
  const mean = (flow * seconds) / 3600;
  // In a queue they follow each other still more evenly.
  const spread = Math.max(0.2, 1 - (flow / 3600) * 1.1 - 0.6 * queuedShare(road));
  const count = mean + (random.poisson(mean) - mean) * spread;
  // Rounded up or down by chance, so that the mean stays.
  return Math.max(0, Math.floor(count + random.uniform()));
}

/** What a detector reports of `count` vehicles in `seconds`: occupancy follows from k = q / v and the vehicles' length. */
export function reportLane(road: RoadState, lane: number, count: number, seconds: number, random: Random): LaneReport {
  const lengthM = EFFECTIVE_LENGTH_M[lane]!;
  const state = laneState(road, lane);
  if (count === 0) {
    // In a standing queue nobody passes, but somebody stands on the loop.
    const standing = road.speed < 10 ? occupancyOf(road.density / LANES, lengthM) : 0;
    return { flow: 0, occupancy: tenth(standing) };
  }
  const flow = (count * 3600) / seconds;
  const speed = Math.max(3, state.speed + random.gaussian(0, (0.06 * state.speed) / Math.sqrt(count)));
  return { flow: Math.round(flow), occupancy: tenth(occupancyOf(flow / speed, lengthM)), speed: tenth(speed) };
}

/** Occupancy in percent of a density in veh/km: k (L_vehicle + L_loop) / 10, L in m. */
const occupancyOf = (density: number, lengthM: number): number => Math.min(100, (density * lengthM) / 10);

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
const tenth = (value: number): number => Math.round(10 * value) / 10;
