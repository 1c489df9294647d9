// @ts-check
/**
 * <space-time>: a run as lanes, dots and arrows. It draws only the window that is seen, so that a run of ten thousand events scrolls
 * like one of ten. It decides nothing: what hands and keys want goes out as events (`act`), what is so comes in as properties.
 */

import {html, LitElement, nothing} from './lit/lit-element.js';
import {APART, Layout, LEFT} from './layout.js';
import {Painter} from './paint.js';
import {CanvasPen, SvgPen} from './pens.js';

/** @typedef {import('./core.js').LabEvent} LabEvent */
/** @typedef {import('./core.js').Message} Message */
/** @typedef {import('./core.js').View} View */
/** @typedef {import('./paint.js').Scene} Scene */

/** A hand that moves less than this has clicked. */
const CLICK = 6;
const EMPTY = /** @type {ReadonlySet<any>} */ (new Set());
const COLOURS = ['ink', 'soft', 'faint', 'line', 'paper', 'accent', 'past', 'future', 'concurrent', 'lost', 'lane'];

/** Says in one sentence what a dot is. @param {LabEvent} event @param {boolean} [blank] */
export function describe(event, blank = false) {
  if (blank) return `${event.node} ${event.word}${event.message ? ` ${event.message}` : ''}, ${event.at} ms, clock to be filled in`;
  const clocks = event.sum === null ? `clock ${event.clock}` : `Lamport clock ${event.clock}`;
  return `${event.text || event.word}. ${event.node}, ${event.at} ms, ${clocks}`;
}

export class SpaceTime extends LitElement {
  static properties = {
    view: {attribute: false},
    events: {attribute: false},
    messages: {attribute: false},
    playhead: {attribute: false},
    clocks: {attribute: false},
    selected: {attribute: false},
    message: {attribute: false},
    cone: {attribute: false},
    chain: {attribute: false},
    blanks: {attribute: false},
    sender: {attribute: false},
    spot: {state: true},
  };

  constructor() {
    super();
    /** @type {?View} */
    this.view = null;
    /** @type {LabEvent[]} */
    this.events = [];
    /** @type {Message[]} */
    this.messages = [];
    /** Where the now line stands between two whole milliseconds while it plays. @type {?number} */
    this.playhead = null;
    /** @type {ReadonlySet<string>} */
    this.clocks = new Set(['lamport']);
    /** @type {number[]} */
    this.selected = [];
    /** @type {?string} */
    this.message = null;
    /** @type {?import('./core.js').Cone} */
    this.cone = null;
    /** What lies between two chosen events. @type {?import('./core.js').Relation} */
    this.chain = null;
    /** @type {ReadonlyMap<string, string>} */
    this.blanks = new Map();
    /** @type {?string} */
    this.sender = null;
    /** @type {?{node: string, event: number}} */
    this.spot = null;
    this.layout = new Layout();
    this.pendingSend = false;
    this.frame = 0;
    /** @type {Scene['ghost']} */
    this.ghost = null;
    /** @type {Scene['drag']} */
    this.drag = null;
    /** @type {?{x: number, y: number, node: string, event: number, flight: ?import('./layout.js').Flight, head: boolean, moved: boolean}} */
    this.hand = null;
    /** @type {?import('./paint.js').Colours} */
    this.colours = null;
    this.isFocused = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.recolour = () => {
      this.colours = null;
      this.draw();
    };
    this.scheme.addEventListener('change', this.recolour);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    if (this.recolour) this.scheme?.removeEventListener('change', this.recolour);
    this.sizes?.disconnect();
  }

