// @ts-check
/** Where everything of a run is drawn: pure geometry, no drawing, no clock's rule. */

/** @typedef {import('./core.js').LabEvent} LabEvent */
/** @typedef {import('./core.js').Message} Message */
/** @typedef {import('./core.js').NodeView} NodeView */
/** @typedef {{message: Message, x0: number, y0: number, x1: number, y1: number, end: number}} Flight */

export const LEFT = 36;
export const TOP = 34;

/** Two dots of one lane keep at least this apart, or a finger could not tell them. */
export const APART = 26;
/** A message leans at least this much, or its direction could not be seen. */
const LEAN = 12;
/** By steps, time in which nothing happens takes little room. */
const STILL = 0.2;
const SCALE_MIN = 0.05;
const SCALE_MAX = 24;

/** @param {number} value @param {number} low @param {number} high */
const within = (value, low, high) => Math.max(low, Math.min(high, value));

/** The first index in 0..n whose key is at least `wanted`. @param {number} n @param {(k: number) => number} key @param {number} wanted */
export function firstFrom(n, key, wanted) {
  let low = 0;
  let high = n;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (key(mid) < wanted) low = mid + 1;
    else high = mid;
  }
  return low;
}

export class Layout {
  constructor() {
    /** Pixels for one virtual millisecond. */
    this.scale = 4;
    /** By steps: every happening in a column of its own, however far apart in time. */
    this.bySteps = false;
    this.laneHeight = 84;
    /** What two dots of one lane keep apart, so that their labels do too. */
    this.apart = APART;
    /** @type {LabEvent[]} */
    this.events = [];
    /** @type {number[]} */
    this.xs = [];
    /** @type {Map<string, number>} */
    this.lanes = new Map();
    /** @type {Flight[]} */
    this.flights = [];
    this.longest = 0;
  }

  /** @param {LabEvent[]} events @param {string[]} nodes */
  place(events, nodes) {
    this.events = events;
    this.lanes = new Map(nodes.map((node, k) => [node, k]));
    /** @type {Map<string, number>} */
    const last = new Map();
    /** @type {Map<string, number>} */
    const sent = new Map();
    const xs = new Array(events.length);
    let before = LEFT;
    // What dots that keep apart have pushed all that comes after them to the right.
    let pushed = 0;
    for (let k = 0; k < events.length; k++) {
      const event = events[k];
      let x = this.bySteps ? LEFT + this.apart * (k + 0.5) : LEFT + event.at * this.scale + pushed;
      x = Math.max(x, before, (last.get(event.node) ?? 0) + (event.kind === 'join' || event.kind === 'lost' ? 0 : this.apart));
      if (event.message && event.kind === 'send') sent.set(event.message, x);
      else if (event.message) x = Math.max(x, (sent.get(event.message) ?? 0) + LEAN);
      xs[k] = before = x;
      pushed = x - LEFT - event.at * this.scale;
      if (event.kind !== 'lost') last.set(event.node, x);
    }
    this.xs = xs;
  }

  /** @param {Message[]} messages @param {number} now */
  placeMessages(messages, now) {
    this.longest = 0;
    this.flights = messages.map((message) => {
      const x0 = this.xs[message.sent] ?? this.xOf(message.sentAt);
      const due =
        message.received !== null && message.received < this.xs.length
          ? this.xs[message.received]
          : Math.max(this.xOf(message.dueAt), x0 + LEAN);
      const y0 = this.yOf(message.from);
      const y1 = this.yOf(message.to);
      let end = due;
      if (message.state === 'lost') {
        // Half-way at most, so that the cross stands where nobody takes it for an arrival.
        end = within(this.xOf(message.lostAt ?? message.dueAt), x0 + LEAN, x0 + (due - x0) * 0.8);
      } else if (message.state === 'flying') {
        end = within(this.xOf(now), x0, due);
      }
      this.longest = Math.max(this.longest, due - x0);
      return {message, x0, y0, x1: due, y1, end};
    });
    this.flights.sort((a, b) => a.x0 - b.x0);
  }

  /** @param {string} node */
  yOf(node) {
    return TOP + this.laneHeight * ((this.lanes.get(node) ?? 0) + 0.5);
  }

