// @ts-check
/** Two pens with the same strokes, so that what is exported is what is seen. */

/**
 * @typedef {{stroke?: string, fill?: string, width?: number, dash?: number[], alpha?: number}} Ink
 * @typedef {{size?: number, bold?: boolean, mono?: boolean, align?: 'start' | 'center' | 'end', fill: string, alpha?: number}} Letters
 * @typedef {{path(points: number[], ink: Ink, closed?: boolean): void, circle(x: number, y: number, r: number, ink: Ink): void,
 *   rect(x: number, y: number, w: number, h: number, ink: Ink): void, text(x: number, y: number, words: string, letters: Letters): void}} Pen
 */

const SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
const MONO = 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** @param {Letters} l */
const fontOf = (l) => `${l.bold ? '600 ' : ''}${l.size ?? 12}px ${l.mono ? MONO : SANS}`;

/** @implements {Pen} */
export class CanvasPen {
  /** @param {CanvasRenderingContext2D} to */
  constructor(to) {
    this.to = to;
    /** What is set, because setting it is slow. */
    this.font = '';
    to.lineJoin = 'round';
    to.lineCap = 'round';
    to.textBaseline = 'middle';
  }

  /** @param {Ink} ink */
  draw(ink) {
    const to = this.to;
    to.globalAlpha = ink.alpha ?? 1;
    if (ink.fill) {
      to.fillStyle = ink.fill;
      to.fill();
    }
    if (ink.stroke) {
      to.strokeStyle = ink.stroke;
      to.lineWidth = ink.width ?? 1;
      to.setLineDash(ink.dash ?? []);
      to.stroke();
    }
  }

  /** @param {number[]} points @param {Ink} ink @param {boolean} [closed] */
  path(points, ink, closed = false) {
    const to = this.to;
    to.beginPath();
    to.moveTo(points[0], points[1]);
    for (let k = 2; k < points.length; k += 2) to.lineTo(points[k], points[k + 1]);
    if (closed) to.closePath();
    this.draw(ink);
  }

  /** @param {number} x @param {number} y @param {number} r @param {Ink} ink */
  circle(x, y, r, ink) {
    this.to.beginPath();
    this.to.arc(x, y, r, 0, 2 * Math.PI);
    this.draw(ink);
  }

  /** @param {number} x @param {number} y @param {number} w @param {number} h @param {Ink} ink */
  rect(x, y, w, h, ink) {
    this.to.beginPath();
    this.to.rect(x, y, w, h);
    this.draw(ink);
  }

  /** @param {number} x @param {number} y @param {string} words @param {Letters} letters */
  text(x, y, words, letters) {
    const to = this.to;
    to.globalAlpha = letters.alpha ?? 1;
    const wanted = fontOf(letters);
    if (this.font !== wanted) to.font = this.font = wanted;
    to.textAlign = letters.align ?? 'center';
    to.fillStyle = letters.fill;
    to.fillText(words, x, y);
  }
}

/** @param {string} text */
const escape = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** @param {number} n */
const short = (n) => String(Math.round(n * 10) / 10);

/** @implements {Pen} */
export class SvgPen {
  constructor() {
    /** @type {string[]} */
    this.parts = [];
  }

  /** @param {Ink} ink */
  look(ink) {
    const dash = ink.dash?.length ? ` stroke-dasharray="${ink.dash.join(' ')}"` : '';
    const alpha = ink.alpha === undefined || ink.alpha === 1 ? '' : ` opacity="${ink.alpha}"`;
    return `fill="${ink.fill ?? 'none'}" stroke="${ink.stroke ?? 'none'}" stroke-width="${ink.width ?? 1}"${dash}${alpha}`;
  }

  /** @param {number[]} points @param {Ink} ink @param {boolean} [closed] */
  path(points, ink, closed = false) {
    const to = [];
    for (let k = 0; k < points.length; k += 2) to.push(`${short(points[k])} ${short(points[k + 1])}`);
    this.parts.push(`<path d="M${to.join('L')}${closed ? 'Z' : ''}" ${this.look(ink)}/>`);
  }

  /** @param {number} x @param {number} y @param {number} r @param {Ink} ink */
  circle(x, y, r, ink) {
    this.parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${r}" ${this.look(ink)}/>`);
  }

  /** @param {number} x @param {number} y @param {number} w @param {number} h @param {Ink} ink */
  rect(x, y, w, h, ink) {
    this.parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" ${this.look(ink)}/>`);
  }

  /** @param {number} x @param {number} y @param {string} words @param {Letters} l */
  text(x, y, words, l) {
    const anchor = {start: 'start', center: 'middle', end: 'end'}[l.align ?? 'center'];
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" font-family="${escape(l.mono ? MONO : SANS)}" font-size="${l.size ?? 12}"` +
        `${l.bold ? ' font-weight="600"' : ''} text-anchor="${anchor}" dominant-baseline="central" fill="${l.fill}"` +
        `${l.alpha === undefined ? '' : ` opacity="${l.alpha}"`}>${escape(words)}</text>`,
    );
  }

  /** @param {number} width @param {number} height @param {string} title */
  document(width, height, title) {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}"` +
      ` viewBox="0 0 ${short(width)} ${short(height)}" role="img"><title>${escape(title)}</title>\n${this.parts.join('\n')}\n</svg>\n`
    );
  }
}