  firstUpdated() {
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.port);
  }

  /** @returns {HTMLElement} */
  get port() {
    return /** @type {HTMLElement} */ (this.querySelector('.port'));
  }

  get canvas() {
    return /** @type {HTMLCanvasElement} */ (this.querySelector('canvas'));
  }

  /** What to do, for whoever runs the lab. @param {string} what @param {object} [detail] */
  act(what, detail = {}) {
    this.dispatchEvent(new CustomEvent('act', {detail: {what, ...detail}, bubbles: true}));
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (!this.view) return;
    const {layout} = this;
    layout.laneHeight = 70 + 15 * this.clocks.size;
    layout.apart = this.apart();
    if (changed.has('events') || changed.has('view') || changed.has('clocks')) {
      layout.place(this.events, this.view.nodes.map((node) => node.id));
    }
    layout.placeMessages(this.messages, this.playhead ?? this.view.now);
    if (this.spot && !layout.lanes.has(this.spot.node)) this.spot = null;
    if (this.spot && this.spot.event >= this.view.cursor) this.spot = {...this.spot, event: -1};
  }

  /** How wide the clocks beside a dot are, so that two of one lane do not run into each other. */
  apart() {
    const nodes = this.view?.nodes ?? [];
    const digits = String(nodes.reduce((most, node) => Math.max(most, node.clock), 0)).length;
    const lamport = this.clocks.has('lamport') ? 9 * digits + 9 : 0;
    const letters = nodes.length > 6 ? 26 : nodes.length * (1 + digits) + 2;
    const vector = this.clocks.has('vector') ? 6.7 * letters : 0;
    const hybrid = this.clocks.has('hybrid') && !this.view?.imported ? 44 : 0;
    return Math.max(APART, lamport, vector, hybrid);
  }

  updated() {
    this.draw();
  }

  /** A scale that fits a run that was just opened; without a wish, one with long silences goes by steps. @param {boolean} [bySteps] */
  fit(bySteps) {
    const {layout} = this;
    layout.events = this.events;
    layout.fit(Math.max(44, this.apart()));
    const long = (this.view?.end ?? 0) * layout.scale > 4000 + 100 * this.events.length;
    layout.bySteps = bySteps ?? (long || (this.view?.imported ?? false));
    this.again();
  }

  /** @param {number} factor */
  zoom(factor) {
    const {port, layout} = this;
    const middle = layout.timeAt(port.scrollLeft + port.clientWidth / 2);
    layout.zoom(factor);
    this.again();
    this.updateComplete.then(() => (port.scrollLeft = layout.xOf(middle) - port.clientWidth / 2));
  }

  /** Places everything again. */
  again() {
    this.requestUpdate('view', null);
  }

  /** How far the run reaches, with room to go on. */
  get extent() {
    if (!this.view) return 0;
    const {layout} = this;
    const lastX = layout.xs.length ? layout.xs[layout.xs.length - 1] : LEFT;
    const flights = layout.flights.length ? layout.flights.reduce((far, flight) => Math.max(far, flight.x1), 0) : 0;
    return Math.max(lastX, flights, layout.xOf(this.view.now)) + 140;
  }

  render() {
    const view = this.view;
    if (!view) return html``;
    const {layout} = this;
    const height = layout.height;
    const width = this.extent;
    return html`
      <div class="heads" role="group" aria-label="Nodes" .style=${`height:${height}px`}>
        ${view.nodes.map((node) => this.headOf(node, view))}
      </div>
      <div class="port" @scroll=${this.draw} @pointerdown=${this.down} @pointermove=${this.move} @pointerup=${this.up} @pointercancel=${this.cancel} @pointerleave=${this.out}>
        <div class="track" .style=${`width:${width}px;height:${height}px`}><canvas aria-hidden="true"></canvas></div>
        <div class="ear" tabindex="0" role="listbox" aria-label="Events of the run" aria-describedby="keys-short"
          aria-activedescendant=${this.spot ? `at-${this.spot.node}-${this.spot.event}` : nothing}
          @keydown=${this.key} @focus=${this.enter} @blur=${this.leave}>${this.optionsNear()}</div>
      </div>
    `;
  }

  /** @param {import('./core.js').NodeView} node @param {View} view */
  headOf(node, view) {
    const sends = this.sender === node.id;
    const gone = node.removedAt !== null;
    const label = sends
      ? `${node.id} is the sender; press again to cancel`
      : this.sender
        ? `send from ${this.sender} to ${node.id}`
        : `${node.id}, clock ${node.clock}; press to send from it`;
    return html`<button class="head" ?disabled=${gone} data-node=${node.id} aria-pressed=${sends ? 'true' : 'false'} aria-label=${label}
      .style=${`top:${this.layout.yOf(node.id) - 23}px`} @click=${() => this.act('head', {node: node.id})}>
      <b>${node.id}</b><span>${gone ? 'gone' : view.imported || this.blanks.size > 0 ? '' : node.clock}</span>
    </button>`;
  }

  /** The dots around the focus, for those who hear the run. */
  optionsNear() {
    const {spot, view} = this;
    if (!view) return html``;
    const at = spot ?? {node: view.nodes[0]?.id ?? '', event: -1};
    const near = at.event < 0 ? [] : this.laneOf(at.node);
    const place = near.indexOf(at.event);
    const shown = place < 0 ? [] : near.slice(Math.max(0, place - 1), place + 2);
    return html`${shown.map(
        (i) => html`<div class="heard" role="option" id=${`at-${at.node}-${i}`} aria-selected=${this.selected.includes(i) ? 'true' : 'false'}
            aria-posinset=${near.indexOf(i) + 1} aria-setsize=${near.length}>${this.told(i)}</div>`,
      )}
      <div class="heard" role="option" id=${`at-${at.node}--1`} aria-selected="false">${at.node}, now: ${view.now} ms. Enter makes a local event.</div>`;
  }

  /** @param {number} i */
  told(i) {
    const blank = this.blanks.has(`${i} lamport`) || this.blanks.has(`${i} vector`);
    return describe(this.events[i], blank);
  }

  /** @param {string} node */
  laneOf(node) {
    const shown = this.view?.cursor ?? 0;
    return this.events.filter((event) => event.node === node && event.i < shown && event.kind !== 'lost').map((event) => event.i);
  }

  /** Draws at the next frame, once. */
  draw() {
    if (this.frame || !this.isConnected) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  /** @returns {import('./paint.js').Colours} */
  palette() {
    if (!this.colours) {
      const style = getComputedStyle(this);
      this.colours = /** @type {any} */ (Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])));
    }
    return /** @type {import('./paint.js').Colours} */ (this.colours);
  }

  /** @returns {Scene} */
  scene() {
    const view = /** @type {View} */ (this.view);
    const cone = this.cone;
    return {
      cursor: view.cursor,
      now: this.playhead ?? view.now,
      nodes: view.nodes,
      clocks: this.clocks,
      colours: this.palette(),
      selected: this.selected,
      message: this.message,
      past: cone ? new Set(cone.past) : EMPTY,
      future: cone ? new Set(cone.future) : EMPTY,
      concurrent: cone ? new Set(cone.concurrent) : EMPTY,
      chain: new Set(this.chain?.chain.map((link) => link.by)),
      steps: this.chain?.chain.filter((link) => link.by === 'order') ?? [],
      broken: new Set(view.invariants.flatMap((each) => (each.holds || each.event === null ? [] : [each.event]))),
      blanks: this.blanks,
      focus: this.isFocused ? this.spot : null,
      ghost: this.ghost,
      drag: this.drag,
    };
  }

  paint() {
    if (!this.view) return;
    const {canvas, port, layout} = this;
    const ratio = devicePixelRatio || 1;
    const width = port.clientWidth;
    const height = layout.height;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      /** @type {HTMLElement} */ (this.querySelector('.ear')).style.width = `${width}px`;
    }
    const to = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {alpha: false}));
    const left = port.scrollLeft;
    const scene = this.sceneOf();
    to.setTransform(ratio, 0, 0, ratio, 0, 0);
    to.globalAlpha = 1;
    to.fillStyle = scene.colours.paper;
    to.fillRect(0, 0, width, height);
    to.translate(-left, 0);
    new Painter(new CanvasPen(to), layout, scene, left, left + width).paint();
  }

  /** A scroll changes nothing but the window, so the sets of the scene are kept between updates. */
  sceneOf() {
    if (!this.cached || this.cachedFor !== this.stamp()) {
      this.cached = this.scene();
      this.cachedFor = this.stamp();
    }
    return {...this.cached, colours: this.palette(), ghost: this.ghost, drag: this.drag, focus: this.isFocused ? this.spot : null, now: this.playhead ?? this.cached.now};
  }

  stamp() {
    this.stamps ??= {parts: /** @type {unknown[]} */ ([]), n: 0};
    const parts = [this.view, this.cone, this.selected, this.message, this.chain, this.blanks, this.clocks];
    if (parts.some((part, k) => part !== this.stamps?.parts[k])) this.stamps = {parts, n: this.stamps.n + 1};
    return this.stamps.n;
  }

  /** The whole run as one picture. @returns {string} */
  svg() {
    const pen = new SvgPen();
    const width = this.extent;
    const head = 44;
    const scene = {...this.scene(), focus: null, ghost: null, drag: null};
    pen.rect(-head, 0, width + head, this.layout.height, {fill: scene.colours.paper});
    new Painter(pen, this.layout, scene, 0, width).paint();
    for (const node of scene.nodes) {
      pen.text(-12, this.layout.yOf(node.id), node.id, {size: 14, bold: true, fill: scene.colours.ink});
    }
    pen.parts = [`<g transform="translate(${head} 0)">`, ...pen.parts, '</g>'];
    return pen.document(width + head, this.layout.height, `A run of ${scene.nodes.length} nodes, ${scene.cursor} steps`);
  }

  /** Where a dot is on the screen; scrolls to it. @param {number} i */
  pointOf(i) {
    this.reveal(this.layout.xs[i]);
    return this.toScreen(this.layout.xs[i], this.layout.yOf(this.events[i].node));
  }

  /** Where a lane is at a time, on the screen. @param {string} node @param {number} millis */
  pointOfLane(node, millis) {
    this.reveal(this.layout.xOf(millis));
    return this.toScreen(this.layout.xOf(millis), this.layout.yOf(node));
  }

  /** Where the head of a message is, on the screen. @param {string} id */
  pointOfHead(id) {
    const flight = this.layout.flights.find((each) => each.message.id === id);
    if (!flight) return null;
    this.reveal(flight.x1);
    return this.toScreen(flight.x1, flight.y1);
  }

  /** @param {number} x @param {number} y */
  toScreen(x, y) {
    const box = this.port.getBoundingClientRect();
    return {x: box.left + x - this.port.scrollLeft, y: box.top + y};
  }

  /** @param {number} x */
  reveal(x) {
    const {port} = this;
    const at = x - port.scrollLeft;
    if (at < 60) port.scrollLeft = x - 120;
    else if (at > port.clientWidth - 60) port.scrollLeft = x - port.clientWidth + 160;
  }

  /** Keeps the now line in sight. */
  follow() {
    if (this.view) this.reveal(this.layout.xOf(this.playhead ?? this.view.now));
  }

  /** @param {PointerEvent} e */
  place(e) {
    const box = this.port.getBoundingClientRect();
    return {x: e.clientX - box.left + this.port.scrollLeft, y: e.clientY - box.top};
  }

  /** @param {PointerEvent} e */
  down(e) {
    if (e.button !== 0 || !this.view) return;
    const {x, y} = this.place(e);
    /** @type {HTMLElement} */ (this.querySelector('.ear')).focus({preventScroll: true});
    e.preventDefault(); // Or the focus would go to the body.
    const event = this.layout.eventAt(x, y, this.view.cursor);
    const hit = event < 0 ? this.layout.flightAt(x, y) : null;
    // The head of one that has arrived lies on its dot: it is dragged by the line's last part instead.
    this.hand = {x, y, node: this.layout.laneAt(y) ?? '', event, flight: hit?.flight ?? null, head: hit !== null && (hit.head || x > (hit.flight.x0 + hit.flight.x1) / 2), moved: false};
  }

  /** @param {PointerEvent} e */
  move(e) {
    const {x, y} = this.place(e);
    const {hand, layout} = this;
    if (!hand) {
      this.hover(x, y, e.pointerType);
      return;
    }
    if (!hand.moved && Math.hypot(x - hand.x, y - hand.y) < CLICK) return;
    if (!hand.moved) {
      hand.moved = true;
      this.port.setPointerCapture(e.pointerId);
    }
    this.ghost = null;
    if (hand.flight && hand.head) {
      const {x0, y0, y1} = hand.flight;
      this.drag = {x0, y0, x1: Math.max(x0 + 6, x), y1};
    } else if (hand.node) {
      const onLane = layout.laneAt(y);
      this.drag = {x0: this.startOf(hand.x), y0: layout.yOf(hand.node), x1: x, y1: onLane ? layout.yOf(onLane) : y};
    }
    this.draw();
  }

  /** Things happen at the now line, or further right, where time has to run to first. @param {number} x */
  startOf(x) {
    return Math.max(this.layout.xOf(this.view?.now ?? 0), x);
  }

  /** @param {number} x @param {number} y @param {string} kind */
  hover(x, y, kind) {
    const {layout, view} = this;
    if (!view || kind === 'touch') return;
    const event = layout.eventAt(x, y, view.cursor);
    const flight = event < 0 ? layout.flightAt(x, y) : null;
    const node = layout.laneAt(y);
    const near = node !== null && Math.abs(y - layout.yOf(node)) < 24 && !view.imported && this.blanks.size === 0;
    this.port.classList.toggle('can-drag', flight?.head ?? false);
    this.port.classList.toggle('can-pick', event >= 0 || flight !== null);
    const ghost = near && event < 0 && !flight ? {x: this.startOf(x), node: /** @type {string} */ (node)} : null;
    if (ghost || this.ghost) {
      this.ghost = ghost;
      this.draw();
    }
  }

  out() {
    if (!this.hand && this.ghost) {
      this.ghost = null;
      this.draw();
    }
  }

  cancel() {
    this.hand = null;
    this.drag = null;
    this.draw();
  }

  /** @param {PointerEvent} e */
  up(e) {
    const {hand, layout} = this;
    if (!hand || !this.view) return;
    const {x, y} = this.place(e);
    this.cancel();
    if (!hand.moved) this.tap(hand);
    else if (hand.flight && hand.head) {
      const delay = Math.max(1, layout.timeAt(x) - hand.flight.message.sentAt);
      this.act('delay', {message: hand.flight.message.id, delay});
    } else {
      const to = layout.laneAt(y);
      if (!hand.node || !to) return;
      const at = layout.timeAt(this.startOf(hand.x));
      const due = layout.timeAt(x);
      if (to !== hand.node) this.act('send', {from: hand.node, to, at, delay: due > at + 1 ? due - at : null});
    }
  }

  /** @param {NonNullable<SpaceTime['hand']>} hand */
  tap(hand) {
    const {layout} = this;
    if (this.sender && hand.node && hand.node !== this.sender) {
      this.act('send', {from: this.sender, to: hand.node, at: layout.timeAt(this.startOf(hand.x)), delay: null});
    } else if (hand.event >= 0) {
      this.spot = {node: this.events[hand.event].node, event: hand.event};
      this.act('pick', {event: hand.event});
    } else if (hand.flight) {
      this.act('pick-message', {message: hand.flight.message.id});
    } else if (hand.node && Math.abs(hand.y - layout.yOf(hand.node)) < 28) {
      this.spot = {node: hand.node, event: -1};
      this.act('local', {node: hand.node, at: layout.timeAt(this.startOf(hand.x))});
    } else {
      this.act('clear');
    }
  }

  enter() {
    this.isFocused = true;
    if (!this.spot && this.view?.nodes.length) this.spot = {node: this.view.nodes[0].id, event: -1};
    this.draw();
  }

  leave() {
    this.isFocused = false;
    this.pendingSend = false;
    this.draw();
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || !this.spot) return;
    if (this.pendingSend && /^[1-9]$/.test(e.key)) {
      this.act('send', {from: this.spot.node, to: `n${e.key}`, at: null, delay: null});
    } else if (!this.command(e.key)) {
      return;
    }
    if (e.key.toLowerCase() !== 's') this.pendingSend = false;
    e.preventDefault();
    e.stopPropagation();
  }

  /** @param {string} key @returns {boolean} whether it means something here */
  command(key) {
    const spot = /** @type {{node: string, event: number}} */ (this.spot);
    const event = spot.event < 0 ? null : this.events[spot.event];
    const message = event?.message ?? this.message;
    switch (key.length === 1 ? key.toLowerCase() : key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        this.along(key === 'ArrowRight' ? 1 : -1);
        return true;
      case 'ArrowUp':
      case 'ArrowDown':
        this.across(key === 'ArrowDown' ? 1 : -1);
        return true;
      case 'Enter':
      case ' ':
        if (event) this.act('pick', {event: event.i});
        else this.act('local', {node: spot.node, at: null});
        return true;
      case 'l':
        this.act('local', {node: spot.node, at: null});
        return true;
      case 's':
        this.pendingSend = true;
        this.act('say', {text: `Send from ${spot.node} to which node? Press its digit.`});
        return true;
      case 'm':
        this.followMessage(event);
        return true;
      case 'd':
      case 'u':
      case '+':
      case '-':
        this.act({d: 'drop', u: 'duplicate', '+': 'later', '-': 'sooner'}[key.toLowerCase()] ?? '', {message});
        return true;
      case 'Escape':
        this.act('clear');
        return true;
      default:
        return false;
    }
  }

  /** @param {number} way */
  along(way) {
    const spot = /** @type {{node: string, event: number}} */ (this.spot);
    const lane = this.laneOf(spot.node);
    const at = spot.event < 0 ? lane.length : lane.indexOf(spot.event);
    const next = Math.max(0, at + way);
    this.focusOn(spot.node, next < lane.length ? lane[next] : -1);
  }

  /** @param {number} way */
  across(way) {
    const spot = /** @type {{node: string, event: number}} */ (this.spot);
    const {layout} = this;
    const nodes = [...layout.lanes.keys()];
    const node = nodes[Math.max(0, Math.min(nodes.length - 1, nodes.indexOf(spot.node) + way))];
    if (spot.event < 0) {
      this.focusOn(node, -1);
      return;
    }
    const x = layout.xs[spot.event];
    let best = -1;
    for (const i of this.laneOf(node)) {
      if (best < 0 || Math.abs(layout.xs[i] - x) < Math.abs(layout.xs[best] - x)) best = i;
    }
    this.focusOn(node, best);
  }

  /** To the other end of the dot's message. @param {?LabEvent} event */
  followMessage(event) {
    const message = this.messages.find((each) => each.id === event?.message);
    if (!event || !message) return;
    const other = event.kind === 'send' ? message.received : message.sent;
    if (other !== null) this.focusOn(this.events[other].node, other);
    else this.act('say', {text: `${message.id} has not arrived.`});
  }

  /** @param {string} node @param {number} event */
  focusOn(node, event) {
    this.spot = {node, event};
    if (event >= 0) this.reveal(this.layout.xs[event]);
    else this.follow();
    this.act('say', {text: event >= 0 ? this.told(event) : `${node}, now: ${this.view?.now} ms.`, quiet: true});
  }
}

customElements.define('space-time', SpaceTime);