  get height() {
    return TOP + this.laneHeight * Math.max(1, this.lanes.size) + 14;
  }

  /** @param {number} millis */
  xOf(millis) {
    const n = this.events.length;
    const next = firstFrom(n, (k) => this.events[k].at, millis + 1e-9);
    const from = next === 0 ? LEFT : this.xs[next - 1];
    const fromAt = next === 0 ? 0 : this.events[next - 1].at;
    if (next >= n) return from + (millis - fromAt) * this.rate;
    if (!this.bySteps) return Math.min(this.xs[next], from + (millis - fromAt) * this.rate);
    return from + ((this.xs[next] - from) * (millis - fromAt)) / (this.events[next].at - fromAt);
  }

  /** Pixels for a millisecond in which nothing happens. */
  get rate() {
    return this.bySteps ? STILL : this.scale;
  }

  /** The virtual time at a place; the inverse of xOf. @param {number} x */
  timeAt(x) {
    const n = this.events.length;
    const next = firstFrom(n, (k) => this.xs[k], x);
    const from = next === 0 ? LEFT : this.xs[next - 1];
    const fromAt = next === 0 ? 0 : this.events[next - 1].at;
    if (next >= n) return Math.max(0, Math.round(fromAt + (x - from) / this.rate));
    if (!this.bySteps) return Math.max(0, Math.round(Math.min(this.events[next].at, fromAt + (x - from) / this.rate)));
    const share = this.xs[next] === from ? 0 : (x - from) / (this.xs[next] - from);
    return Math.max(0, Math.round(fromAt + share * (this.events[next].at - fromAt)));
  }

  /** The node whose lane is at a height, or null. @param {number} y @returns {?string} */
  laneAt(y) {
    const k = Math.floor((y - TOP) / this.laneHeight);
    return [...this.lanes.keys()][k] ?? null;
  }

  /** The nearest dot within a finger's width, or -1. @param {number} x @param {number} y @param {number} shown */
  eventAt(x, y, shown) {
    let found = -1;
    let best = 15 * 15;
    for (let k = firstFrom(this.xs.length, (j) => this.xs[j], x - 16); k < shown && this.xs[k] <= x + 16; k++) {
      if (this.events[k].kind === 'lost') continue; // It has no dot: its message has a cross.
      const dx = this.xs[k] - x;
      const dy = this.yOf(this.events[k].node) - y;
      if (dx * dx + dy * dy < best) {
        best = dx * dx + dy * dy;
        found = k;
      }
    }
    return found;
  }

  /** The message under a point, and whether its head was meant. @param {number} x @param {number} y */
  flightAt(x, y) {
    /** @type {?{flight: Flight, head: boolean}} */
    let found = null;
    let best = 12;
    for (const flight of this.flightsIn(x - 16, x + 16)) {
      const {x0, y0, x1, y1} = flight;
      const head = Math.hypot(x - x1, y - y1) < 13;
      const length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
      const along = within(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length2, 0, 1);
      const away = head ? 0 : Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
      if (away < best) {
        best = away;
        found = {flight, head};
      }
    }
    return found;
  }

  /** The messages that cross a window, oldest first. @param {number} left @param {number} right @returns {Flight[]} */
  flightsIn(left, right) {
    const all = this.flights;
    const found = [];
    for (let k = firstFrom(all.length, (j) => all[j].x0, left - this.longest); k < all.length && all[k].x0 <= right; k++) {
      if (all[k].x1 >= left) found.push(all[k]);
    }
    return found;
  }

  /** A scale at which most neighbours on a lane have room for their labels. @param {number} room */
  fit(room) {
    /** @type {Map<string, number>} */
    const last = new Map();
    const gaps = [];
    for (const event of this.events) {
      const before = last.get(event.node);
      if (before !== undefined && event.at > before) gaps.push(event.at - before);
      last.set(event.node, event.at);
    }
    gaps.sort((a, b) => a - b);
    this.scale = gaps.length === 0 ? 4 : within(room / gaps[Math.floor(gaps.length / 5)], 0.4, 6);
  }

  /** @param {number} factor */
  zoom(factor) {
    this.scale = within(this.scale * factor, SCALE_MIN, SCALE_MAX);
  }
}
