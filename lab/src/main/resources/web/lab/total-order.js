// @ts-check
/** <total-order>: the events in the one order (clock, node) that all nodes agree on; draws only the chips that are seen. */

import {html, LitElement} from './lit/lit-element.js';

/** @typedef {import('./core.js').LabEvent} LabEvent */

export class TotalOrder extends LitElement {
  static properties = {
    order: {attribute: false},
    events: {attribute: false},
    selected: {attribute: false},
    cone: {attribute: false},
    hidden: {attribute: false},
    first: {state: true},
  };

  constructor() {
    super();
    /** @type {number[]} */
    this.order = [];
    /** @type {LabEvent[]} */
    this.events = [];
    /** @type {number[]} */
    this.selected = [];
    /** @type {?import('./core.js').Cone} */
    this.cone = null;
    this.first = 0;
  }

  /** The width of a chip with the gap behind it: the last clock is the longest. */
  get chip() {
    const last = this.order.at(-1);
    return 46 + 8 * (last === undefined ? 1 : String(this.events[last].clock).length);
  }

  createRenderRoot() {
    return this;
  }

  scrolled() {
    const port = /** @type {HTMLElement} */ (this.querySelector('.order-port'));
    const first = Math.max(0, Math.floor(port.scrollLeft / this.chip / 10) * 10 - 10);
    if (first !== this.first) this.first = first;
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const picked = this.selected.at(-1);
    if (!changed.has('selected') || picked === undefined) return;
    const at = this.order.indexOf(picked) * this.chip;
    const port = /** @type {HTMLElement} */ (this.querySelector('.order-port'));
    if (at < port.scrollLeft || at > port.scrollLeft + port.clientWidth - this.chip) port.scrollLeft = at - port.clientWidth / 2;
  }

  /** @param {number} i */
  kindOf(i) {
    if (this.selected.includes(i)) return 'selected';
    if (this.cone?.past.includes(i)) return 'past';
    if (this.cone?.future.includes(i)) return 'future';
    return this.cone ? 'concurrent' : '';
  }

  render() {
    const {chip} = this;
    const seen = this.order.slice(this.first, this.first + 60);
    return html`<div class="order-port" tabindex="0" role="group" aria-label="Total order" @scroll=${this.scrolled}>
      <div class="order-track" .style=${`width:${this.order.length * chip}px`}>
        ${seen.map((i, k) => {
          const event = this.events[i];
          const place = this.first + k;
          const before = place > 0 ? this.events[this.order[place - 1]] : null;
          const tie = before?.clock === event.clock;
          return html`<button class="chip ${this.kindOf(i)} ${tie ? 'tie' : ''}" .style=${`left:${place * chip}px;width:${chip - 6}px`}
            aria-label=${`place ${place + 1}: ${event.text || event.word}, clock ${event.clock}, ${event.node}${tie ? '; same clock, so the node decides' : ''}`}
            @click=${() => this.dispatchEvent(new CustomEvent('act', {detail: {what: 'pick', event: i}, bubbles: true}))}
            ><b>${event.clock}</b> ${event.node}</button>`;
        })}
      </div>
    </div>`;
  }
}

customElements.define('total-order', TotalOrder);
