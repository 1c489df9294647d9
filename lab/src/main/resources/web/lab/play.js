// @ts-check
/** Time that runs by itself: frames in, moments out. Knows no run and no clock's rule. */

/** Virtual milliseconds in a second at speed 1: a message of 30 ms is seen for most of a second. */
const RATE = 40;
/** Steps in a second at speed 1, where steps are all of one width. */
const STEPS = 2;

export class Player {
  /** @param {(moment: number) => boolean} onMoment shows a moment; false when there is nothing more */
  constructor(onMoment) {
    this.onMoment = onMoment;
    this.speed = 1;
    this.bySteps = false;
    this.moment = 0;
    /** @type {?number} */
    this.frame = null;
  }

  get playing() {
    return this.frame !== null;
  }

  /** @param {number} from a time, or a step if it goes by steps */
  start(from) {
    this.moment = from;
    let before = performance.now();
    /** @param {number} now */
    const next = (now) => {
      const rate = (this.bySteps ? STEPS : RATE) * this.speed;
      // A tab that was away, or a slow frame, does not make time jump.
      this.moment += (rate * Math.min(100, Math.max(0, now - before))) / 1000;
      before = now;
      this.frame = requestAnimationFrame(next);
      if (!this.onMoment(this.moment)) this.stop();
    };
    this.frame = requestAnimationFrame(next);
  }

  stop() {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    this.frame = null;
  }
}
